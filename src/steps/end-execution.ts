/** The ways an execution ends. Each writes the effect's end, the request's status and the mails in one transaction. */
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import type { CancelEffect, EffectState } from '../domain/effect.ts';
import type { RequestEvent } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import type { Records, RequestChanges } from '../records.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';

/** Shopify says the order is cancelled. `byUs` false: somebody else did it; no second cancel, no second refund. */
export async function finishCancelled(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
  byUs: boolean,
): Promise<void> {
  const event = byUs ? 'confirmed_cancelled' : 'found_cancelled';
  await end(desk, effect, byUs ? 'done' : 'skipped', request, event, { order, trouble: null }, async (records, now) => {
    await oweCustomerMail(records, request, 'customer-cancelled', order.email ?? request.fields.email, now);
  });
}

export async function endWithTrouble(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  trouble: Trouble,
  order: Order | null,
): Promise<void> {
  const version = request.version + 1;
  const changes = { trouble, version, ...(order ? { order } : {}) };
  await end(desk, effect, 'failed', request, 'execution_failed', changes, (records, now) =>
    oweStaffMails(records, { id: request.id, version }, 'staff-failed', desk.defaultLocale, now),
  );
}

/** The order is not what was approved any more: staff look at it anew. */
export async function returnToStaff(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
): Promise<void> {
  const version = request.version + 1;
  const changes: RequestChanges = {
    version,
    order,
    decision: null,
    approvedFingerprint: null,
    trouble: { reason: 'order_changed', detail: null },
    expiresAt: desk.now() + desk.timings.requestExpires,
  };
  await end(desk, effect, 'skipped', request, 'order_changed', changes, (records, now) =>
    oweStaffMails(records, { id: request.id, version }, 'staff-decide', desk.defaultLocale, now),
  );
}

/** The request stays as it is; staff are told once that Shopify is taking very long. */
export async function tellStuck(desk: Desk, request: CancellationRequest): Promise<void> {
  const now = desk.now();
  await desk.store.transaction(async (records) => {
    await records.requests.update(request, { trouble: { reason: 'job_stuck', detail: null } }, now);
    await records.events.append(request.id, { at: now, actor: 'service', type: 'job_stuck', data: {} });
    await oweStaffMails(records, request, 'staff-failed', desk.defaultLocale, now, 'stuck');
  });
}

async function end(
  desk: Desk,
  effect: CancelEffect,
  state: EffectState,
  request: CancellationRequest,
  event: RequestEvent,
  changes: RequestChanges,
  alsoOwe: (records: Records, now: number) => Promise<void>,
): Promise<void> {
  const now = desk.now();
  const written = await desk.store.transaction(async (records) => {
    // The fence first: a worker that lost its claim writes nothing at all.
    if (!(await records.effects.settle(effect, { state }, now))) return false;
    const current = await records.requests.get(request.id);
    if (!current) throw new Error(`Request ${request.ref} is not in the store`);
    const moved = await moveRequest(records, current, event, changes, { actor: 'service', at: now });
    if (moved !== 'moved') throw new Error(`Request ${request.ref} refused ${event} in ${current.status}`);
    await alsoOwe(records, now);
    return true;
  });
  if (written) desk.log.info({ ref: request.ref, event }, 'execution ended');
  desk.wake();
}
