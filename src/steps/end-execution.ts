/** The ways an execution succeeds, by our doing or somebody else's. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type { CancelEffect, ChangeEffect, PartEffect, ReturnEffect } from '../domain/effect.ts';
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
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { writeEnding } from './write-ending.ts';

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
  await writeEnding(
    desk,
    effect,
    byUs ? 'done' : 'skipped',
    request,
    { event, changes, data },
    async (records, now) => {
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
    },
  );
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
  await writeEnding(desk, effect, 'done', request, { event: 'part_confirmed', changes, data }, (records, now) =>
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
  await writeEnding(desk, effect, 'done', request, { event: 'change_confirmed', changes }, async (records, now) => {
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
  await writeEnding(
    desk,
    effect,
    'done',
    request,
    { event: 'return_confirmed', changes, data: { returned } },
    (records, now) => oweCustomerMail(records, request, 'customer-return-opened', customerAddress(request, order), now),
  );
}
