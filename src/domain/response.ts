/** A response as a form tool holds it (Google's word), before we make a request of it. */

import type { Doubt } from './doubt.ts';

export type SourceKind = 'forms' | 'sheets' | 'webhook';

/** One answer with the question as the customer saw it. Several values for a checkbox question. */
export interface Answer {
  /** Forms API question id, or null where the source has none (a sheet's column, a webhook). */
  readonly questionId: string | null;
  readonly question: string;
  readonly values: readonly string[];
  /** Of another response for the same order: the ref that it had. */
  readonly joined?: string;
}

export interface IncomingResponse {
  readonly source: SourceKind;
  /** Form id, spreadsheet id, or "webhook". */
  readonly sourceId: string;
  /** The source's own id of the response; for a sheet row, which has none, a digest of its content. */
  readonly externalId: string;
  /** Changes when the response is edited: the source's own last-submitted stamp where it has one. */
  readonly revision: string;
  /** Sheet only: the key of a row that has vanished and that this row replaces. */
  readonly replaces: string | null;
  /** Epoch milliseconds, null when the source doesn't say. */
  readonly submittedAt: number | null;
  /** Sheet only: the other moment that its timestamp may mean, in the autumn hour that comes twice. */
  readonly orSubmittedAt?: number;
  readonly respondentEmail: string | null;
  /** True only when Google vouches for the address (`emailCollectionType: VERIFIED`). */
  readonly emailVerified: boolean;
  readonly answers: readonly Answer[];
  /** Sheet only: it says nothing that the row it replaces didn't; the digest of that one. */
  readonly sameAs?: string;
  /** Sheet only: why the row may not be a response that has come just now. */
  readonly doubt?: Doubt;
}
