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
 * next response.
 *
 * Under one timestamp it is never the customer who writes, but staff. What they note beside a row, in a column of their own,
 * says nothing new; nor does any change of a row whose request is over, as long as address and order stay. Such a row is kept as
 * it was, so that nothing comes back that was let go. Where a request is over and its row names another address or order, the
 * row is a new request that a person decides.
 */
import type { RequestFields, RequestStatus } from './cancellation-request.ts';
import { type Doubt, doubtAboutRow, type SheetSoFar } from './doubt.ts';
import { digestOf } from './join-responses.ts';
import { isEnded } from './lifecycle.ts';
import { referencesOf } from './match.ts';
import { nameKey } from './order-reference.ts';
import { answerText, fieldOfQuestion, readFields } from './question-mapping.ts';
import type { Answer, IncomingResponse } from './response.ts';

export interface GoneRow extends Pick<IncomingResponse, 'externalId' | 'submittedAt' | 'respondentEmail' | 'answers'> {
  /** Of the request that it belongs to. */
  readonly status: RequestStatus;
  /** Of the request too: they are kept for longer than the row's answers, which may be gone. */
  readonly fields: RequestFields;
  /** Of what the row said, whether or not that is kept. */
  readonly digest: string;
  /** Another source has brought this response too, under an id that an edit doesn't change. */
  readonly isKnownElsewhere: boolean;
}

export interface SortedRows {
  readonly responses: readonly IncomingResponse[];
  /** Which vanished for good. */
  readonly gone: readonly string[];
  /** Some are left out of both: the form tells in a moment whether they are edits. */
  readonly isWaiting: boolean;
  /** How many old rows are left out, and all that has vanished with them, until somebody has looked at the sheet. */
  readonly held: number;
}

/** More old rows than that at once are no corrections: something happened to the sheet. */
const MOST_OLD_ROWS = 20;

/** A row, and what of it is compared. */
interface Read<Row> {
  readonly row: Row;
  readonly digest: string;
  readonly texts: readonly string[];
  readonly email: string | null;
  /** Empty: none is named. */
  readonly order: string;
  /** Where it is asked for; notes may name others. */
  readonly named: string;
}

/**
 * @param patienceMs how long after its timestamp a row waits for the form
 * @param soFar null: the source is no sheet
 */
