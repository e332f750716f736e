/**
 * Before each call on an approved order: is it still what was approved? The first time it is made durable, too, that the
 * call follows. Somebody in the admin may have done the same, or something else, while a lost call was waited for.
 */
import { checkBeforeCancel } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { ChangeEffect, PartEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble, returnToStaff } from './end-execution.ts';
import { moveRequest } from './move-request.ts';

/** False: it must not be touched, and the request's way on is written already. */
export async function isAsApproved(
  desk: Desk,
  effect: PartEffect | ChangeEffect,
  request: CancellationRequest,
  order: Order,
): Promise<boolean> {
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
  return true;
}

/** False: the claim is lost, don't call. */
export async function noteBegun(
  desk: Desk,
  effect: PartEffect | ChangeEffect,
  request: CancellationRequest,
): Promise<boolean> {
  const at = desk.now();
  return desk.store.transaction(async (records) => {
    if (
      !(await records.effects.progress(effect, 'sent', {
        ...effect.outcome,
        sentAt: effect.outcome.sentAt ?? at,
        calledAt: at,
      }))
    )
      return false;
    if (request.status === 'executing') return true;
    const moved = await moveRequest(records, request, 'execution_started', {}, { actor: 'service', at });
    if (moved !== 'moved') throw new Error(`Request ${request.ref} could not start execution: ${moved}`);
    return true;
  });
}
