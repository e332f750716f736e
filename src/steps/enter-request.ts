/**
 * A request that came by phone or mail: staff enter it for the customer, and answer for the person. First they see what
 * it comes to; only what they have seen is written, once, however often the button is pressed.
 */
import type { CancellationRequest, RequestFields } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { LONGEST_TEXT } from '../domain/decision.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { type EntryPlan, planEntry } from '../domain/entry-plan.ts';
import { isEnded } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { assess } from '../domain/policy/assess.ts';
import { factsOf } from '../domain/policy/facts.ts';
import { ConflictError } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId, newRef } from './ids.ts';
import { chosenMatch, formatOf } from './match-requests.ts';
import { oweCustomerMail } from './owe-mail.ts';
import { findOrderByName } from './prepare-decision.ts';
import { type Prepared, prepareRoute } from './prepare-route.ts';
import { routeRequest } from './route-request.ts';

export interface Entry {
  readonly orderName: string;
  readonly message: string;
  /** For an order without an address. */
  readonly email: string;
  /** Digest of what it comes to, as it was shown; empty: not shown yet. */
  readonly agreed: string;
  /** Made when it was shown, the same for every press of the button: the id of what is entered. */
  readonly key: string;
}

export type EnterErrors = Partial<Record<'order_name' | 'message' | 'email', string>>;

export type Entered =
  | { readonly kind: 'done'; readonly ref: string }
  | { readonly kind: 'invalid'; readonly errors: EnterErrors }
  /** The order has a request already. */
  | { readonly kind: 'held'; readonly ref: string }
  /** What it comes to has not been agreed to. Nothing is written. */
  | { readonly kind: 'plan'; readonly plan: EntryPlan; readonly key: string };

/** As newId makes them. */
const KEY = /^[0-9a-z]{9}[\w-]{16}$/;

/** Throws OutsideError while Shopify is away. */
export async function enterRequest(desk: Desk, by: string, entry: Entry): Promise<Entered> {
  const errors = check(entry);
  if (Object.keys(errors).length > 0) return { kind: 'invalid', errors };
  const order = await findOrderByName(desk, entry.orderName);
  if (!order) return { kind: 'invalid', errors: { order_name: 'order_not_found' } };
  const holder = await heldBy(desk, order, entry.key);
  if (holder) return holder;
  const fields = fieldsOf(order, entry);
  const prepared = await prepareRoute(desk, { id: entry.key, fields, assessment: null, origin: 'staff' }, order);
  const plan = planOf(desk, order, fields, prepared);
  if (entry.agreed !== plan.digest || !KEY.test(entry.key)) return { kind: 'plan', plan, key: newId() };
  try {
    await write(desk, by, entry, plan, prepared);
  } catch (error) {
    // Somebody was quicker with this order, or this very button was pressed twice.
    if (!(error instanceof ConflictError)) throw error;
  }
  desk.wake();
  return (await heldBy(desk, order, entry.key)) ?? { kind: 'plan', plan, key: newId() };
}

function check({ orderName, message, email }: Entry): EnterErrors {
  return {
    ...(orderName.trim() ? {} : { order_name: 'order_missing' }),
    ...(message.length > LONGEST_TEXT ? { message: 'too_long' } : {}),
    ...(email.trim() && !readEmailAddress(email) ? { email: 'address_missing' } : {}),
  };
}

/** By a press of the same button before this one, or by anybody. */
async function heldBy(desk: Desk, order: Order, key: string): Promise<Entered | null> {
  const { requests } = desk.store.records;
  const own = await requests.get(key);
  if (own?.origin === 'staff' && own.orderId === order.id) return { kind: 'done', ref: own.ref };
  const holder = await requests.holderOf(order.id);
  return holder && { kind: 'held', ref: holder.ref };
}

function fieldsOf(order: Order, entry: Entry): RequestFields {
  const message = entry.message.trim() || null;
  const email = order.email ?? readEmailAddress(entry.email.trim() || null);
  return { orderReference: order.name, email, name: null, phone: null, postcode: null, reason: null, message };
}

function planOf(desk: Desk, order: Order, fields: RequestFields, prepared: Prepared): EntryPlan {
  const at = desk.now();
  const known = { submittedAt: at, fields, proof: { level: 'staff', at } as const, origin: 'staff' as const };
  const assessment = assess(prepared.policy, factsOf(order, known, prepared), at);
  return planEntry(order, fields, assessment, desk.renderer.bestLocale(order.customerLocale) ?? desk.defaultLocale);
}

/** Throws ConflictError when the order, or this very entry, has a request by now. */
async function write(
  desk: Desk,
  by: string,
  { key: id, message }: Entry,
  { order, fields, to, locale }: EntryPlan,
  prepared: Prepared,
): Promise<void> {
  const at = desk.now();
  const said = message.trim();
  const match = chosenMatch('staff_chose', order, { fields }, formatOf(await desk.shop()));
  await desk.store.transaction(async (records) => {
    await records.requests.insert({
      id,
      ref: newRef(),
      locale,
      fields,
      answers: said ? [{ questionId: null, question: by, values: [said] }] : [],
      emailVerified: false,
      origin: 'staff',
      submittedAt: at,
      sourceSubmittedAt: null,
      receivedAt: at,
      digest: `staff:${id}`,
      follows: null,
      mailTo: order.email === null ? to : null,
      dueAt: at,
    });
    await records.events.append(id, { at, actor: by, type: 'received', data: { source: 'staff' } });
    const created = await records.requests.get(id);
    if (!created) throw new Error('The request that was entered is missing');
    const known: CancellationRequest = { ...created, orderId: order.id, proof: { level: 'staff', at } };
    await routeRequest(desk, records, known, order, match, prepared);
    const routed = await records.requests.get(id);
    // What a rule has ended at once is told by that.
    if (!routed || isEnded(routed.status)) return;
    await oweCustomerMail(records, routed, 'customer-received', customerAddress(routed, order), at);
  });
}
