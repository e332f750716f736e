/** Approvals: of all of an order, of a part of it, or of a change instead. Each owes Shopify exactly one effect. */
import { isSameApproval, standingApprovals, treatmentOf } from '../domain/approvals.ts';
import type { Approval, CancellationRequest, Decision } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { partOf } from '../domain/decision.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import type { Money } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import type { OrderChange } from '../domain/order-change.ts';
import type { Treatment } from '../domain/policy/policy.ts';
import { knowsAcceptance } from '../domain/trouble.ts';
import type { RequestEventRecord } from '../records/history.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweCancel, rollBack } from './owe-cancel.ts';
import { mailTo, oweCustomerMail } from './owe-mail.ts';
import type { Writing } from './prepare-decision.ts';
import { OPERATOR, tellOthers } from './tell-others.ts';
import { peopleFor } from './who-decides.ts';

type ApprovalInput = Extract<DecisionInput, { kind: 'approve' | 'part' | 'change' }>;

export async function writeApproval(
  desk: Desk,
  records: Records,
  { request, by, policy, order, partPlan, change }: Writing,
  input: ApprovalInput,
): Promise<'moved' | 'refused' | 'stale'> {
  const at = desk.now();
  const trace = { actor: by, at };
  if (!request.orderId) return 'refused';
  const treatment = treatmentOf(request, policy.defaults, input);
  const part = input.kind === 'part' && order ? partOf(order, input.quantities) : null;
  const amount = partPlan?.amount ?? (order && exactly(treatment, order));
  const what = change ? { change: withoutAddress(change) } : { part, amount, treatment };
  const data = { order: request.orderName, ...what };
  const mine: Approval = { by, seen: input.seen, treatment, part, change };
  const approvals = [...standingApprovals(request, mine, await records.staff.list()), mine];
  if (approvals.length < (request.assessment?.approvals ?? 1) && by !== OPERATOR) {
    return approveInPart(desk, records, request, mine, approvals, { at, data });
  }
  const owedBefore = change ? (order?.outstanding ?? null) : null;
  const decision: Decision = {
    kind: 'approve',
    by,
    at,
    customerText: null,
    treatment,
    part,
    amount: partPlan?.amount ?? null,
    change,
    owedBefore,
  };
  const proof = request.proof?.level === 'none' || !request.proof ? { level: 'staff' as const, at } : request.proof;
  const undoUntil = policy.undoMs > 0 ? at + policy.undoMs : null;
  const changes = {
    decision,
    approvals,
    proof,
    undoUntil,
    approvedFingerprint: input.seen,
    // As it was decided on: the page, the mails and the money go by the same.
    ...(order ? { order } : {}),
    trouble: null,
    asking: null,
    expiresAt: null,
  };
  const moved = await moveRequest(records, request, 'approved', changes, { ...trace, data });
  if (moved !== 'moved') return moved;
  await records.tokens.revokeForRequest(request.id, 'staff', at);
  if (change) {
    const knownLines = order?.lines.map((line) => line.id) ?? [];
    const payload = { orderId: request.orderId, change, knownLines };
    const key = `change:${request.id}:r${request.revision}`;
    const effect = { kind: 'shopify_change', key, requestId: request.id, payload } as const;
    await records.effects.insert(effect, newId(), at, undoUntil ?? at);
  } else if (partPlan) {
    const payload = { plan: partPlan, idempotencyKey: newId() };
    const key = `part:${request.id}:r${request.revision}`;
    const effect = { kind: 'shopify_part', key, requestId: request.id, payload } as const;
    await records.effects.insert(effect, newId(), at, undoUntil ?? at);
  } else if (!(await oweCancel(records, request.id, request.orderId, treatment, at, undoUntil ?? at))) {
    return rollBack();
  }
  await tellOthers(desk, records, { ...request, decision, undoUntil }, by, at);
  const to = customerAddress(request);
  if (knowsAcceptance({ ...request, undoUntil }))
    await oweCustomerMail(records, request, 'customer-approved', to, at, `r${request.revision}`);
  return 'moved';
}

/** Written down, and the others still have to. A second time by the same person changes nothing. */
async function approveInPart(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  mine: Approval,
  approvals: readonly Approval[],
  { at, data }: Pick<RequestEventRecord, 'at' | 'data'>,
): Promise<'moved' | 'stale'> {
  const before = request.approvals.find(({ by }) => by === mine.by);
  if (before && isSameApproval(before, mine)) return 'moved';
  if (!(await records.requests.update(request, { approvals }, at))) return 'stale';
  await records.events.append(request.id, {
    at,
    actor: mine.by,
    type: 'approved_in_part',
    data: { ...data, approvals: { so_far: approvals.length, wanted: request.assessment?.approvals ?? 1 } },
  });
  const others = (await peopleFor(records, request, at)).filter(({ email }) =>
    approvals.every(({ by }) => by !== email),
  );
  await mailTo(desk, records, others, request, 'staff-second', at, `r${request.revision}`);
  return 'moved';
}

/** The history holds no address: the effect does, and lets go of it when the person is erased. */
function withoutAddress({ lines, added, address }: OrderChange) {
  return { lines, added, address: address ? {} : null };
}

/** What staff wrote as the amount. */
function exactly({ amount }: Treatment, { total }: Order): Money | null {
  return typeof amount === 'object' && 'exactly' in amount
    ? { amount: amount.exactly, currencyCode: total.currencyCode }
    : null;
}
