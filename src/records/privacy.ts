/** The store's part for what is kept of people, and what is let go of. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Answer, IncomingResponse } from '../domain/response.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { RequestChanges } from './requests.ts';

/** What is kept of people beside a request. */
export interface KeptBeside {
  readonly responses: readonly {
    readonly source: string;
    readonly receivedAt: number;
    readonly submittedAt: number | null;
    readonly respondentEmail: string | null;
    readonly answers: readonly Answer[];
  }[];
  readonly mails: readonly {
    readonly notice: string;
    readonly to: string;
    readonly at: number;
    readonly state: string;
  }[];
  /** Links that were mailed; the links themselves are not kept. */
  readonly links: readonly { readonly to: string; readonly createdAt: number; readonly expiresAt: number }[];
}

/** Kinds of data that go one after the other when a request is over; see docs/privacy.md. */
export const RETENTION_KINDS = ['raw', 'order', 'personal'] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Milliseconds after a request's last change; null: kept for good. */
export type Retention = Readonly<Record<RetentionKind, number | null>>;

export interface Privacy {
  /** Requests that the address is a party of: sent it, owns its order, or is written to. Reads through all there are. */
  requestsOf(email: string): Promise<CancellationRequest[]>;
  /** Every address that a request or response is of. Reads through all there are. */
  knownAddresses(): Promise<string[]>;
  keptBeside(requestId: string): Promise<KeptBeside>;
  countOpenEffects(requestId: string): Promise<number>;
  /** Responses that could not be taken in, and name the address. */
  setAsideOf(email: string): Promise<{ readonly id: string; readonly response: IncomingResponse }[]>;
  /**
   * Leaves of the request what `changes` say, and nothing of the person beside it. Its events are emptied: the caller
   * leaves one of the erasure.
   */
  erase(requestId: string, changes: RequestChanges, now: number): Promise<void>;
  /** What the request of this ref said, where it stands with another one. Under the lock that intake holds as it adds. */
  eraseJoined(requestId: string, ref: string): Promise<void>;
  eraseSetAside(id: string, response: IncomingResponse): Promise<void>;
  /** Events that name the address say nothing any more. Returns whose they are; the caller leaves an event of the erasure. */
  eraseEventsNaming(email: string): Promise<(string | null)[]>;
  /** Of other people's requests, and of everything that belongs to none. Returns in how many places it stood. */
  replaceMentions(email: string): Promise<number>;
  /** Ended requests of which this kind of data has had its time, oldest first. */
  outlived(kind: RetentionKind, before: number, limit: number): Promise<CancellationRequest[]>;
  /** Responses as they came, and addresses of mails. */
  pruneRaw(requestId: string): Promise<void>;
  pruneOrder(requestId: string, order: CancellationRequest['order']): Promise<void>;
}

/** Of a database that a restore puts aside. No addresses of customers: it knows none of whom were erased. */
export interface Earlier {
  /** Refs. */
  readonly erased: readonly string[];
  readonly staff: readonly Pick<StaffMember, 'email' | 'role' | 'active'>[];
}
