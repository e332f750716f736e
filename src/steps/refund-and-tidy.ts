/** What follows a cancellation: money that goes back in a step of its own, tags, the archive. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type { DiscountEffect, PartEffect, RefundEffect, TidyEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { refundOf, refundsSince, showsRefund } from '../domain/refund-plan.ts';
import type { MutationAnswer } from '../ports.ts';
import type { EffectResult } from '../records/effects.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { isSettling, lookLater } from './settling.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

/** Shopify forgets a key after 24 hours; then the same call would be another refund. */
export const KEY_LIVES_MS = 23 * 60 * 60_000;

/** An earlier call with the same key isn't finished: not a no. These errors have no codes (shopify.dev, "Idempotent requests"). */
export const STILL_AT_IT = /IDEMPOTENCY_CONCURRENT_REQUEST/;

/**
 * Called again under the same key as long as no answer came: within a day that is one refund, however often. After that
 * only the order can tell, and a person looks.
 */
export async function executeRefund(desk: Desk, effect: RefundEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!request) throw new Error(`Refund ${effect.id} belongs to no request`);
  const { plan } = effect.payload;
  if (request.order && !(await isStillOwed(desk, effect, request, request.order))) return;
  const now = desk.now();
  const sentAt = effect.outcome.sentAt ?? now;
  if (now - sentAt > KEY_LIVES_MS) return failRefund(desk, effect, request, 'No answer within a day');
  if (!(await effects.progress(effect, 'sent', { ...effect.outcome, sentAt, calledAt: now }))) return;
  const answer = await refundOrRefusal(desk, effect);
  if (answer.kind === 'refused' && answer.errors.some(({ message }) => STILL_AT_IT.test(message))) {
    throw new OutsideError('shopify', 'unreachable', 'RefundOrder: the same refund is being made already');
  }
  if (answer.kind === 'refused') {
    return failRefund(desk, effect, request, answer.errors.map(({ message }) => message).join(' '));
  }
  await finishRefund(desk, effect, request, await readOrLast(desk, request, plan.orderId));
}

/**
 * The key protects from our own calls; somebody in the admin may have paid meanwhile. False: no call, and what comes of
 * that is written.
 */
async function isStillOwed(
  desk: Desk,
  effect: RefundEffect,
  request: CancellationRequest,
  before: Order,
): Promise<boolean> {
  const { plan } = effect.payload;
  const { sentAt, restored } = effect.outcome;
  const order = await desk.orders.readAgain(before);
  if (!order) return true;
  if ((sentAt !== null || restored) && showsRefund(before, order, plan)) {
    await finishRefund(desk, effect, request, order);
    return false;
  }
  const wasPaid = refundsSince(before, order).length > 0;
  if (!wasPaid && !restored) return true;
  // Ours may show later than theirs.
  if (sentAt !== null && isSettling(desk, effect)) await lookLater(desk, effect);
  else if (wasPaid) await failRefund(desk, effect, request, 'Money went back meanwhile; see how much is still owed');
  // It may have been paid by hand since the backup, outside Shopify.
  else await failRefund(desk, effect, request, 'This is known from a backup; see whether it was paid already');
  return false;
}

async function finishRefund(
  desk: Desk,
  effect: RefundEffect,
  request: CancellationRequest,
  order: Order | null,
): Promise<void> {
  const at = desk.now();
  const { plan } = effect.payload;
  await writeAnew(desk, async (records) => {
    if (!(await records.effects.settle(effect, { state: 'done', lastError: null }, at))) return;
    const refund = request.order && order ? refundOf(request.order, order, plan) : null;
    const data = { method: plan.method, ...(refund ? { refunds: [refund] } : { amount: plan.amount }) };
    await records.events.append(request.id, { at, actor: 'service', type: 'refunded', data });
    const current = await records.requests.get(request.id);
    if (current && order) await mustUpdate(records, current, { order }, at);
    await oweCustomerMail(records, request, noticeFor(request), customerAddress(request, order), at);
  });
  desk.wake();
}

/** What the money was for. */
function noticeFor({ decision }: CancellationRequest): 'customer-cancelled' | 'customer-changed' {
  return decision?.change ? 'customer-changed' : 'customer-cancelled';
}