export function sortRows(
  fresh: readonly IncomingResponse[],
  vanished: readonly GoneRow[],
  now: number,
  patienceMs: number,
  soFar: SheetSoFar | null,
): SortedRows {
  const young = fresh.map((row) => read(row, digestOf(row), readFields(row.answers, row.respondentEmail)));
  const old = vanished.map((row) =>
    read(row, row.digest, isLetGo(row) ? row.fields : readFields(row.answers, row.respondentEmail)),
  );
  const replaced = new Map<IncomingResponse, GoneRow>();
  const taken = new Set<GoneRow>();

  link(
    ({ row, digest }) => `${row.submittedAt} ${digest}`,
    () => true,
  );
  link(({ row }) => row.submittedAt, isCorrected);
  // A column of timestamps that was made text, or is a column of dates again.
  link(
    ({ digest }) => digest,
    (before, after) => (before.row.submittedAt === null) !== (after.row.submittedAt === null),
  );
  link(({ email }) => email, isSameWish);

  const waiting = young.filter(
    ({ row, email }) =>
      !replaced.has(row) &&
      row.submittedAt !== null &&
      Math.abs(now - row.submittedAt) < patienceMs &&
      old.some((one) => !taken.has(one.row) && one.row.isKnownElsewhere && one.email !== null && one.email === email),
  );
  const [rows, emails] = [new Set(waiting.map(({ row }) => row)), new Set(waiting.map(({ email }) => email))];
  const left = new Set(vanished.filter((row) => !taken.has(row)).map(({ submittedAt }) => submittedAt));
  const doubts = new Map(fresh.map((row) => [row, replaced.has(row) ? null : doubtAbout(row)]));
  const strange = new Set(fresh.filter((row) => doubts.get(row) === 'old_row' || doubts.get(row) === 'edited_row'));
  const isHolding = strange.size > MOST_OLD_ROWS;
  return {
    responses: fresh
      .filter((row) => !rows.has(row) && !(isHolding && strange.has(row)))
      .map((row) => withReplaced(row, replaced.get(row), doubts.get(row) ?? null)),
    gone: old
      .filter(({ row, email }) => taken.has(row) || (!isHolding && !emails.has(email)))
      .map(({ row }) => row.externalId),
    isWaiting: waiting.length > 0,
    held: isHolding ? strange.size : 0,
  };

  /** Under the timestamp of a row that has vanished it is that one, with another address or order in it. */
  function doubtAbout(row: IncomingResponse): Doubt | null {
    if (!soFar || soFar.returned.has(row.externalId)) return null;
    return left.has(row.submittedAt) ? 'edited_row' : doubtAboutRow(row, soFar);
  }

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

function withReplaced(row: IncomingResponse, before: GoneRow | undefined, doubt: Doubt | null): IncomingResponse {
  if (!before) return doubt ? { ...row, doubt } : row;
  const replacing = { ...row, replaces: before.externalId };
  if (!saysNothingNew(before, row)) return replacing;
  const { answers, respondentEmail, digest } = before;
  return { ...replacing, answers, respondentEmail, sameAs: digest };
}

/** The row's answers have had their time. */
function isLetGo({ answers, status }: GoneRow): boolean {
  return answers.length === 0 && isEnded(status);
}

/** Of a row that is linked. A header that was renamed changes nothing either, but is kept as it is now. */
function saysNothingNew(before: GoneRow, after: IncomingResponse): boolean {
  if (isLetGo(before) || isEnded(before.status)) return true;
  if (before.submittedAt === null || before.submittedAt !== after.submittedAt) return false;
  return before.respondentEmail === after.respondentEmail && isOnlyNoted(before.answers, after.answers);
}

/** All that was said is said still, and what is beside it is no field that was left empty. */
function isOnlyNoted(before: readonly Answer[], after: readonly Answer[]): boolean {
  if (after.length <= before.length) return false;
  const then = new Map(before.map((answer) => [answer.question, answerText(answer)]));
  const [notes, kept] = [true, false].map((isNote) => after.filter(({ question }) => then.has(question) !== isNote));
  const isKept = kept?.length === before.length && kept.every((one) => then.get(one.question) === answerText(one));
  const filled = new Set(before.map(({ question }) => fieldOfQuestion(question)));
  const asked = (notes ?? []).map(({ question }) => fieldOfQuestion(question));
  return isKept && asked.every((field) => field === null || filled.has(field));
}

/** Under one timestamp: two people in the same second, or of a day that was typed by hand, have nothing in common. */
function isCorrected(before: Read<GoneRow>, after: Read<IncomingResponse>): boolean {
  const [sameEmail, sameOrder] = [before.email === after.email, before.order === after.order];
  const sameName = before.named !== '' && before.named === after.named;
  if (isEnded(before.row.status)) return sameEmail && (sameOrder || sameName);
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

function read<Row extends Pick<IncomingResponse, 'answers'>>(
  row: Row,
  digest: string,
  fields: RequestFields,
): Read<Row> {
  // Any shop's way of writing names will do: both rows are read in the same way.
  const references = referencesOf(fields, { prefix: '#', suffix: '' }).map(
    ({ kind, text }) => `${kind} ${nameKey(text)}`,
  );
  return {
    row,
    digest,
    texts: row.answers.map(answerText).filter((text) => text !== ''),
    email: fields.email,
    order: references.length > 0 ? references.sort().join(' ') : nameKey(fields.orderReference ?? ''),
    named: nameKey(fields.orderReference ?? ''),
  };
}
