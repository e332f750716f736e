/**
 * Takes some lines off an order and gives their money back, in one `refundCreate`. Its key makes it safe to call again
 * for a day; after that only the order can tell, and a person looks.
 */
import { checkBeforeCancel } from '../domain/cancel-check.ts';
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import type { PartEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { showsRefund } from '../domain/refund-plan.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble, finishPart, returnToStaff } from './end-execution.ts';
import { moveRequest } from './move-request.ts';
import { KEY_LIVES_MS, readOrLast, refundOrRefusal, STILL_AT_IT } from './refund-and-tidy.ts';

export async function executePart(desk: Desk, effect: PartEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!request || (request.status !== 'approved' && request.status !== 'executing')) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  const { plan } = effect.payload;
  if (effect.outcome.restored) {
    const order = await desk.orders.read(plan.orderId);
    const isDone = order && request.order && showsRefund(request.order, order, plan);
    if (isDone) return finishPart(desk, effect, request, order);
  }
  if (effect.outcome.sentAt === null && !(await begin(desk, effect, request))) return;
  const sentAt = effect.outcome.sentAt ?? desk.now();
  if (desk.now() - sentAt > KEY_LIVES_MS) {
    return endWithTrouble(desk, effect, request, { reason: 'outcome_unknown', detail: null }, null);
  }
  const answer = await refundOrRefusal(desk, effect);
  if (answer.kind === 'refused') {
    const detail = answer.errors.map(({ message }) => message).join(' ');
    if (STILL_AT_IT.test(detail)) throw new OutsideError('shopify', 'unreachable', 'RefundOrder: still being made');
    const trouble: Trouble = { reason: 'shopify_refused', detail };
    return endWithTrouble(desk, effect, request, trouble, await readOrLast(desk, request, plan.orderId));
  }
  await finishPart(desk, effect, request, (await readOrLast(desk, request, plan.orderId)) as Order);
}

/** Reads the order once more, and makes durable that the call is about to be made. */
async function begin(desk: Desk, effect: PartEffect, request: CancellationRequest): Promise<boolean> {
  const order = await desk.orders.read(effect.payload.plan.orderId);
  if (!order) {
    await endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
    return false;
  }
  const verdict = checkBeforeCancel(order, request.approvedFingerprint ?? '', request.ref);
  if (verdict.kind === 'changed' || verdict.kind === 'already_cancelled') {
    await returnToStaff(desk, effect, request, order);
    return false;
  }
  if (verdict.kind === 'blocked') {
    await endWithTrouble(desk, effect, request, { reason: verdict.reason, detail: null }, order);
    return false;
  }
  if (effect.outcome.restored) {
    await returnToStaff(desk, effect, request, order, 'restored');
    return false;
  }
  const at = desk.now();
  return desk.store.transaction(async (records) => {
    if (!(await records.effects.progress(effect, 'sent', { sentAt: at }))) return false;
    const moved = await moveRequest(records, request, 'execution_started', {}, { actor: 'service', at });
    if (moved !== 'moved') throw new Error(`Request ${request.ref} could not start execution: ${moved}`);
    return true;
  });
}
