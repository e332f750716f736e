/**
 * An order that a fulfilment service has accepted is asked back before it is cancelled: a cancellation stops no parcel
 * (shopify.dev, fulfillmentOrderSubmitCancellationRequest). The service answers in its own time; until then nothing is sent.
 */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { CancelEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble } from './end-in-vain.ts';

/** True: nobody else has the order, go on. Otherwise the effect is settled: it waits, or ends in trouble. */
export async function warehouseLetsGo(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
): Promise<boolean> {
  const { fulfillmentOrders } = order;
  if (fulfillmentOrders.some((one) => one.requestStatus === 'CANCELLATION_REJECTED')) {
    await endWithTrouble(desk, effect, request, { reason: 'warehouse_refused', detail: null }, order);
    return false;
  }
  const toAsk = fulfillmentOrders.filter((one) => one.supportedActions.includes('REQUEST_CANCELLATION'));
  for (const one of toAsk) {
    const answer = await desk.orders.askFulfillmentService(one.id, `${request.ref}: the customer cancels this order`);
    if (answer.kind === 'refused') {
      const detail = answer.errors.map(({ message }) => message).join(' ');
      await endWithTrouble(desk, effect, request, { reason: 'warehouse_refused', detail }, order);
      return false;
    }
  }
  const asked = toAsk.length > 0 || fulfillmentOrders.some((one) => one.requestStatus === 'CANCELLATION_REQUESTED');
  if (!asked) return true;
  const now = desk.now();
  const warehouseAskedAt = effect.outcome.warehouseAskedAt ?? now;
  const outcome = { ...effect.outcome, warehouseAskedAt };
  const result = { state: 'pending', outcome, dueAt: now + desk.timings.recheck, lastError: null } as const;
  await desk.store.transaction(async (records) => {
    if (!(await records.effects.settle(effect, result, now)) || effect.outcome.warehouseAskedAt !== null) return;
    await records.events.append(request.id, { at: now, actor: 'service', type: 'warehouse_asked', data: {} });
  });
  return false;
}
