/** The store's part for what can't be worked off. */
import type { IncomingResponse } from '../domain/response.ts';

/** Work that threw unexpectedly so often in a row is set aside: it is not taken up again by itself. */
export const MOST_FAULTS = 5;

export type FaultySubject =
  | { readonly kind: 'request'; readonly id: string }
  | { readonly kind: 'effect'; readonly id: string; readonly fence: number };

/** What is set aside. */
export interface SetAside {
  readonly id: string;
  readonly kind: 'response' | 'request' | 'effect';
  /** Source of the response, status of the request, kind of the effect or name of the mail. */
  readonly what: string;
  readonly ref: string | null;
  readonly reason: string;
  readonly faults: number;
  readonly since: number;
}

export interface KeptResponse {
  readonly id: string;
  readonly response: IncomingResponse;
  readonly faults: number;
}

export interface Quarantine {
  /**
   * Counts one more fault and puts the next try off, each time for twice as long. Returns how many there were in a row;
   * 0 when the claim is lost.
   */
  noteFault(subject: FaultySubject, reason: string, now: number, firstWait: number): Promise<number>;
  /** The response whole, as it came. The same again changes nothing. */
  keep(response: IncomingResponse, fault: KeptFault): Promise<void>;
  /** Keys "externalId revision" out of these that are kept here. */
  kept(responses: readonly IncomingResponse[]): Promise<Set<string>>;
  /** Kept responses whose next try is due, put off until `nextTry`. */
  claimResponses(now: number, nextTry: number): Promise<KeptResponse[]>;
  /** @param nextTry null: never by itself */
  noteResponseFault(id: string, reason: string, nextTry: number | null): Promise<void>;
  forget(id: string): Promise<void>;
  /** Oldest first; of one request, or all. */
  list(requestId?: string): Promise<SetAside[]>;
  counts(): Promise<Record<SetAside['kind'], number>>;
  /** Puts one back to work as if it had never failed. False: it isn't here. */
  release(item: Pick<SetAside, 'id' | 'kind'>, now: number): Promise<boolean>;
}

export interface KeptFault {
  readonly id: string;
  readonly requestId: string | null;
  readonly reason: string;
  readonly nextTry: number;
  readonly now: number;
}
