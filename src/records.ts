/** The store as the steps see it: records and the verbs on them. Implemented in adapters/store. */

import type { Anchor, AuditedEntry, AuditedEvent, ChainEntry } from './domain/audit.ts';
import type { CancellationRequest, RequestStatus } from './domain/cancellation-request.ts';
import type {
  CancelEffect,
  CancelOutcome,
  ChangeEffect,
  Effect,
  EffectState,
  NewEffect,
  PartEffect,
  RefundEffect,
  RefundOutcome,
  ReturnEffect,
} from './domain/effect.ts';
import type { KnownRequest, Twin } from './domain/join-responses.ts';
import type { Stage } from './domain/queue.ts';
import type { GoneRow } from './domain/replaced-rows.ts';
import type { IncomingResponse } from './domain/response.ts';
import type { StaffMember } from './domain/staff.ts';
import type { SharedBucket } from './ports.ts';
import type { Privacy } from './records-privacy.ts';
import type { Quarantine } from './records-quarantine.ts';

/** A unique key or a guard in the database refused: somebody else was first. Look again. */
export class ConflictError extends Error {
  constructor(cause: unknown) {
    super('Somebody else wrote first', { cause });
    this.name = 'ConflictError';
  }
}

/**
 * Prolongs the lease of a claimed row. False: it isn't ours any more. As the first write of a transaction it fences the
 * others: nobody can claim the row before the commit.
 */
export type Renew<Claim> = (claim: Claim, until: number) => Promise<boolean>;

