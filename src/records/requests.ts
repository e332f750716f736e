/** The store's part for requests: what is written of them, and how they are found. */
import type { CancellationRequest, RequestStatus } from '../domain/cancellation-request.ts';
import type { Doubt } from '../domain/doubt.ts';
import type { Stage } from '../domain/queue.ts';
import type { Renew } from './store.ts';

export type RequestChanges = Partial<
  Omit<CancellationRequest, 'id' | 'ref' | 'receivedAt' | 'updatedAt' | 'revision' | 'senderWithdrew'> & {
    digest: string;
    customerEmail: string | null;
    sourceSubmittedAt: number | null;
    remindAt: number | null;
    reminded: number;
    /** When the service looks at it; null: never. */
    dueAt: number | null;
    attempts: number;
  }
>;

export interface NewRequest
  extends Pick<
    CancellationRequest,
    'id' | 'ref' | 'locale' | 'fields' | 'answers' | 'emailVerified' | 'submittedAt' | 'receivedAt' | 'origin'
  > {
  readonly digest: string;
  readonly sourceSubmittedAt: number | null;
  readonly follows: string | null;
  readonly doubt?: Doubt | null;
  /** Where staff say the customer is to be written to. */
  readonly mailTo?: string | null;
  /** When the service looks at it first. */
  readonly dueAt: number;
}

export const QUEUE_SORTS = ['oldest', 'newest', 'ships_next'] as const;

export interface RequestFilter {
  readonly stage: Stage;
  /**
   * A ref, an order name or an e-mail address. Where none is just so: what a customer's name or surname begins with, and
   * a part of any of these among the newest of the stage. Neither case nor accents count.
   */
  readonly text: string | null;
  readonly assignedTo: string | null;
  /** true: only those put off beyond `now`; false: all but those. null: whether or not. */
  readonly snoozed: boolean | null;
  readonly now: number;
  readonly sort: (typeof QUEUE_SORTS)[number];
  readonly offset: number;
  readonly limit: number;
}

export interface Requests {
  insert(...requests: readonly NewRequest[]): Promise<void>;
  /** Refs by id. */
  refs(ids: readonly string[]): Promise<Map<string, string>>;
  /** Which of these belong to requests already. */
  takenRefs(refs: readonly string[]): Promise<Set<string>>;
  get(id: string): Promise<CancellationRequest | null>;
  byRef(ref: string): Promise<CancellationRequest | null>;
  list(filter: { status?: RequestStatus | undefined; limit: number }): Promise<CancellationRequest[]>;
  search(filter: RequestFilter): Promise<CancellationRequest[]>;
  /** The same view from end to end, a little at a time; what moves meanwhile may be missed. */
  all(view: Omit<RequestFilter, 'offset' | 'limit'>): AsyncIterable<CancellationRequest>;
  /** Earlier and later ones of the same customer, newest first. */
  ofCustomer(customerEmail: string, limit: number): Promise<CancellationRequest[]>;
  /** How many are in each stage but the ended ones. */
  countOpen(): Promise<Partial<Record<Stage, number>>>;
  /** Of these statuses, else of all: that reads through every request there is. */
  counts(statuses?: readonly RequestStatus[]): Promise<Partial<Record<RequestStatus, number>>>;
  /** When the oldest that isn't over was received; null: there is none. */
  oldestOpen(): Promise<number | null>;
  /** Writes only if nobody has since `request` was read; false means somebody has. Throws ConflictError. */
  update(request: CancellationRequest, changes: RequestChanges, now: number): Promise<boolean>;
  /** The request that holds this order: open, or cancelled. */
  holderOf(orderId: string): Promise<CancellationRequest | null>;
  /** Received and waiting requests that are due, leased to the caller. */
  claimDue(
    now: number,
    leaseMs: number,
    limit: number,
  ): Promise<(CancellationRequest & { attempts: number; fence: number })[]>;
  renew: Renew<{ readonly id: string; readonly fence: number }>;
  /** Beside the story: no decision gets stale by it. */
  setHold(id: string, hold: CancellationRequest['hold']): Promise<void>;
  setSenderWithdrew(id: string): Promise<void>;
  /** What isn't over yet is nobody's in particular any more; returns the ids. Beside the story, as setHold. */
  unassign(person: string): Promise<string[]>;
  /** Only while the claim holds. */
  postpone(claimed: { readonly id: string; readonly fence: number }, dueAt: number, attempts: number): Promise<void>;
  /** Received and waiting requests for this order are looked at next; returns how many. */
  makeDue(orderId: string, now: number): Promise<number>;
  /** Whether any request was ever about this order. */
  everFor(orderId: string): Promise<boolean>;
  /** Orders of this address that were cancelled here since then. */
  countCancelled(customerEmail: string, since: number): Promise<number>;
  /** All since then, oldest first: for figures over the past. */
  since(receivedAt: number): AsyncIterable<CancellationRequest>;
  expired(now: number, limit: number): Promise<CancellationRequest[]>;
  /** Those that want staff and whose reminder is due, or not planned yet; with how often they were reminded. */
  toRemind(
    now: number,
    limit: number,
  ): Promise<(CancellationRequest & { remindAt: number | null; reminded: number })[]>;
  /** Beside the story, as setHold. False: another process has reminded, or planned to. */
  setReminder(
    request: { readonly id: string; readonly remindAt: number | null; readonly reminded: number },
    remindAt: number,
    reminded: number,
  ): Promise<boolean>;
  /** Put off until now. */
  awake(now: number, limit: number): Promise<CancellationRequest[]>;
  /** Of those that want staff, how many are put off beyond now. */
  countSnoozed(now: number): Promise<number>;
  /** How many staff have to decide on, but for those put off; counted no further than `most`. */
  countWaiting(now: number, most: number): Promise<number>;
  /** When the next match or expiry is due; null: nothing is. */
  nextDue(): Promise<number | null>;
}
