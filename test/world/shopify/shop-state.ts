/** The shop: its orders, its cancel jobs and the ledger of everything that was done to it. */
import { isCapturable, type ShopOrder, sumOf, takenFrom } from './shop-order.ts';

export interface LedgerEntry {
  readonly at: number;
  readonly kind: 'cancel' | 'refund' | 'void' | 'restock' | 'notify' | 'by_hand';
  readonly orderId: string;
  readonly orderName: string;
  readonly amount?: number;
  readonly currencyCode?: string;
  readonly staffNote?: string | null;
}

export interface CancelArguments {
  readonly orderId: string;
  readonly reason: string;
  readonly restock: boolean;
  readonly notifyCustomer: boolean;
  readonly refund: boolean;
  readonly staffNote: string | null;
}

export interface CancelJob {
  readonly id: string;
  readonly args: CancelArguments;
  /** World time at which it does its work; Infinity: never. */
  readonly dueAt: number;
  status: 'STARTED' | 'SUCCEEDED' | 'FAILED';
  errors: { code: string; message: string }[];
}

export type JobFault = 'never' | 'fails';

export class ShopState {
  readonly orders = new Map<string, ShopOrder>();
  readonly jobs = new Map<string, CancelJob>();
  readonly ledger: LedgerEntry[] = [];
  readonly now: () => number;
  readonly jobMs: number;
  #sequence = 9_000_000_000_000;

  constructor(options: { now: () => number; jobMs: number; orders: readonly ShopOrder[] }) {
    this.now = options.now;
    this.jobMs = options.jobMs;
    for (const order of options.orders) this.orders.set(order.id, order);
  }

  nextId(type: string): string {
    this.#sequence += 1;
    return `gid://shopify/${type}/${this.#sequence}`;
  }

  /** "#1001" */
  order(name: string): ShopOrder {
    const order = [...this.orders.values()].find((one) => one.name === name);
    if (!order) throw new Error(`The world's shop has no order ${name}`);
    return order;
  }

  add(order: ShopOrder): void {
    this.orders.set(order.id, order);
  }

  /** Does the work of every job that is due. */
  settle(): void {
    for (const job of this.jobs.values()) {
      if (job.status === 'STARTED' && job.dueAt <= this.now()) this.#finish(job);
    }
  }

  startCancel(args: CancelArguments, fault: JobFault | null): CancelJob {
    const failing =
      fault === 'fails' ||
      (args.restock && !this.#must(args.orderId).locationActive && takenFrom(this.#must(args.orderId)) > 0);
    const job: CancelJob = {
      id: this.nextId('OrderCancelJobResult'),
      args,
      dueAt: fault === 'never' ? Number.POSITIVE_INFINITY : this.now() + this.jobMs,
      status: 'STARTED',
      errors: failing ? [{ code: 'INVALID', message: 'Items could not be restocked at this location.' }] : [],
    };
    this.jobs.set(job.id, job);
    return job;
  }

  #finish(job: CancelJob): void {
    const order = this.#must(job.args.orderId);
    if (job.errors.length > 0 || order.cancelledAt !== null) {
      job.status = 'FAILED';
      if (order.cancelledAt !== null) job.errors.push({ code: 'INVALID', message: 'Order has already been canceled' });
      return;
    }
    job.status = 'SUCCEEDED';
    this.#cancel(order, job.args);
  }

  #cancel(order: ShopOrder, args: CancelArguments): void {
    order.cancelledAt = this.now();
    order.cancelReason = args.reason;
    order.staffNote = args.staffNote;
    order.closed = true;
    this.#write(order, 'cancel', { staffNote: args.staffNote });
    // An authorization is voided whatever the refund method says.
    if (isCapturable(order)) this.#void(order);
    const left = takenFrom(order) - sumOf(order, 'REFUND');
    if (args.refund && left > 0) this.refund(order, left);
    if (args.restock) this.#write(order, 'restock');
    if (args.notifyCustomer) this.#write(order, 'notify');
    for (const line of order.lines) [line.currentQuantity, line.unfulfilledQuantity] = [0, 0];
    for (const one of order.fulfillmentOrders) [one.status, one.requestStatus] = ['CLOSED', 'CLOSED'];
  }

  #void(order: ShopOrder): void {
    const amount = sumOf(order, 'AUTHORIZATION');
    const gateway = order.gatewayNames[0] ?? 'manual';
    order.transactions.push({ id: this.nextId('OrderTransaction'), kind: 'VOID', status: 'SUCCESS', gateway, amount });
    order.displayFinancialStatus = 'VOIDED';
    this.#write(order, 'void', { amount });
  }

  refund(order: ShopOrder, amount: number): void {
    const gateway = order.gatewayNames[0] ?? 'manual';
    order.transactions.push({
      id: this.nextId('OrderTransaction'),
      kind: 'REFUND',
      status: 'SUCCESS',
      gateway,
      amount,
    });
    order.refunds.push({ id: this.nextId('Refund'), amount });
    order.displayFinancialStatus = sumOf(order, 'REFUND') >= takenFrom(order) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
    this.#write(order, 'refund', { amount });
  }

  // ── What somebody in the admin does, behind the service's back ──

  cancelByHand(name: string, note: string | null = 'cancelled in the admin'): void {
    const order = this.order(name);
    this.#write(order, 'by_hand');
    this.#cancel(order, {
      orderId: order.id,
      reason: 'STAFF',
      restock: true,
      notifyCustomer: true,
      refund: true,
      staffNote: note,
    });
  }

  fulfilByHand(name: string, displayStatus: 'LABEL_PURCHASED' | 'IN_TRANSIT' = 'IN_TRANSIT'): void {
    const order = this.order(name);
    order.fulfillments.push({ id: this.nextId('Fulfillment'), status: 'SUCCESS', displayStatus });
    for (const line of order.lines) line.unfulfilledQuantity = 0;
    for (const one of order.fulfillmentOrders) one.status = 'CLOSED';
    order.displayFulfillmentStatus = 'FULFILLED';
    this.#write(order, 'by_hand');
  }

  refundByHand(name: string, amount: number): void {
    this.refund(this.order(name), amount);
  }

  /** One line less, as an edit in the admin does. */
  editByHand(name: string): void {
    const [line] = this.order(name).lines;
    if (line)
      [line.currentQuantity, line.unfulfilledQuantity] = [line.currentQuantity - 1, line.unfulfilledQuantity - 1];
    this.#write(this.order(name), 'by_hand');
  }

  #write(order: ShopOrder, kind: LedgerEntry['kind'], more: Partial<LedgerEntry> = {}): void {
    const { id, name, currencyCode } = order;
    this.ledger.push({
      at: this.now(),
      kind,
      orderId: id,
      orderName: name,
      ...('amount' in more ? { currencyCode } : {}),
      ...more,
    });
  }

  #must(id: string): ShopOrder {
    const order = this.orders.get(id);
    if (!order) throw new Error(`The world's shop has no order ${id}`);
    return order;
  }
}
