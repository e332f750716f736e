/** The store's part for the form's responses, as they came. */
import type { KnownRequest, Twin } from '../domain/join-responses.ts';
import type { GoneRow } from '../domain/replaced-rows.ts';
import type { IncomingResponse } from '../domain/response.ts';

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
  /** The latest timestamp that it ever gave, also of what was erased; null: none. */
  newestStamp(source: string, sourceId: string): Promise<number | null>;
  /** The request of an erased one with this timestamp, or without one in these words; null: there is none. */
  erasedRow(response: Pick<StoredResponse, 'source' | 'sourceId' | 'submittedAt' | 'digest'>): Promise<string | null>;
  /** What these said when they came, and what became of them. */
  asStored(source: string, sourceId: string, externalIds: readonly string[]): Promise<GoneRow[]>;
  markGone(source: string, sourceId: string, externalIds: readonly string[], now: number): Promise<void>;
  byRequest(requestId: string): Promise<{ source: string; externalId: string; receivedAt: number }[]>;
  /** Requests by webhook id. */
  requestsOfDeliveries(webhookIds: readonly string[]): Promise<Map<string, string>>;
  insertDeliveries(requestsOf: ReadonlyMap<string, string>, now: number): Promise<void>;
}
