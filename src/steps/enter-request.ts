/** A request that came by phone or mail: staff enter it for the customer, and answer for the person. */
import type { RequestFields } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { LONGEST_TEXT } from '../domain/decision.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { ConflictError } from '../records.ts';
import type { Desk } from './desk.ts';
import { newId, newRef } from './ids.ts';
import { chosenMatch, formatOf } from './match-requests.ts';
import { oweCustomerMail } from './owe-mail.ts';
import { findOrderByName } from './prepare-decision.ts';
import { prepareRoute, routeRequest } from './route-request.ts';

export type EnterErrors = Partial<Record<'order_name' | 'message', string>>;

export type Entered =
  | { readonly kind: 'done'; readonly ref: string }
  | { readonly kind: 'invalid'; readonly errors: EnterErrors };

/** Throws OutsideError while Shopify is away. */
export async function enterRequest(
  desk: Desk,
  by: string,
  { orderName, message }: { readonly orderName: string; readonly message: string },
): Promise<Entered> {
  if (!orderName.trim()) return { kind: 'invalid', errors: { order_name: 'order_missing' } };
  if (message.length > LONGEST_TEXT) return { kind: 'invalid', errors: { message: 'too_long' } };
  const order = await findOrderByName(desk, orderName);
  if (!order) return { kind: 'invalid', errors: { order_name: 'order_not_found' } };
  const now = desk.now();
  const id = newId();
  const ref = newRef();
  const fields: RequestFields = {
    orderReference: order.name,
    email: order.email,
    name: null,
    phone: null,
    postcode: null,
    reason: null,
    message: message.trim() || null,
  };
  const match = chosenMatch('staff_chose', order, { fields }, formatOf(await desk.shop()));
  const prepared = await prepareRoute(desk, { id, fields, assessment: null, origin: 'staff' }, order);
  const holder = await desk.store.records.requests.holderOf(order.id);
  if (holder) return { kind: 'invalid', errors: { order_name: 'order_has_request' } };
  try {
    await desk.store.transaction(async (records) => {
      await records.requests.insert({
        id,
        ref,
        locale: desk.defaultLocale,
        fields,
        answers: message.trim() ? [{ questionId: null, question: by, values: [message.trim()] }] : [],
        emailVerified: false,
        origin: 'staff',
        submittedAt: now,
        sourceSubmittedAt: null,
        receivedAt: now,
        digest: `staff:${id}`,
        follows: null,
        dueAt: now,
      });
      await records.events.append(id, { at: now, actor: by, type: 'received', data: { source: 'staff' } });
      const created = await records.requests.get(id);
      if (!created) throw new Error('The request that was entered is missing');
      const known = { ...created, proof: { level: 'staff', at: now } as const };
      await routeRequest(desk, records, known, order, match, prepared);
      const routed = await records.requests.get(id);
      // What a rule has ended at once is told by that.
      if (!routed || isEnded(routed.status)) return;
      await oweCustomerMail(records, routed, 'customer-received', customerAddress(routed, order), now);
    });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return { kind: 'invalid', errors: { order_name: 'order_has_request' } };
  }
  desk.wake();
  return { kind: 'done', ref };
}
