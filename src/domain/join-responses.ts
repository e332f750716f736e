/**
 * A form, its own sheet and the script in the form may all bring the same response, each under an id of its own (the
 * sheet has none; the script's and the API's need not be alike). They are one request when they say the same thing at
 * the same moment and the request has not had a response from that source yet. A sheet's row whose header or place has
 * changed, or whose person was erased, is known by that too.
 */
import { createHash } from 'node:crypto';
import { latestMoment } from './doubt.ts';
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
const HOUR_MS = 60 * 60_000;
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
    return known.digest === digest || incoming.sameAs !== undefined || isOlder(incoming, known)
      ? { kind: 'known', requestId: known.requestId }
      : { kind: 'new_version', requestId: known.requestId };
  }
  const twin = twins.find((other) =>
    other.source === incoming.source && other.sourceId === incoming.sourceId
      ? isSameRow(incoming, other)
      : sameMoment(incoming, now, other),
  );
  return twin ? { kind: 'same_response', requestId: twin.requestId } : { kind: 'new_request' };
}

/** Whoever sends the same once more gets another timestamp. */
function isSameRow({ source, submittedAt }: IncomingResponse, twin: Twin): boolean {
  return source === 'sheets' && submittedAt !== null && submittedAt === twin.submittedAt;
}

/** A row of the sheet may be from any moment of its second: the form's version that it corrects is not newer. */
function isOlder(incoming: IncomingResponse, known: KnownRequest): boolean {
  const sentAt = latestMoment(incoming);
  if (sentAt === null || known.submittedAt === null) return false;
  return (incoming.source === 'sheets' ? sentAt + SHEET_STEP_MS - 1 : sentAt) < known.submittedAt;
}

function sameMoment(incoming: IncomingResponse, now: number, twin: Twin): boolean {
  const { submittedAt, orSubmittedAt } = incoming;
  if (submittedAt === null || twin.submittedAt === null) {
    return Math.abs((submittedAt ?? now) - (twin.submittedAt ?? twin.receivedAt)) <= SAME_ARRIVAL_MS;
  }
  const then = [twin.submittedAt, ...(isFromHourBefore(incoming, twin) ? [twin.submittedAt + HOUR_MS] : [])];
  const moments = [submittedAt, ...(orSubmittedAt === undefined ? [] : [orSubmittedAt])];
  return moments.some((moment) => then.some((other) => Math.abs(moment - other) <= SAME_MOMENT_MS));
}

/** In the autumn hour that comes twice a sheet's row was read as of the first; it came no sooner than it was sent. */
function isFromHourBefore({ source, submittedAt }: IncomingResponse, twin: Twin): boolean {
  return (
    twin.source === 'sheets' &&
    source !== 'sheets' &&
    submittedAt !== null &&
    twin.receivedAt >= submittedAt - SAME_MOMENT_MS
  );
}
