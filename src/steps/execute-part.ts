/**
 * Takes some lines off an order and gives their money back, in one `refundCreate`. Its key makes it safe to call again
 * for a day, against our own calls; against what others do meanwhile only a look at the order helps, before each.
 */
import { blockOfSome, checkBeforeCancel } from '../domain/cancel-check.ts';
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import type { PartEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { showsRefund } from '../domain/refund-plan.ts';
import { calledAt, isAsApproved, noteBegun } from './begin-on-order.ts';
import type { Desk } from './desk.ts';
import { finishPart } from './end-execution.ts';
import { endWithTrouble } from './end-in-vain.ts';
import { KEY_LIVES_MS, readOrLast, refundOrRefusal, STILL_AT_IT } from './refund-and-tidy.ts';
import { isSettling, lookLater } from './settling.ts';

export async function executePart(desk: Desk, effect: PartEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!request || (request.status !== 'approved' && request.status !== 'executing')) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  const { plan } = effect.payload;
  const order = await desk.orders.read(plan.orderId);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  const { sentAt } = effect.outcome;
  const wasSent = sentAt !== null;
  if ((wasSent || effect.outcome.restored) && request.order && showsRefund(request.order, order, plan)) {
    return finishPart(desk, effect, request, order);
  }
  // What was sent may show later than what somebody else did: staff must not decide anew on half of it.
  if (wasSent && !isUntouched(request, order) && isSettling(desk, effect)) return lookLater(desk, effect);
  if (!(await isAsApproved(desk, effect, request, order))) return;
  if (wasSent && desk.now() - sentAt > KEY_LIVES_MS) {
    return endWithTrouble(desk, effect, request, { reason: 'outcome_unknown', detail: null }, order);
  }
  if (!(await noteBegun(desk, effect, request, order, calledAt(effect.outcome, desk.now())))) return;
  const answer = await refundOrRefusal(desk, effect);
  if (answer.kind === 'refused') {
    const detail = answer.errors.map(({ message }) => message).join(' ');
    if (STILL_AT_IT.test(detail)) throw new OutsideError('shopify', 'unreachable', 'RefundOrder: still being made');
    const trouble: Trouble = { reason: 'shopify_refused', detail };
    return endWithTrouble(desk, effect, request, trouble, await readOrLast(desk, request, plan.orderId));
  }
  await finishPart(desk, effect, { ...request, order }, (await readOrLast(desk, request, plan.orderId)) as Order);
}

function isUntouched(request: CancellationRequest, order: Order): boolean {
  return checkBeforeCancel(order, request.approvedFingerprint ?? '', request.ref, blockOfSome).kind === 'go';
}
