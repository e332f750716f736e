/** What the customer may do from the link in their mail. Each link belongs to one address; what it may do follows that. */
import { choicesOf } from '../domain/ask-customer.ts';
import type { CancellationRequest, RequestFields } from '../domain/cancellation-request.ts';
import { isOwner } from '../domain/customer-standing.ts';
import { LONGEST_TEXT } from '../domain/decision.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { isEnded, nextStatus, type RequestEvent } from '../domain/lifecycle.ts';
import { discountFor, NO_TERMS } from '../domain/offer.ts';
import { mayEndAfter } from '../domain/trouble.ts';
import { ConflictError, type Records, type RequestChanges } from '../records.ts';
import { localeFor } from './customer-locale.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { chosenMatch, formatOf } from './match-requests.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { takeBack, undoApproval } from './take-back.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

export type CustomerResult = 'done' | 'too_late' | 'answer_missing' | 'too_long' | 'choose_one';

/** Who opened the link: the address it was mailed to. */
export type Person = string;

export function canWithdraw(request: CancellationRequest): boolean {
  return nextStatus(request.status, 'withdrawn') !== null && mayEndAfter(request);
}

/** The owner of the order, of a request that may not be theirs. */
export function canStop(request: CancellationRequest, person: Person): boolean {
  return isOwner(request, person) && nextStatus(request.status, 'stopped') !== null && mayEndAfter(request);
}

const STOPPED = { expiresAt: null, dueAt: null, asking: null, trouble: { reason: 'stopped_by_owner', detail: null } };

function isAsked(
  request: CancellationRequest,
  kind: NonNullable<CancellationRequest['asking']>['kind'],
  person: Person,
) {
  const { asking, status } = request;
  const isTheirs = readEmailAddress(asking?.to ?? null) === readEmailAddress(person);
  return status === 'needs_customer' && asking?.kind === kind && isTheirs;
}

export const canAnswer = (request: CancellationRequest, person: Person) => isAsked(request, 'question', person);
export const canConfirm = (request: CancellationRequest, person: Person) => isAsked(request, 'confirmation', person);
export const canChoose = (request: CancellationRequest, person: Person) => isAsked(request, 'order', person);
export const canTakeOffer = (request: CancellationRequest, person: Person) => isAsked(request, 'offer', person);

/**
 * By the owner, or by whoever asked as long as no owner has confirmed it. To a sender who isn't the owner it always looks
 * alike: that somebody else's order has moved on is nothing they are told.
 */
export async function withdraw(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  const proven = request.proof?.level === 'confirmed' || request.origin === 'risk_sweep';
  if (isOwner(request, person) || (!proven && canWithdraw(request))) return end(desk, request, person);
  await writeAnew(desk, (records) => noteTakenBack(desk, records, request.id, person));
  desk.wake();
  return 'done';
}

/**
 * The address on the order has confirmed what this sender takes back, and may be the same person's: staff are told, and
 * decide once more what nobody has begun to carry out.
 */
async function noteTakenBack(desk: Desk, records: Records, id: string, person: Person): Promise<void> {
  const at = desk.now();
  const request = await records.requests.get(id);
  if (!request || request.senderWithdrew) return;
  await records.requests.setSenderWithdrew(id);
  await records.events.append(id, { at, actor: 'customer', type: 'taken_back', data: {} });
  await oweWithdrawn(desk, records, request, person, at);
  if (isEnded(request.status)) return;
  if (request.status === 'approved' && (await undoApproval(desk, records, request, 'customer', at))) return;
  // Whoever has the request open has to look again.
  await mustUpdate(records, request, {}, at);
}

async function end(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  if (!canWithdraw(request)) return 'too_late';
  return move(desk, request, 'withdrawn', { expiresAt: null, dueAt: null }, async (records, now) => {
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    await records.requests.setSenderWithdrew(request.id);
    await oweWithdrawn(desk, records, request, person, now);
  });
}