export interface Store {
  /** Each call commits by itself. */
  readonly records: Records;
  /** Everything inside commits together or not at all. Only the records passed in may be used inside. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Whether it is the database that can't just now: there is nothing wrong with what was to be written. */
  isAway(error: unknown): boolean;
  /** The database's clock, epoch milliseconds; null: this process is alone with it. */
  readonly readTime: (() => Promise<number>) | null;
  /** null: this process is alone with the shop. */
  sharedBucket(shop: string): SharedBucket | null;
  /**
   * After an erasure: what was overwritten or deleted is gone from the files too, as far as the database can see to it.
   * False: others kept the database busy; try again.
   */
  compact(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Records {
  readonly requests: Requests;
  readonly responses: Responses;
  readonly effects: Effects;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly events: Events;
  readonly audit: Audit;
  readonly staff: StaffList;
  readonly sources: Sources;
  readonly incidents: Incidents;
  readonly settings: Settings;
  readonly policies: Policies;
  readonly counters: Counters;
  readonly quarantine: Quarantine;
  readonly privacy: Privacy;
  /**
   * Claims that an earlier process left behind, on a store that has only one at a time (the embedded one): a restart goes
   * on at once. Does nothing on PostgreSQL, where another worker may hold them, unless they are everybody's: of a backup.
   */
  releaseLeases(options?: { readonly everybodys: boolean }): Promise<void>;
  /** After the clock has gone back: what it had put off is due now. Returns how much that was. */
  hurry(now: number): Promise<number>;
  /** Until the transaction ends nobody else gets past the same names. */
  lock(...names: readonly string[]): Promise<void>;
}

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

export type StoredResponse = IncomingResponse & {
  readonly id: string;
  readonly requestId: string;
  readonly digest: string;
  readonly receivedAt: number;
};

export type Found =
  /** This very response is in the store. */
  | { readonly kind: 'stored'; readonly requestId: string }
  /** Another revision of it, the one that it replaces, or one that says the same. */
  | { readonly kind: 'related' }
  | { readonly kind: 'new' };

export interface Responses {
  insert(...responses: readonly StoredResponse[]): Promise<void>;
  /** So that it is known should it come again, and nothing else of it. */
  insertErased(response: StoredResponse): Promise<void>;
  /** What the store has to do with each of them, in their order. */
  lookUp(responses: readonly (IncomingResponse & { readonly digest: string })[]): Promise<Found[]>;
  /** Keys "externalId revision" out of these that are stored already, as one query. */
  stored(source: string, sourceId: string, responses: readonly IncomingResponse[]): Promise<Set<string>>;
  /** @param digest of what the response says now: given back where an erased request said the same */
  knownRequest(
    source: string,
    sourceId: string,
    externalId: string,
    digest: string | null,
  ): Promise<KnownRequest | null>;
  twins(digest: string): Promise<Twin[]>;
  /** Ids of those that the source still had the last time it told of all. */
  present(source: string, sourceId: string): Promise<string[]>;
  /** Out of these, which had gone: with their request, and what else of it the source still has. */
  returned(
    source: string,
    sourceId: string,
    externalIds: readonly string[],
  ): Promise<{ readonly externalId: string; readonly goneAt: number; readonly others: readonly string[] }[]>;
  /** What these said when they came, and what became of them. */
  asStored(source: string, sourceId: string, externalIds: readonly string[]): Promise<GoneRow[]>;
  markGone(source: string, sourceId: string, externalIds: readonly string[], now: number): Promise<void>;
  byRequest(requestId: string): Promise<{ source: string; externalId: string; receivedAt: number }[]>;
  /** Requests by webhook id. */
  requestsOfDeliveries(webhookIds: readonly string[]): Promise<Map<string, string>>;
  insertDeliveries(requestsOf: ReadonlyMap<string, string>, now: number): Promise<void>;
}

export interface EffectResult {
  readonly state: EffectState;
  readonly dueAt?: number;
  readonly outcome?: CancelOutcome | RefundOutcome;
  readonly attempts?: number;
  /** Of another system, without personal data. */
  readonly lastError?: string | null;
}

export interface Effects {
  /** The same key again changes nothing. */
  insert(effect: NewEffect, id: string, now: number, dueAt?: number): Promise<void>;
  /** Many at once. */
  insertAll(
    effects: readonly (NewEffect & { readonly id: string; readonly dueAt: number })[],
    now: number,
  ): Promise<void>;
  /** Due now, where it would be later. */
  hasten(key: string, now: number): Promise<void>;
  /** Puts a cancellation that came to nothing back to work after a new approval. */
  restartCancel(
    effect: CancelEffect,
    payload: CancelEffect['payload'],
    requestId: string,
    now: number,
  ): Promise<boolean>;
  byKey(key: string): Promise<Effect | null>;
  byRequest(requestId: string): Promise<(Effect & { lastError: string | null; doneAt: number | null })[]>;
  claim(now: number, leaseMs: number, limit: number, kinds: readonly Effect['kind'][]): Promise<Effect[]>;
  renew: Renew<Effect>;
  /** Writes only while the claim holds; false: another worker has taken it. */
  settle(effect: Effect, result: EffectResult, now: number): Promise<boolean>;
  /** Keeps the lease and writes what must be known before the outside call. */
  progress(
    effect: CancelEffect | RefundEffect | PartEffect | ReturnEffect | ChangeEffect,
    state: EffectState,
    outcome: CancelOutcome | RefundOutcome,
  ): Promise<boolean>;
  /** Of a database that was restored: everything open that does something to an order asks the order first. */
  markRestored(): Promise<number>;
  /** Takes back what has not been begun. */
  skipPending(requestId: string, kind: Effect['kind'], now: number): Promise<void>;
  nextDue(): Promise<number | null>;
  countOpen(): Promise<number>;
  countOpenByKind(): Promise<Record<Effect['kind'], number>>;
}

export interface TokenRecord {
  readonly purpose: 'staff' | 'customer';
  readonly requestId: string;
  readonly requestVersion: number;
  /** E-mail address the link was mailed to. */
  readonly person: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface Tokens {
  insert(hash: string, token: Omit<TokenRecord, 'revokedAt'>, now: number): Promise<void>;
  find(hash: string): Promise<TokenRecord | null>;
  revokeForRequest(requestId: string, purpose: TokenRecord['purpose'], now: number): Promise<void>;
  revokeForPerson(person: string, now: number): Promise<void>;
  removeEnded(now: number): Promise<void>;
}

/**
 * sign_in: the link in a mail, good once. staff: somebody signed in. link: somebody opened the link to one request, and
 * may do there what the link allows.
 */
export interface SessionRecord {
  readonly kind: 'sign_in' | 'staff' | 'link';
  readonly person: string;
  readonly requestId: string | null;
  /**
   * Of a link's session: the hash of its token, which it lives and dies with. Of a link that signs in: that of a secret of the
   * browser which asked for it.
   */
  readonly linkHash: string | null;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface Sessions {
  insert(hash: string, session: SessionRecord): Promise<void>;
  find(hash: string): Promise<SessionRecord | null>;
  touch(hash: string, now: number): Promise<void>;
  /** False: it was gone already. */
  remove(hash: string): Promise<boolean>;
  removeOf(person: string): Promise<void>;
  removeEnded(now: number): Promise<void>;
}

export interface RequestEventRecord {
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export interface Events {
  append(requestId: string | null, event: RequestEventRecord): Promise<void>;
  appendAll(events: readonly (RequestEventRecord & { readonly requestId: string | null })[]): Promise<void>;
  byRequest(requestId: string): Promise<RequestEventRecord[]>;
}

/** The chain that shows whether an event was changed, see domain/audit.ts. */
export interface Audit {
  head(): Promise<Anchor>;
  /** Links events that are in no chain yet, oldest first; under a lock. Returns how many. */
  seal(limit: number): Promise<number>;
  /** Entries after this position, in their order; null: from the first. */
  page(after: number | null): Promise<AuditedEntry[]>;
  ofRequest(requestId: string): Promise<
    {
      readonly position: number | null;
      readonly event: AuditedEvent;
      readonly entry: ChainEntry | null;
      /** Hash of the entry before. */
      readonly before: string;
    }[]
  >;
  /** Positions that events claim and the chain lacks, or that several claim. */
  unchained(): Promise<number[]>;
  countOpen(): Promise<number>;
}

export interface StaffList {
  list(): Promise<StaffMember[]>;
  get(email: string): Promise<StaffMember | null>;
  put(member: StaffMember, now: number): Promise<void>;
}

export interface SourceState {
  readonly id: string;
  readonly cursor: string | null;
  readonly lastOkAt: number | null;
  readonly lastError: string | null;
  readonly fence: number;
}

export interface Sources {
  /** The source if it is due and nobody else polls it, leased to the caller. */
  claim(id: string, now: number, leaseMs: number): Promise<SourceState | null>;
  settle(
    state: SourceState,
    result: { dueAt: number; cursor?: string; lastOkAt?: number; lastError: string | null },
  ): Promise<boolean>;
  renew: Renew<SourceState>;
  makeDue(id: string, now: number): Promise<void>;
  list(): Promise<SourceState[]>;
}

export interface Incident {
  readonly code: string;
  readonly detail: string;
  readonly since: number;
  readonly toldAt: number | null;
}

export interface Incidents {
  open(code: string, detail: string, now: number): Promise<boolean>;
  get(code: string): Promise<Incident | null>;
  list(): Promise<Incident[]>;
  markTold(code: string, now: number): Promise<void>;
  close(code: string): Promise<boolean>;
}

export interface Policies {
  put(version: string, text: string, now: number): Promise<void>;
  text(version: string): Promise<string | null>;
}

export interface Counters {
  /** Counts one more in the window that runs, or begins a new one; returns how many there are now. */
  count(key: string, windowMs: number, now: number): Promise<number>;
  /** As if counted one after another. */
  countAll(keys: readonly string[], windowMs: number, now: number): Promise<number[]>;
  removeEnded(now: number): Promise<void>;
}

export interface Settings {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}
