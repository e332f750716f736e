/** What the service goes on trying in vain, for whatever reason: after a while a person looks too. */
import type { Effect } from '../domain/effect.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { isHeldNow } from './holds.ts';
import { oweStaffMails } from './owe-mail.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

/** After a try of this effect. */
export async function noteOverdue(desk: Desk, effect: Effect): Promise<void> {
  const { executionOverdue, releaseOverdue } = desk.timings;
  const age = desk.now() - effect.createdAt;
  switch (effect.kind) {
    case 'shopify_cancel':
    case 'shopify_part':
    case 'shopify_return':
    case 'shopify_change':
      if (age >= executionOverdue) await writeAnew(desk, (records) => noteNotCarriedOut(desk, records, effect));
      return;
    case 'shopify_release':
      if (age >= releaseOverdue) await writeAnew(desk, (records) => noteNotReleased(desk, records, effect));
      return;
    case 'shopify_hold':
    case 'shopify_refund':
    case 'shopify_discount':
    case 'shopify_tidy':
    case 'mail':
    case 'chat':
      return;
  }
}

async function noteNotCarriedOut(desk: Desk, records: Records, { requestId }: Effect): Promise<void> {
  const at = desk.now();
  const request = requestId ? await records.requests.get(requestId) : null;
  if (!request?.decision || (request.status !== 'approved' && request.status !== 'executing')) return;
  // Told already, or by its job.
  if (request.trouble?.reason === 'not_carried_out' || request.trouble?.reason === 'job_stuck') return;
  // An effect is older than what is approved anew.
  const since = Math.max(request.decision.at, request.undoUntil ?? 0);
  if (at - since < desk.timings.executionOverdue) return;
  await mustUpdate(records, request, { trouble: { reason: 'not_carried_out', detail: null } }, at);
  await records.events.append(request.id, { at, actor: 'service', type: 'not_carried_out', data: {} });
  await oweStaffMails(desk, records, request, 'staff-failed', at, `overdue:r${request.revision}`);
}

async function noteNotReleased(
  desk: Desk,
  records: Records,
  { id, requestId, payload: { handle } }: Extract<Effect, { kind: 'shopify_release' }>,
): Promise<void> {
  const at = desk.now();
  const request = requestId ? await records.requests.get(requestId) : null;
  // What an earlier version held: the newer one holds it too, and lets go of both.
  if (!request || request.hold?.state === 'not_released' || !(await isHeldNow(records, request.id, handle))) return;
  const effects = await records.effects.byRequest(request.id);
  if (effects.find((one) => one.id === id)?.state !== 'pending') return;
  await mustUpdate(records, request, { hold: { state: 'not_released', at } }, at);
  await records.events.append(request.id, { at, actor: 'service', type: 'parcel_not_released', data: {} });
  await oweStaffMails(desk, records, request, 'staff-reminder', at, `release:r${request.revision}`);
}