function oweWithdrawn(desk: Desk, records: Records, request: CancellationRequest, person: Person, now: number) {
  const locale = localeFor(desk, request, person);
  return oweCustomerMail(records, { ...request, locale }, 'customer-withdrawn', person, now, 'sender');
}

/** "That wasn't me": one POST ends the request. The one who asked is told no more than of any other end. */
export async function stop(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  if (!canStop(request, person)) return 'too_late';
  return move(desk, request, 'stopped', STOPPED, async (records, now) => {
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    const locale = localeFor(desk, request, person);
    await oweCustomerMail(records, { ...request, locale }, 'customer-stopped', person, now);
  });
}

/** The address on the order says that it was them. The service goes on by itself, see match-requests.ts. */
export async function confirm(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  const orderId = request.asking?.orderId;
  if (!canConfirm(request, person) || !orderId) return 'too_late';
  return goOn(desk, request, 'confirmed', orderId, {});
}

/** One of the orders that were shown, and of those only. */
export async function chooseOrder(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  orderId: string,
): Promise<CustomerResult> {
  if (!canChoose(request, person) || !request.match) return 'too_late';
  const chosen = choicesOf(request.match).find((one) => one.orderId === orderId);
  if (!chosen) return 'choose_one';
  const order = await desk.orders.read(orderId);
  if (!order) return 'choose_one';
  const match = chosenMatch('customer_chose', order, request, formatOf(await desk.shop()));
  return goOn(desk, request, 'customer_chose', orderId, { match });
}

export async function takeOffer(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  accepts: boolean,
): Promise<CustomerResult> {
  if (!canTakeOffer(request, person)) return 'too_late';
  const terms = request.asking?.terms ?? NO_TERMS;
  if (accepts && terms.exchange) {
    // Staff change the order; until then nothing is done, and the offer stays to be read.
    const trouble = { reason: 'exchange_accepted', detail: null };
    const changes = { dueAt: null, trouble, expiresAt: desk.now() + desk.timings.requestExpires };
    return move(desk, request, 'exchange_accepted', changes, async (records, now) => {
      await oweCustomerMail(records, request, 'customer-offer-accepted', person, now);
      await oweStaffMails(desk, records, request, 'staff-exchange', now);
    });
  }
  if (accepts) {
    const trouble = { reason: 'offer_accepted', detail: null };
    return move(desk, request, 'offer_accepted', { dueAt: null, trouble, expiresAt: null }, async (records, now) => {
      await records.tokens.revokeForRequest(request.id, 'staff', now);
      if (terms.percent > 0) {
        // The customer is told with the code, see refund-and-tidy.ts.
        const payload = discountFor(request.ref, terms.percent, now);
        const key = `discount:${request.id}`;
        await records.effects.insert({ kind: 'shopify_discount', key, requestId: request.id, payload }, newId(), now);
      } else {
        await oweCustomerMail(records, request, 'customer-offer-accepted', person, now);
      }
      await oweStaffMails(desk, records, request, 'staff-offer-accepted', now);
    });
  }
  const ended = { asking: null, dueAt: null };
  const changes = { ...ended, question: null, expiresAt: desk.now() + desk.timings.requestExpires };
  return move(desk, request, 'offer_refused', changes, (records, now) =>
    oweStaffMails(desk, records, request, 'staff-decide', now, `offer:v${request.version}`),
  );
}

