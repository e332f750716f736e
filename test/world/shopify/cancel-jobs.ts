/** `orderCancel` only starts a job; the work is done later, by the world's clock, when somebody looks. */
import { refusalOf } from './cancel-refusal.ts';
import { type ShopOrder, takenFrom } from './shop-order.ts';

export interface CancelArguments {
  readonly orderId: string;
  readonly reason: string;
  readonly restock: boolean;
  readonly notifyCustomer: boolean;
  readonly refund: boolean;
  readonly storeCredit?: boolean;
  readonly staffNote: string | null;
}

export type JobFault =
  /** The job stays STARTED for good. */
  | 'never'
  /** The job takes `slowJobMs`. */
  | 'slow'
  /** The job ends as FAILED, nothing is cancelled. */
  | 'fails'
  /** The order is cancelled, the money stays. */
  | 'refund_fails'
  /** The order shows as cancelled before the money goes back; the job runs on until then. */
  | 'refund_late';

export interface CancelJob {
  /** Of the OrderCancelJobResult. */
  readonly id: string;
  /** Of the plain Job. */
  readonly jobId: string;
  readonly args: CancelArguments;
  /** World time at which it does its work; Infinity: never. */
  dueAt: number;
  readonly fault: JobFault | null;
  status: 'STARTED' | 'SUCCEEDED' | 'FAILED';
  errors: { code: string; message: string }[];
}

export interface CancelJobsOptions {
  readonly now: () => number;
  readonly jobMs: number;
  readonly slowJobMs: number;
  readonly nextId: (type: string) => string;
  readonly find: (orderId: string) => ShopOrder;
  readonly cancel: (order: ShopOrder, args: CancelArguments, refundFails: boolean) => void;
  readonly refundRest: (order: ShopOrder) => void;
}

export class CancelJobs {
  readonly #options: CancelJobsOptions;
  readonly #all = new Map<string, CancelJob>();
  readonly #started = new Set<CancelJob>();

  constructor(options: CancelJobsOptions) {
    this.#options = options;
  }

  start(args: CancelArguments, fault: JobFault | null): CancelJob {
    const { now, jobMs, slowJobMs, nextId } = this.#options;
    const wait = fault === 'never' ? Number.POSITIVE_INFINITY : fault === 'slow' ? slowJobMs : jobMs;
    const job: CancelJob = {
      id: nextId('OrderCancelJobResult'),
      jobId: nextId('Job'),
      args,
      dueAt: now() + wait,
      fault,
      status: 'STARTED',
      errors: [],
    };
    this.#all.set(job.id, job);
    this.#started.add(job);
    return job;
  }

  /** By the id of the result or of the plain job. */
  find(id: string): CancelJob | undefined {
    return this.#all.get(id) ?? [...this.#all.values()].find((job) => job.jobId === id);
  }

  isRunningFor(orderId: string): boolean {
    return [...this.#started].some((job) => job.args.orderId === orderId);
  }

  /** Does the work of every job that is due. */
  settle(): void {
    const due = [...this.#started].filter((job) => job.dueAt <= this.#options.now());
    for (const job of due) {
      this.#started.delete(job);
      this.#finish(job);
    }
  }

  #finish(job: CancelJob): void {
    const order = this.#options.find(job.args.orderId);
    if (job.fault === 'refund_late' && order.cancelledAt !== null) {
      this.#options.refundRest(order);
      job.status = 'SUCCEEDED';
      return;
    }
    // Asked again: since the call somebody may have shipped or cancelled it.
    const message = this.#failure(job, order) ?? refusalOf(order);
    if (message) {
      job.status = 'FAILED';
      job.errors = [{ code: 'INVALID', message }];
      return;
    }
    if (job.fault === 'refund_late') {
      this.#options.cancel(order, { ...job.args, refund: false }, false);
      job.dueAt = this.#options.now() + this.#options.slowJobMs;
      this.#started.add(job);
      return;
    }
    job.status = 'SUCCEEDED';
    this.#options.cancel(order, job.args, job.fault === 'refund_fails');
  }

  #failure(job: CancelJob, order: ShopOrder): string | null {
    if (job.fault === 'fails') return 'The order could not be canceled.';
    const stuck = job.args.restock && !order.locationActive && takenFrom(order) > 0;
    return stuck ? 'Items could not be restocked at this location.' : null;
  }
}
