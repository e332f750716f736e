/** Before the first call on an approved order: is it still what was approved? Then it is made durable that the call follows. */
import { checkBeforeCancel } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { ChangeEffect, PartEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble, returnToStaff } from './end-execution.ts';
import { moveRequest } from './move-request.ts';

/** The order as it stands; null: it must not be touched, and the request's way on is written already. */
export async function beginOnOrder(
  desk: Desk,
  effect: PartEffect | ChangeEffect,
  request: CancellationRequest,
  orderId: string,
): Promise<Order | null> {
  const order = await desk.orders.read(orderId);
  if (!order) {
    await endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
    return null;
  }
  const verdict = checkBeforeCancel(order, request.approvedFingerprint ?? '', request.ref);
  if (verdict.kind === 'changed' || verdict.kind === 'already_cancelled') {
    await returnToStaff(desk, effect, request, order);
    return null;
  }
  if (verdict.kind === 'blocked') {
    await endWithTrouble(desk, effect, request, { reason: verdict.reason, detail: null }, order);
    return null;
  }
  if (effect.outcome.restored) {
    await returnToStaff(desk, effect, request, order, 'restored');
    return null;
  }
  const at = desk.now();
  const begun = await desk.store.transaction(async (records) => {
    if (!(await records.effects.progress(effect, 'sent', { sentAt: at }))) return false;
    if (request.status === 'executing') return true;
    const moved = await moveRequest(records, request, 'execution_started', {}, { actor: 'service', at });
    if (moved !== 'moved') throw new Error(`Request ${request.ref} could not start execution: ${moved}`);
    return true;
  });
  return begun ? order : null;
}
