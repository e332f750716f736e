/**
 * Takes a request whose order is known where proof and policy want it: to the customer, to staff, to the shop's queue,
 * into waiting, or straight to its end. Everything it decides by was read before; here it is written, in one transaction.
 */

import { isBeingFulfilled, isOurs, shippedOf } from '../domain/cancel-check.ts';
import type { CancellationRequest, Decision, Match, RequestStatus } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type { RequestEvent } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { type Assessment, assess } from '../domain/policy/assess.ts';
import { factsOf } from '../domain/policy/facts.ts';
import { type Policy, textFor } from '../domain/policy/policy.ts';
import { planProof } from '../domain/proof.ts';
import type { RequestChanges } from '../records/requests.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweHold } from './holds.ts';
import { type Moved, moveRequest } from './move-request.ts';
import { canOweCancel, oweCancel, rollBack } from './owe-cancel.ts';
import { hasHeard, oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import type { Prepared } from './prepare-route.ts';

const HOLDING: readonly RequestStatus[] = ['needs_customer', 'waiting', 'awaiting_decision'];
const DAY_MS = 24 * 60 * 60_000;

/** Holds the parcel too, once the request waits for somebody. */
export async function routeRequest(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  order: Order,
  match: Match,
  prepared: Prepared,
): Promise<Moved> {
  const moved = await route(desk, records, request, order, match, prepared);
  if (moved !== 'moved' || request.hold || request.doubt || !prepared.policy.hold) return moved;
  const now = await records.requests.get(request.id);
  // What is approved is cancelled within seconds and needs no hold, but where it can be taken back for a while.
  const waits = now && (HOLDING.includes(now.status) || (now.status === 'approved' && now.undoUntil !== null));
  if (waits) await oweHold(records, now, order.id, desk.now());
  return moved;
}

async function route(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  order: Order,
  match: Match,
  prepared: Prepared,
): Promise<Moved> {
  const now = desk.now();
  const { policy } = prepared;
  const isSweep = request.origin === 'risk_sweep';
  // Corrected while another order was meant, or none, it is nobody's of this order.
  const mailTo = request.orderId === order.id ? request.mailTo : null;
  const theirs = { ...request, mailTo, locale: desk.renderer.bestLocale(order.customerLocale) ?? request.locale };
  const bound: RequestChanges = {
    match,
    order,
    orderId: order.id,
    orderName: order.name,
    customerEmail: order.email ?? request.fields.email,
    locale: theirs.locale,
    dueAt: null,
    mailTo,
  };
  const trace = (data: Record<string, unknown>) => ({
    actor: 'service',
    at: now,
    data: { order: order.name, ...data },
  });

  if (order.cancelledAt !== null && order.email) {
    const moved = await moveRequest(records, request, 'found_cancelled', { ...bound, expiresAt: null }, trace({}));
    // Ours, which a restored database has forgotten, is told as it was told then: mail programs show that mail once.
    const notice = isOurs(order, request.ref) ? 'customer-cancelled' : 'customer-found-cancelled';
    const to = customerAddress(theirs, order);
    // Whoever didn't ask needn't hear what somebody else did.
    const isTold = !(isSweep && notice === 'customer-found-cancelled') && (await hasHeard(records, request));
    if (moved === 'moved' && isTold) await oweNewsOfOrder(records, theirs, order.id, to, policy, now, { notice });
    return moved;
  }

  const proof = isSweep ? ({ kind: 'enough', level: 'none' } as const) : planProof(policy.proof.level, request, order);
  if (proof.kind === 'confirm' && !request.doubt) {
    const asking = { kind: 'confirmation', to: proof.to, orderId: order.id } as const;
    const changes = { ...bound, asking, expiresAt: now + policy.proof.waitMs };
    const moved = await moveRequest(records, request, 'confirmation_asked', changes, trace({ evidence: match.reason }));
    if (moved === 'moved') {
      await oweConfirmation(records, { ...theirs, orderId: order.id }, order.id, proof.to, policy, now);
    }
    return moved;
  }
  const level = proof.kind === 'enough' ? proof.level : 'none';
  const known = { ...request, proof: request.proof ?? { level, at: now } };
  const assessment = assess(policy, factsOf(order, known, prepared), now);
  const changes = { ...bound, proof: known.proof, assessment };
  return follow(desk, records, theirs, order, changes, assessment, policy);
}

/** That it is cancelled already; as often in a day as the owner may be asked. */
export async function oweNewsOfOrder(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>,
  orderId: string,
  to: string | null,
  policy: Policy,
  now: number,
  { notice, occasion = 'once' }: { notice: 'customer-cancelled' | 'customer-found-cancelled'; occasion?: string },
): Promise<void> {
  const count = await records.counters.count(`news:${orderId}`, DAY_MS, now);
  if (count > policy.limits.confirmationsPerOrder) return noteLimited(records, request.id, notice, now);
  await oweCustomerMail(records, request, notice, to, now, occasion);
}

async function noteLimited(records: Records, requestId: string, notice: string, at: number): Promise<void> {
  await records.events.append(requestId, { at, actor: 'service', type: 'mail_limited', data: { notice } });
}

/** A stranger can't have the owner mailed again and again. */
export async function oweConfirmation(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale' | 'orderId'>,
  orderId: string,
  to: string,
  policy: Policy,
  now: number,
): Promise<void> {
  // Strangers' claims don't use up what the owner's own requests may ask.
  const count = await records.counters.count(
    `confirmation:${request.orderId ? 'own' : 'claim'}:${orderId}`,
    DAY_MS,
    now,
  );
  if (count <= policy.limits.confirmationsPerOrder) {
    return oweCustomerMail(records, request, 'customer-confirm', to, now, `v${request.version}`);
  }
  await noteLimited(records, request.id, 'customer-confirm', now);
}

async function follow(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  order: Order,
  changes: RequestChanges,
  assessment: Assessment,
  policy: Policy,
): Promise<Moved> {
  const now = desk.now();
  const { outcome, reason, applied } = assessment;
  const to = customerAddress(request, order);
  const data = { order: order.name, reason, ...(applied ? { rule: applied.name } : {}) };
  // Not to an address that somebody only typed, and never of what the customer didn't ask for.
  const mayWrite = (order.email ?? request.mailTo) !== null && request.origin !== 'risk_sweep';
  const by = applied ? `policy: ${applied.name}` : 'policy';
  const move = (event: RequestEvent, more: RequestChanges, actor = 'service', said: { text?: string | null } = {}) =>
    moveRequest(records, request, event, { ...changes, ...more }, { actor, at: now, data: { ...data, ...said } });
  const decision = (kind: Decision['kind']): Decision => ({
    kind,
    by,
    at: now,
    customerText: assessment.tell === null ? null : textFor(assessment.tell, request.locale),
    treatment: kind === 'approve' ? assessment.treatment : null,
    part: null,
  });

  switch (outcome) {
    case 'approve': {
      // The customer may have withdrawn after the backup was made: no rule knows.
      if (desk.restoredAt !== null && request.submittedAt <= desk.restoredAt) return toStaff();
      // One address confirms it, the other takes it back.
      if (request.senderWithdrew) return toStaff();
      const approvedFingerprint = fingerprintOf(order, isBeingFulfilled(order));
      // The order's one cancellation was used up by another request: a person looks.
      if (!(await canOweCancel(records, order.id))) return toStaff();
      const undoUntil = policy.undoMs > 0 ? now + policy.undoMs : null;
      const changes = { decision: decision('approve'), approvedFingerprint, undoUntil, expiresAt: null };
      const moved = await move('approved', changes, by);
      if (moved !== 'moved') return moved;
      const { treatment } = assessment;
      if (!(await oweCancel(records, request.id, order.id, treatment, now, undoUntil ?? now))) return rollBack();
      if (undoUntil && mayWrite) {
        await oweCustomerMail(records, request, 'customer-approved', to, now, `r${request.revision}`);
      }
      return moved;
    }
    case 'decline': {
      if (!mayWrite) return toStaff();
      const declined = decision('decline');
      const said = { text: declined.customerText };
      const moved = await move('declined', { decision: declined, expiresAt: null }, by, said);
      if (moved === 'moved') await oweCustomerMail(records, request, 'customer-declined', to, now);
      return moved;
    }
    case 'offer':
    case 'ask': {
      // Nobody to ask: a person finds another way.
      if (!to || !mayWrite) return toStaff();
      const question = textFor(assessment.tell ?? '', request.locale);
      const asking = { kind: outcome === 'offer' ? 'offer' : 'question', to, orderId: null } as const;
      const expiresAt = now + desk.timings.questionExpires;
      const event = outcome === 'offer' ? 'offered' : 'asked';
      const moved = await move(event, { question, asking, expiresAt }, by, { text: question });
      const notice = outcome === 'offer' ? 'customer-offer' : 'customer-question';
      if (moved === 'moved') await oweCustomerMail(records, request, notice, to, now, `v${request.version}`);
      return moved;
    }
    case 'wait':
      return wait();
    case 'staff':
      return toStaff();
  }

  async function toStaff(): Promise<Moved> {
    const moved = await move('matched', { expiresAt: now + desk.timings.requestExpires });
    if (moved !== 'moved') return moved;
    await oweStaffMails(desk, records, { ...request, assessment }, 'staff-decide', now);
    if (mayWrite && !request.doubt && shippedOf(order)) {
      await oweCustomerMail(records, request, 'customer-shipped', to, now);
    }
    return moved;
  }

  async function wait(): Promise<Moved> {
    const dueAt = now + desk.timings.recheck;
    const expiresAt = request.expiresAt ?? now + desk.timings.requestExpires;
    const already = request.status === 'waiting' && request.assessment?.waitsFor === assessment.waitsFor;
    if (already) {
      // Nothing new: only looked at again.
      return (await records.requests.update(request, { order: changes.order ?? null, dueAt }, now)) ? 'moved' : 'stale';
    }
    const moved = await move('blocked', { dueAt, expiresAt });
    if (moved !== 'moved') return moved;
    await records.tokens.revokeForRequest(request.id, 'staff', now);
    const occasion = `${assessment.waitsFor}:v${request.version}`;
    if (assessment.waitsFor === 'label') {
      await oweStaffMails(desk, records, { ...request, assessment }, 'staff-label', now, occasion);
    } else if (mayWrite) {
      await oweCustomerMail(records, request, 'customer-waiting', to, now, occasion);
    }
    return moved;
  }
}
