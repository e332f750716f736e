/**
 * Before each call on an approved order: is it still what was approved? The first time it is made durable, too, that the
 * call follows. Somebody in the admin may have done the same, or something else, while a lost call was waited for.
 */
import { blockOfSome, checkBeforeCancel } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type {
  CancelEffect,
  CancelOutcome,
  ChangeEffect,
  PartEffect,
  RefundOutcome,
  ReturnEffect,
} from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { ConflictError } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble, returnToStaff } from './end-in-vain.ts';
import { moveRequest } from './move-request.ts';

/** False: it must not be touched, and the request's way on is written already. */
export async function isAsApproved(
  desk: Desk,
  effect: PartEffect | ChangeEffect,
  request: CancellationRequest,
  order: Order,
): Promise<boolean> {
  const verdict = checkBeforeCancel(order, request.approvedFingerprint ?? '', request.ref, blockOfSome);
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

/**
 * What must be durable before a call: that it is about to be made. False: the claim is lost, don't call. Throws
 * ConflictError, with nothing written, when somebody wrote to the request since it was read: it is looked at anew.
 * @param order as it stands now: by what differs from it afterwards, what came of the call is known
 */
export async function noteBegun(
  desk: Desk,
  effect: CancelEffect | PartEffect | ChangeEffect | ReturnEffect,
  request: CancellationRequest,
  order: Order,
  outcome: CancelOutcome | RefundOutcome,
): Promise<boolean> {
  return desk.store.transaction(async (records) => {
    if (!(await records.effects.progress(effect, 'sent', outcome))) return false;
    if (request.status === 'executing') return true;
    const data = { what: effect.kind.replace('shopify_', '') };
    const trace = { actor: 'service', at: desk.now(), data };
    const moved = await moveRequest(records, request, 'execution_started', { order }, trace);
    if (moved === 'stale') throw new ConflictError(`${request.ref} changed meanwhile`);
    if (moved === 'refused') throw new Error(`${request.ref} can't be carried out: it is ${request.status}`);
    return true;
  });
}

export function calledAt(outcome: RefundOutcome, at: number): RefundOutcome {
  return { ...outcome, sentAt: outcome.sentAt ?? at, calledAt: at };
}