export async function answerQuestion(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  answer: string,
): Promise<CustomerResult> {
  if (!canAnswer(request, person)) return 'too_late';
  const text = answer.trim();
  if (text === '') return 'answer_missing';
  if (text.length > LONGEST_TEXT) return 'too_long';
  const now = desk.now();
  const version = request.version + 1;
  const answers = [...request.answers, { questionId: null, question: request.question ?? '', values: [text] }];
  const shared = { version, answers, question: null, asking: null };
  if (request.orderId) {
    const changes = { ...shared, expiresAt: now + desk.timings.requestExpires };
    return move(desk, request, 'answered_about_order', changes, async (records) => {
      await records.tokens.revokeForRequest(request.id, 'staff', now);
      await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', now);
    });
  }
  const fields = withAnswer(request.fields, text);
  const changes = { ...shared, fields, match: null, dueAt: now, attempts: 0, expiresAt: null };
  return move(desk, request, 'answered', changes, (records) =>
    records.tokens.revokeForRequest(request.id, 'staff', now),
  );
}

async function goOn(
  desk: Desk,
  request: CancellationRequest,
  event: RequestEvent,
  orderId: string,
  more: RequestChanges,
): Promise<CustomerResult> {
  const now = desk.now();
  const proof = { level: 'confirmed', at: now } as const;
  const proven = { proof, asking: null, dueAt: now, attempts: 0, expiresAt: null };
  // What staff corrected while no order was known is the sender's address, not this order's.
  const mailTo = request.orderId === orderId ? request.mailTo : null;
  const match = more.match ?? confirmedMatch(request, orderId);
  try {
    const moved = await desk.store.transaction(async (records) => {
      const holder = await records.requests.holderOf(orderId);
      const trace = { actor: 'customer', at: now };
      if (!holder || holder.id === request.id) {
        const result = await moveRequest(records, request, event, { ...proven, orderId, match, mailTo }, trace);
        if (result === 'moved') await records.tokens.revokeForRequest(request.id, 'staff', now);
        return result;
      }
      // The order has a request already: this one joins it, and what it proves counts for that one too.
      const joined = { ...proven, match, duplicateOf: holder.id, dueAt: null };
      const result = await moveRequest(records, request, 'found_duplicate', joined, trace);
      if (result !== 'moved' || holder.asking?.kind !== 'confirmation') return result;
      const data = { by: request.ref };
      const confirmed = await moveRequest(records, holder, 'confirmed', proven, { ...trace, data });
      if (confirmed === 'stale') throw new ConflictError('The other request changed meanwhile');
      return result;
    });
    desk.wake();
    return moved === 'moved' ? 'done' : 'too_late';
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return 'too_late';
  }
}

/** Of several candidates the one that was confirmed. */
function confirmedMatch({ match }: CancellationRequest, orderId: string): CancellationRequest['match'] {
  if (!match || match.kind === 'exact') return match;
  const confirmed = match.candidates.filter((one) => one.orderId === orderId);
  return { ...match, kind: 'chosen', reason: 'customer_chose', candidates: confirmed };
}

async function move(
  desk: Desk,
  request: CancellationRequest,
  event: RequestEvent,
  changes: RequestChanges,
  alsoWrite: (records: Records, now: number) => Promise<void>,
): Promise<CustomerResult> {
  const at = desk.now();
  const isApproved = request.status === 'approved';
  const all =
    isApproved || request.status === 'failed'
      ? { ...changes, decision: null, approvals: [], undoUntil: null }
      : changes;
  try {
    await desk.store.transaction(async (records) => {
      // Approved already: only as long as nobody has begun to carry it out.
      if (isApproved && !(await takeBack(records, request.id, at))) tooLate();
      if ((await moveRequest(records, request, event, all, { actor: 'customer', at })) !== 'moved') tooLate();
      await alsoWrite(records, at);
    });
  } catch (error) {
    if (error instanceof ConflictError) return 'too_late';
    throw error;
  }
  desk.wake();
  return 'done';
}

/** Rolls back what was written so far. */
function tooLate(): never {
  throw new ConflictError('The request changed meanwhile');
}

/** No order was known: the answer is where its name would be. */
function withAnswer(fields: RequestFields, text: string): RequestFields {
  return /\p{Nd}/u.test(text)
    ? { ...fields, orderReference: text }
    : { ...fields, message: [fields.message, text].filter(Boolean).join('\n') };
}
