/**
 * A sheet's row has no id: its key is what it says. When a row has vanished and another is new, that may be one response,
 * edited, or somebody's row was deleted while a response of its own came. No response may be lost in another, so two rows
 * are taken for one only where
 *
 * - the timestamp is the same: a cell was corrected, for Google stamps each response anew, and an edited one too; or
 * - the address and the order are the same, and the new row is later: edited by the customer, or asked again, which comes
 *   to the same while the request is open.
 *
 * Everything else is a response of its own. A customer who edits the number of the order, where nothing but the sheet is
 * read, so makes a second request, and the first one goes on. That is safe: each takes its own proof and decision, and
 * staff see one beside the other. The row's place would not tell more, for a row that is deleted at the end makes room for the
 * next response. A request that has ended takes in what changes neither address nor order, and nothing else.
 */
import type { RequestStatus } from './cancellation-request.ts';
import { digestOf } from './join-responses.ts';
import { isEnded } from './lifecycle.ts';
import { referencesOf } from './match.ts';
import { nameKey } from './order-reference.ts';
import { answerText, readFields } from './question-mapping.ts';
import type { IncomingResponse } from './response.ts';

export interface GoneRow extends Pick<IncomingResponse, 'externalId' | 'submittedAt' | 'respondentEmail' | 'answers'> {
  /** Of the request that it belongs to. */
  readonly status: RequestStatus;
  /** Another source has brought this response too, under an id that an edit doesn't change. */
  readonly isKnownElsewhere: boolean;
}

export interface SortedRows {
  readonly responses: readonly IncomingResponse[];
  /** Which vanished for good. */
  readonly gone: readonly string[];
  /** Some are left out of both: the form tells in a moment whether they are edits. */
  readonly isWaiting: boolean;
}

/** A row, and what of it is compared. */
interface Read<Row> {
  readonly row: Row;
  readonly digest: string;
  readonly texts: readonly string[];
  readonly email: string | null;
  /** Empty: none is named. */
  readonly order: string;
}

/** @param patienceMs how long after its timestamp a row waits for the form */
export function sortRows(
  fresh: readonly IncomingResponse[],
  vanished: readonly GoneRow[],
  now: number,
  patienceMs: number,
): SortedRows {
  const [young, old] = [fresh.map(read), vanished.map(read)];
  const replaced = new Map<IncomingResponse, GoneRow>();
  const taken = new Set<GoneRow>();

  link(
    ({ row, digest }) => `${row.submittedAt} ${digest}`,
    () => true,
  );
  link(({ row }) => row.submittedAt, isCorrected);
  link(({ email }) => email, isSameWish);

  const waiting = young.filter(
    ({ row, email }) =>
      !replaced.has(row) &&
      row.submittedAt !== null &&
      Math.abs(now - row.submittedAt) < patienceMs &&
      old.some((one) => !taken.has(one.row) && one.row.isKnownElsewhere && one.email !== null && one.email === email),
  );
  const [rows, emails] = [new Set(waiting.map(({ row }) => row)), new Set(waiting.map(({ email }) => email))];
  return {
    responses: fresh.filter((row) => !rows.has(row)).map((row) => withReplaced(row, replaced.get(row))),
    gone: old.filter(({ row, email }) => taken.has(row) || !emails.has(email)).map(({ row }) => row.externalId),
    isWaiting: waiting.length > 0,
  };

  /** Each with one at most. A sheet's layout may change, and all its rows with it: so by a key. */
  function link(
    keyOf: (one: Read<IncomingResponse> | Read<GoneRow>) => string | number | null,
    fits: (before: Read<GoneRow>, after: Read<IncomingResponse>) => boolean,
  ): void {
    const byKey = Map.groupBy(
      old.filter(({ row }) => !taken.has(row)),
      keyOf,
    );
    for (const one of young) {
      const key = replaced.has(one.row) ? null : keyOf(one);
      const found = key === null ? null : byKey.get(key)?.find((other) => !taken.has(other.row) && fits(other, one));
      if (!found) continue;
      replaced.set(one.row, found.row);
      taken.add(found.row);
    }
  }
}

function withReplaced(row: IncomingResponse, before: GoneRow | undefined): IncomingResponse {
  return before ? { ...row, replaces: before.externalId } : row;
}

/** Under one timestamp: two people in the same second, or of a day that was typed by hand, have nothing in common. */
function isCorrected(before: Read<GoneRow>, after: Read<IncomingResponse>): boolean {
  const [sameEmail, sameOrder] = [before.email === after.email, before.order === after.order];
  if (isEnded(before.row.status)) return sameEmail && sameOrder;
  return (
    sameEmail ||
    before.email === null ||
    after.email === null ||
    before.texts.some((text) => after.texts.includes(text))
  );
}

function isSameWish(before: Read<GoneRow>, after: Read<IncomingResponse>): boolean {
  const [then, later] = [before.row.submittedAt, after.row.submittedAt];
  const isLater = then === null || later === null || later > then;
  return isLater && !isEnded(before.row.status) && before.order !== '' && before.order === after.order;
}

function read<Row extends Pick<IncomingResponse, 'answers' | 'respondentEmail'>>(row: Row): Read<Row> {
  const fields = readFields(row.answers, row.respondentEmail);
  // Any shop's way of writing names will do: both rows are read in the same way.
  const references = referencesOf(fields, { prefix: '#', suffix: '' }).map(
    ({ kind, text }) => `${kind} ${nameKey(text)}`,
  );
  return {
    row,
    digest: digestOf(row),
    texts: row.answers.map(answerText).filter((text) => text !== ''),
    email: fields.email,
    order: references.length > 0 ? references.sort().join(' ') : nameKey(fields.orderReference ?? ''),
  };
}
