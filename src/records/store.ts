/** The store as the steps see it: records and the verbs on them. Implemented in adapters/store. */
import type { SharedBucket } from '../ports.ts';
import type { Sessions, StaffList, Tokens } from './access.ts';
import type { Effects } from './effects.ts';
import type { Audit, Events } from './history.ts';
import type { Privacy } from './privacy.ts';
import type { Quarantine } from './quarantine.ts';
import type { Requests } from './requests.ts';
import type { Responses } from './responses.ts';
import type { Counters, Incidents, Policies, Settings, Sources } from './upkeep.ts';

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