/** A call that Shopify can't make sense of will not be understood the next time either. */
export async function refundOrRefusal(desk: Desk, { payload }: RefundEffect | PartEffect): Promise<MutationAnswer> {
  try {
    return await desk.orders.refund(payload.plan, payload.idempotencyKey);
  } catch (error) {
    if (!(error instanceof OutsideError && error.fault === 'rejected')) throw error;
    return { kind: 'refused', errors: [{ code: null, message: error.message }] };
  }
}

/** What was done is done, also when nobody can look at it just now. */
export async function readOrLast(desk: Desk, request: CancellationRequest, orderId: string): Promise<Order | null> {
  try {
    return (await desk.orders.read(orderId)) ?? request.order;
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return request.order;
  }
}

/** The order is cancelled all the same: somebody has to see to the money, and the customer is told so. */
export async function failRefund(
  desk: Desk,
  effect: RefundEffect,
  request: CancellationRequest,
  lastError: string,
): Promise<void> {
  const at = desk.now();
  await writeAnew(desk, async (records) => {
    if (!(await records.effects.settle(effect, { state: 'failed', lastError }, at))) return;
    await records.events.append(request.id, { at, actor: 'service', type: 'refund_failed', data: {} });
    const current = await records.requests.get(request.id);
    if (!current) return;
    const payback = { amount: effect.payload.plan.amount, done: null };
    await mustUpdate(records, current, { payback, trouble: { reason: 'refund_failed', detail: lastError } }, at);
    await oweStaffMails(desk, records, request, 'staff-payback', at);
    await oweCustomerMail(records, request, noticeFor(request), customerAddress(request), at);
  });
  desk.log.error({ ref: request.ref }, 'refund failed: needs a person');
  desk.wake();
}

/** The code first, then the mail that tells it. The customer isn't left waiting for it: after a day staff see to it. */
export async function executeDiscount(desk: Desk, effect: DiscountEffect): Promise<void> {
  const isOverdue = desk.now() - effect.createdAt >= desk.timings.executionOverdue;
  if (isOverdue) return failDiscount(desk, effect, 'It could not be made within a day');
  const answer = await desk.orders.createDiscount(effect.payload);
  if (answer.kind === 'refused') {
    return failDiscount(desk, effect, answer.errors.map(({ message }) => message).join(' '));
  }
  await endDiscount(desk, effect, { state: 'done', lastError: null }, (records, request, at) =>
    oweCustomerMail(records, request, 'customer-discount', customerAddress(request), at),
  );
}

/** A promise that could not be kept is a person's to keep: the staff mail carries the offer. */
export async function failDiscount(desk: Desk, effect: DiscountEffect, lastError: string): Promise<void> {
  await endDiscount(desk, effect, { state: 'failed', lastError }, (records, request, at) =>
    oweStaffMails(desk, records, request, 'staff-discount-failed', at),
  );
}

async function endDiscount(
  desk: Desk,
  effect: DiscountEffect,
  result: Pick<EffectResult, 'state' | 'lastError'>,
  tell: (records: Records, request: CancellationRequest, at: number) => Promise<void>,
): Promise<void> {
  const at = desk.now();
  await desk.store.transaction(async (records) => {
    if (!(await records.effects.settle(effect, result, at))) return;
    const request = effect.requestId ? await records.requests.get(effect.requestId) : null;
    if (request) await tell(records, request, at);
  });
  desk.wake();
}

export async function executeTidy(desk: Desk, effect: TidyEffect): Promise<void> {
  const { orderId, tags, archive, remove } = effect.payload;
  const removed = remove ? await desk.orders.deleteTestOrder(orderId) : null;
  const isGone = removed?.kind === 'done';
  const answers = [
    tags.length > 0 && !isGone ? await desk.orders.addTags(orderId, tags) : null,
    // What can't be deleted is put away.
    (archive || remove) && !isGone ? await desk.orders.archive(orderId) : null,
  ];
  const refused = answers.flatMap((answer) => (answer?.kind === 'refused' ? answer.errors : []));
  const lastError = refused.map(({ message }) => message).join(' ') || null;
  await desk.store.records.effects.settle(effect, { state: lastError ? 'failed' : 'done', lastError }, desk.now());
}
