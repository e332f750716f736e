import { cancelKey } from '../domain/effect.ts';
import type { Treatment } from '../domain/policy/policy.ts';
import { ConflictError, type Records } from '../records/store.ts';
import { newId } from './ids.ts';

/** Whether it is free: never owed, or come to nothing. */
export async function canOweCancel(records: Records, orderId: string): Promise<boolean> {
  const earlier = await records.effects.byKey(cancelKey(orderId));
  return earlier === null || earlier.state === 'failed' || earlier.state === 'skipped';
}

/** Writes the order's one cancellation; false: it is owed, or done, by another request. */
export async function oweCancel(
  records: Records,
  requestId: string,
  orderId: string,
  treatment: Treatment,
  now: number,
  /** Later than now: the approval can be taken back until then. */
  dueAt = now,
): Promise<boolean> {
  const payload = { orderId, treatment };
  const key = cancelKey(orderId);
  const earlier = await records.effects.byKey(key);
  if (!earlier) {
    await records.effects.insert({ kind: 'shopify_cancel', key, requestId, payload }, newId(), now, dueAt);
    return true;
  }
  return earlier.kind === 'shopify_cancel' && records.effects.restartCancel(earlier, payload, requestId, dueAt);
}

/** Rolls the transaction back: the order's one cancellation belongs to another request, or is on its way. */
export function rollBack(): never {
  throw new ConflictError('The cancellation of this order is owed already');
}
