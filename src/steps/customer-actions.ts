/** What the customer may do from the link in their mail. Each link belongs to one address; what it may do follows that. */
import { choicesOf } from '../domain/ask-customer.ts';
import type { CancellationRequest, RequestFields } from '../domain/cancellation-request.ts';
import type { Deed, DeedKind } from '../domain/customer-deeds.ts';
import { LONGEST_TEXT } from '../domain/decision.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import type { RequestEvent } from '../domain/lifecycle.ts';
import { discountFor, NO_TERMS } from '../domain/offer.ts';
import type { RequestChanges } from '../records/requests.ts';
import { ConflictError, type Records } from '../records/store.ts';
import { type CustomerResult, moveForCustomer, orDoneBefore, type Person } from './customer-move.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { chosenMatch, formatOf } from './match-requests.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { turnOf } from './turn-of.ts';

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

function isDeed(kind: DeedKind): (deed: Deed) => boolean {
  return (deed) => deed.kind === kind;
}

/** The address on the order says that it was them. The service goes on by itself, see match-requests.ts. */
export function confirm(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  return orDoneBefore(desk, request, person, isDeed('confirmed'), async () => {
    const orderId = request.asking?.orderId;
    if (!canConfirm(request, person) || !orderId) return 'too_late';
    return goOn(desk, request, 'confirmed', orderId, {});
  });
}

/** One of the orders that were shown, and of those only. */
export function chooseOrder(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  orderId: string,
): Promise<CustomerResult> {
  return orDoneBefore(
    desk,
    request,
    person,
    (deed, now) => deed.kind === 'chose' && now.orderId === orderId,
    () => choose(desk, request, person, orderId),
  );
}

async function choose(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  orderId: string,
): Promise<CustomerResult> {
  if (!canChoose(request, person) || !request.match) return 'too_late';
  const chosen = choicesOf(request.match).find((one) => one.orderId === orderId);
  if (!chosen) return 'choose_order';
  const order = await desk.orders.read(orderId);
  if (!order) return 'choose_order';
  const match = chosenMatch('customer_chose', order, request, formatOf(await desk.shop()));
  return goOn(desk, request, 'customer_chose', orderId, { match });
}

export function answerOffer(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  accepts: boolean,
): Promise<CustomerResult> {
  return orDoneBefore(desk, request, person, isDeed(accepts ? 'took_offer' : 'refused_offer'), () =>
    takeOffer(desk, request, person, accepts),
  );
}

async function takeOffer(
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
    return moveForCustomer(desk, request, 'exchange_accepted', changes, async (records, now) => {
      await oweCustomerMail(records, request, 'customer-offer-accepted', person, now);
      await oweStaffMails(desk, records, request, 'staff-exchange', now);
    });
  }
  if (accepts) {
    const trouble = { reason: 'offer_accepted', detail: null };
    return moveForCustomer(
      desk,
      request,
      'offer_accepted',
      { dueAt: null, trouble, expiresAt: null },
      async (records, now) => {
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
      },
    );
  }
  const ended = { asking: null, dueAt: null };
  const changes = { ...ended, question: null, expiresAt: desk.now() + desk.timings.requestExpires };
  return moveForCustomer(desk, request, 'offer_refused', changes, (records, now) =>
    oweStaffMails(desk, records, request, 'staff-decide', now, `offer:v${request.version}`),
  );
}

export function answerQuestion(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  answer: string,
): Promise<CustomerResult> {
  const text = answer.trim();
  const isSame = (deed: Deed) => deed.kind === 'answered' && deed.text === text;
  return orDoneBefore(desk, request, person, isSame, () => takeAnswer(desk, request, person, text));
}

async function takeAnswer(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  text: string,
): Promise<CustomerResult> {
  if (!canAnswer(request, person)) return 'too_late';
  if (text === '') return 'answer_missing';
  if (text.length > LONGEST_TEXT) return 'too_long';
  const now = desk.now();
  const version = request.version + 1;
  const answers = [...request.answers, { questionId: null, question: request.question ?? '', values: [text] }];
  const shared = { version, answers, question: null, asking: null };
  const said = { text };
  if (request.orderId) {
    const changes = { ...shared, expiresAt: now + desk.timings.requestExpires };
    const tellStaff = async (records: Records) => {
      await records.tokens.revokeForRequest(request.id, 'staff', now);
      await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', now);
    };
    return moveForCustomer(desk, request, 'answered_about_order', changes, tellStaff, said);
  }
  const fields = withAnswer(request.fields, text);
  const changes = { ...shared, fields, match: null, dueAt: turnOf(request, now), attempts: 0, expiresAt: null };
  const endLinks = (records: Records) => records.tokens.revokeForRequest(request.id, 'staff', now);
  return moveForCustomer(desk, request, 'answered', changes, endLinks, said);
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
  const proven = { proof, asking: null, dueAt: turnOf(request, now), attempts: 0, expiresAt: null };
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

/** No order was known: the answer is where its name would be. */
function withAnswer(fields: RequestFields, text: string): RequestFields {
  return /\p{Nd}/u.test(text)
    ? { ...fields, orderReference: text }
    : { ...fields, message: [fields.message, text].filter(Boolean).join('\n') };
}
