/**
 * A form, its own sheet and the script in the form may all bring the same response, each under an id of its own (the
 * sheet has none; the script's and the API's need not be alike). They are one request when they say the same thing at
 * the same moment and the request has not had a response from that source yet.
 */
import { createHash } from 'node:crypto';
import { answerText } from './question-mapping.ts';
import type { IncomingResponse, SourceKind } from './response.ts';

/** The request an earlier response with the same id belongs to, as it stands now. */
export interface KnownRequest {
  readonly requestId: string;
  readonly digest: string;
  /** Of the version it stands at; null when its source didn't say. */
  readonly submittedAt: number | null;
  /** The person was taken out of it since. */
  readonly isErased: boolean;
}

/** An earlier response that says the same. */
export interface Twin {
  readonly requestId: string;
  readonly source: SourceKind;
  readonly sourceId: string;
  readonly submittedAt: number | null;
  readonly receivedAt: number;
}

export type IntakePlan =
  | { readonly kind: 'known'; readonly requestId: string }
  | { readonly kind: 'same_response'; readonly requestId: string }
  | { readonly kind: 'new_version'; readonly requestId: string }
  | { readonly kind: 'new_request' };

/** A sheet shows whole seconds, the API nanoseconds. */
const SAME_MOMENT_MS = 2_000;
const SHEET_STEP_MS = 1_000;
/** Without a time of its own, a response counts as of its arrival: polls run every half minute, retries take longer. */
const SAME_ARRIVAL_MS = 15 * 60_000;

/** Digest of what was said: the answers' texts, whatever the order or the titles of the questions. */
export function digestOf(response: Pick<IncomingResponse, 'answers' | 'respondentEmail'>): string {
  const texts = response.answers.map((answer) => answerText(answer).normalize('NFKC')).filter((text) => text !== '');
  // Google's own address column is a question to the sheet and a field to the API.
  if (response.respondentEmail) texts.push(response.respondentEmail.trim());
  const distinct = [...new Set(texts.map((text) => text.toLowerCase()))].sort();
  return createHash('sha256').update(JSON.stringify(distinct)).digest('base64url');
}

/**
 * @param known the request that a response with the same source and id (or the row this one replaces) belongs to
 * @param twins responses of any source that say the same
 */
export function planIntake(
  incoming: IncomingResponse,
  digest: string,
  now: number,
  known: KnownRequest | null,
  twins: readonly Twin[],
): IntakePlan {
  if (known) {
    return known.digest === digest || isOlder(incoming, known)
      ? { kind: 'known', requestId: known.requestId }
      : { kind: 'new_version', requestId: known.requestId };
  }
  const twin = twins.find(
    (other) =>
      !(other.source === incoming.source && other.sourceId === incoming.sourceId) && sameMoment(incoming, now, other),
  );
  return twin ? { kind: 'same_response', requestId: twin.requestId } : { kind: 'new_request' };
}

/** A row of the sheet may be from any moment of its second: the form's version that it corrects is not newer. */
function isOlder({ source, submittedAt }: IncomingResponse, known: KnownRequest): boolean {
  if (submittedAt === null || known.submittedAt === null) return false;
  const latest = source === 'sheets' ? submittedAt + SHEET_STEP_MS - 1 : submittedAt;
  return latest < known.submittedAt;
}

function sameMoment(incoming: IncomingResponse, now: number, twin: Twin): boolean {
  if (incoming.submittedAt !== null && twin.submittedAt !== null) {
    return Math.abs(incoming.submittedAt - twin.submittedAt) <= SAME_MOMENT_MS;
  }
  return Math.abs((incoming.submittedAt ?? now) - (twin.submittedAt ?? twin.receivedAt)) <= SAME_ARRIVAL_MS;
}
