/** The ways an execution ends. Each writes the effect's end, the request's status and the mails in one transaction. */
import type { CancelBlock } from '../domain/cancel-check.ts';
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type {
  CancelEffect,
  CancelOutcome,
  ChangeEffect,
  EffectState,
  PartEffect,
  ReturnEffect,
} from '../domain/effect.ts';
import { nextStatus, type RequestEvent } from '../domain/lifecycle.ts';
import { toMillionths } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import type { Treatment } from '../domain/policy/policy.ts';
import {
  owedAfterChange,
  owedByHand,
  planDifference,
  planSeparateRefund,
  refundAmount,
  refundOf,
  refundsSince,
} from '../domain/refund-plan.ts';
import { knowsAcceptance, newsOfFailure } from '../domain/trouble.ts';
import type { RequestChanges } from '../records/requests.ts';
import { ConflictError, type Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

type Execution = CancelEffect | PartEffect | ReturnEffect | ChangeEffect;

interface Ending {
  readonly event: RequestEvent;
  readonly changes: RequestChanges;
  /** For the history. */
  readonly data?: Record<string, unknown>;
}

/**
 * Shopify says the order is cancelled. `byUs` false: somebody else did it; no second cancel, no second refund. Money that
 * goes back in a step of its own comes first: the customer is told when it is known.
 */
export async function finishCancelled(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
  byUs: boolean,
): Promise<void> {
  const event = byUs ? 'confirmed_cancelled' : 'found_cancelled';
  const { treatment } = effect.payload;
  const wanted = byUs ? planSeparateRefund(order, request.order, treatment) : null;
  const before = effect.outcome.restored ? request.order : null;
  // What came since the backup may be this very refund: never another one on top.
  const came = before ? refundsSince(before, order) : [];
  const plan = came.length > 0 ? null : wanted;
  const byHand = plan || (before && isPaidBack(before, order, treatment)) ? null : owedByHand(order, treatment);
  const payback = byHand && { amount: byHand, done: null };
  const changes = { order, trouble: null, payback, hold: null };
  // Shopify made these as it cancelled; the order is no witness to more.
  const data = { refunds: request.order ? refundsSince(request.order, order) : [] };
  await end(desk, effect, byUs ? 'done' : 'skipped', request, { event, changes, data }, async (records, now) => {
    if (plan) {
      const key = `refund:${order.id}`;
      const payload = { plan, idempotencyKey: newId() };
      await records.effects.insert({ kind: 'shopify_refund', key, requestId: request.id, payload }, newId(), now);
    } else {
      await oweCustomerMail(records, request, 'customer-cancelled', customerAddress(request, order), now);
    }
    const remove = treatment.delete_test_orders && order.test;
    if (byUs && (treatment.tags.length > 0 || treatment.archive || remove)) {
      const payload = { orderId: order.id, tags: treatment.tags, archive: treatment.archive, remove };
      const key = `tidy:${order.id}`;
      await records.effects.insert({ kind: 'shopify_tidy', key, requestId: request.id, payload }, newId(), now);
    }
    if (payback) await oweStaffMails(desk, records, request, 'staff-payback', now);
  });
}

/** Whether the order shows a refund of what this treatment gives back of the order as it was before. */
function isPaidBack(before: Order, now: Order, { amount }: Treatment): boolean {
  const wanted = toMillionths(refundAmount(before, amount));
  return refundsSince(before, now).some(({ total }) => toMillionths(total) === wanted);
}

/** The lines are off the order; the rest of it goes on, so the parcel is let go. */
export async function finishPart(
  desk: Desk,
  effect: PartEffect,
  request: CancellationRequest,
  order: Order,
): Promise<void> {
  const changes = { order, trouble: null };
  const refund = request.order && refundOf(request.order, order, effect.payload.plan);
  const data = { refunds: refund ? [refund] : [] };
  await end(desk, effect, 'done', request, { event: 'part_confirmed', changes, data }, (records, now) =>
    oweCustomerMail(records, request, 'customer-part-cancelled', customerAddress(request, order), now),
  );
}

/**
 * The order is as it was to be. Where it has become cheaper, Shopify gives nothing back by itself: the difference goes
 * back in a step of its own, and the customer is told when it is known.
 */
export async function finishChange(
  desk: Desk,
  effect: ChangeEffect,
  request: CancellationRequest,
  order: Order,
): Promise<void> {
  const owed = owedAfterChange(order);
  const plan = owed && planDifference(order, owed);
  const payback = owed && !plan ? { amount: owed, done: null } : null;
  const changes = { order, trouble: null, payback };
  await end(desk, effect, 'done', request, { event: 'change_confirmed', changes }, async (records, now) => {
    if (plan) {
      const key = `refund:change:${request.id}:r${request.revision}`;
      const payload = { plan, idempotencyKey: newId() };
      await records.effects.insert({ kind: 'shopify_refund', key, requestId: request.id, payload }, newId(), now);
      return;
    }
    await oweCustomerMail(records, request, 'customer-changed', customerAddress(request, order), now);
    if (payback) await oweStaffMails(desk, records, request, 'staff-payback', now);
  });
}

/** The customer sends it back; the money follows when it is here, by the shop's own way with returns. */
export async function finishReturn(
  desk: Desk,
  effect: ReturnEffect,
  request: CancellationRequest,
  order: Order,
  /** Of the return; unknown where the answer was lost. */
  returned?: string,
): Promise<void> {
  const changes = { order, trouble: null };
  await end(desk, effect, 'done', request, { event: 'return_confirmed', changes, data: { returned } }, (records, now) =>
    oweCustomerMail(records, request, 'customer-return-opened', customerAddress(request, order), now),
  );
}

/** What Shopify can't cancel yet, it waits for; what it never will goes to staff. */
export async function endBlocked(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  reason: CancelBlock,
  order: Order,
): Promise<void> {
  const mayWait = reason === 'label_bought' || reason === 'payment_pending';
  if (!mayWait || !nextStatus(request.status, 'blocked')) {
    return endWithTrouble(desk, effect, request, { reason, detail: null }, order);
  }
  const now = desk.now();
  const version = request.version + 1;
  // Assessed anew at once: that tells whoever has to do something.
  const changes = {
    order,
    version,
    decision: null,
    approvals: [],
    approvedFingerprint: null,
    undoUntil: null,
    dueAt: now,
    expiresAt: now + desk.timings.requestExpires,
  };
  await end(
    desk,
    effect,
    'skipped',
    request,
    { event: 'blocked', changes, data: { trouble: reason } },
    async (records) => {
      // That it waits for the payment is a mail of its own.
      if (reason === 'label_bought' && knowsAcceptance(request))
        await oweUndone(records, { ...request, version }, order, now);
    },
  );
}

export async function endWithTrouble(
  desk: Desk,
  effect: Execution,
  request: CancellationRequest,
  trouble: Trouble,
  order: Order | null,
): Promise<void> {
  const version = request.version + 1;
  const seen = order ?? request.order;
  const news = newsOfFailure(request, trouble, seen);
  const told = news ? { ...trouble, told: true } : trouble;
  const changes = { trouble: told, version, undoUntil: null, ...(order ? { order } : {}) };
  const data = { trouble: trouble.reason, detail: trouble.detail };
  await end(desk, effect, 'failed', request, { event: 'execution_failed', changes, data }, async (records, now) => {
    const moved = { ...request, version };
    if (news) await oweCustomerMail(records, moved, news, customerAddress(request, seen), now, `failed:v${version}`);
    await oweStaffMails(desk, records, moved, 'staff-failed', now);
  });
}

/** The order is not what was approved any more, or the approval comes from a backup: staff look at it anew. */
export async function returnToStaff(
  desk: Desk,
  effect: Execution,
  request: CancellationRequest,
  order: Order,
  reason: 'order_changed' | 'restored' = 'order_changed',
): Promise<void> {
  const version = request.version + 1;
  const wasTold = knowsAcceptance(request);
  const changes: RequestChanges = {
    version,
    order,
    decision: null,
    approvals: [],
    approvedFingerprint: null,
    trouble: { reason, detail: null, ...(wasTold ? { told: true } : {}) },
    undoUntil: null,
    expiresAt: desk.now() + desk.timings.requestExpires,
  };
  const data = { trouble: reason };
  await end(desk, effect, 'skipped', request, { event: 'order_changed', changes, data }, async (records, now) => {
    if (wasTold) await oweUndone(records, { ...request, version }, order, now);
    await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', now);
  });
}

function oweUndone(records: Records, request: CancellationRequest, order: Order, now: number): Promise<void> {
  const to = customerAddress(request, order);
  return oweCustomerMail(records, request, 'customer-undone', to, now, `back:v${request.version}`);
}

/** The request stays as it is; staff are told once that Shopify is taking very long. */
export async function tellStuck(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  outcome: CancelOutcome,
): Promise<void> {
  const now = desk.now();
  await writeAnew(desk, async (records) => {
    if (!(await records.effects.progress(effect, 'confirming', outcome))) return;
    const current = (await records.requests.get(request.id)) ?? request;
    await mustUpdate(records, current, { trouble: { reason: 'job_stuck', detail: null } }, now);
    await records.events.append(request.id, { at: now, actor: 'service', type: 'job_stuck', data: {} });
    await oweStaffMails(desk, records, request, 'staff-failed', now, 'stuck');
  });
}

async function end(
  desk: Desk,
  effect: Execution,
  state: EffectState,
  request: CancellationRequest,
  { event, changes, data = {} }: Ending,
  alsoOwe: (records: Records, now: number) => Promise<void>,
): Promise<void> {
  const now = desk.now();
  const written = await writeAnew(desk, async (records) => {
    // The fence first: a worker that lost its claim writes nothing at all.
    if (!(await records.effects.settle(effect, { state }, now))) return false;
    const current = await records.requests.get(request.id);
    if (!current) throw new Error(`Request ${request.ref} is not in the store`);
    const moved = await moveRequest(records, current, event, changes, { actor: 'service', at: now, data });
    if (moved === 'stale') throw new ConflictError(`Request ${request.ref} changed meanwhile`);
    if (moved !== 'moved') throw new Error(`Request ${request.ref} refused ${event} in ${current.status}`);
    await alsoOwe(records, now);
    return true;
  });
  if (changes.order) desk.freshOrder.note(changes.order);
  if (written) desk.log.info({ ref: request.ref, event }, 'execution ended');
  desk.wake();
}
