/**
 * Takes some lines off an order and gives their money back, in one `refundCreate`. Its key makes it safe to call again
 * for a day; after that only the order can tell, and a person looks.
 */
import type { Trouble } from '../domain/cancellation-request.ts';
import type { PartEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { showsRefund } from '../domain/refund-plan.ts';
import { beginOnOrder } from './begin-on-order.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble, finishPart } from './end-execution.ts';
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
  if (effect.outcome.sentAt === null && !(await beginOnOrder(desk, effect, request, plan.orderId))) return;
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
