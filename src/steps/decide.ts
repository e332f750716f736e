/** One decision, once. First valid one wins; whoever comes later is told who decided. */
import type { CancellationRequest, Decision } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { allows, checkDecision, type DecisionErrors, type DecisionInput, partOf } from '../domain/decision.ts';
import type { Order } from '../domain/order.ts';
import type { OrderChange } from '../domain/order-change.ts';
import type { Policy, Treatment } from '../domain/policy/policy.ts';
import { ConflictError, type Records } from '../records.ts';
import { type AsideInput, decideAside, isAside } from './decide-aside.ts';
import type { Desk } from './desk.ts';
import { oweHold } from './holds.ts';
import { newId } from './ids.ts';
import { moveRequest } from './move-request.ts';
import { oweCancel } from './owe-cancel.ts';
import { oweCustomerMail, oweStaffMails, peopleFor } from './owe-mail.ts';
import { type Prepared, prepareDecision } from './prepare-decision.ts';
import { assessForStaff, policyFor, prepareRoute } from './route-request.ts';
import { takeBack } from './take-back.ts';

export type DecideResult =
  | { readonly kind: 'done'; readonly request: CancellationRequest }
  /** Somebody else was first, or the status doesn't allow it any more. */
  | { readonly kind: 'too_late'; readonly request: CancellationRequest }
  /** The request changed since the page was shown. */
  | { readonly kind: 'stale'; readonly request: CancellationRequest }
  | { readonly kind: 'invalid'; readonly request: CancellationRequest; readonly errors: DecisionErrors };

/**
 * @param by staff address, or "operator"
 * @param revision of the request as the person saw it
 */
export async function decide(
  desk: Desk,
  requestId: string,
  by: string,
  revision: number,
  input: DecisionInput,
): Promise<DecideResult> {
  const request = await mustGet(desk.store.records, requestId);
  if (!allows(request, input.kind)) return { kind: 'too_late', request };
  if (request.revision !== revision) return { kind: 'stale', request };
  const { order } = await desk.freshOrder.of(request);
  const errors = checkDecision(request, order, input);
  if (Object.keys(errors).length > 0) return { kind: 'invalid', request, errors };
  if (APPROVES.has(input.kind) && !(await isNamed(desk, request, by))) {
    return { kind: 'invalid', request, errors: { order: 'not_named' } };
  }
  const prepared = await prepareDecision(desk, request, order, input);
  if ('errors' in prepared) return { kind: 'invalid', request, errors: prepared.errors };
  const policy = await policyFor(desk, request);
  const { chosen } = prepared;
  const route = chosen && (await prepareRoute(desk, request, chosen.order));
  const assessment = chosen && route && assessForStaff(request, chosen.order, route, desk.now());
  try {
    const moved = await desk.store.transaction((records) =>
      isAside(input)
        ? decideAside(records, request, by, input, desk.now())
        : write(desk, records, { request, by, input, policy, order, assessment, ...prepared }),
    );
    const now = await mustGet(desk.store.records, requestId);
    if (moved === 'held') return { kind: 'invalid', request: now, errors: { order: 'order_has_request' } };
    if (moved !== 'moved') return { kind: allows(now, input.kind) ? 'stale' : 'too_late', request: now };
    desk.log.info({ ref: request.ref, decision: input.kind }, 'decided');
    desk.wake();
    return { kind: 'done', request: now };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return {
      kind: 'invalid',
      request: await mustGet(desk.store.records, requestId),
      errors: { order: 'order_has_request' },
    };
  }
}

interface Writing extends Prepared {
  readonly request: CancellationRequest;
  readonly by: string;
  readonly input: Exclude<DecisionInput, AsideInput>;
  readonly policy: Policy;
  readonly order: Order | null;
  /** Of an order that was chosen. */
  readonly assessment: CancellationRequest['assessment'];
}

async function write(
  desk: Desk,
  records: Records,
  { request, by, input, policy, order, chosen, assessment, partPlan, change }: Writing,
): Promise<'moved' | 'refused' | 'stale' | 'held'> {
  const at = desk.now();
  const trace = { actor: by, at };
  switch (input.kind) {
    case 'approve':
    case 'part':
    case 'change': {
      if (!request.orderId) return 'refused';
      const treatment = treatmentOf(request, policy, input);
      const data = { order: request.orderName, ...(change ? { changed: summaryOf(change) } : treatment) };
      const approvals = [...new Set([...request.approvals, by])];
      if (approvals.length < (request.assessment?.approvals ?? 1) && by !== OPERATOR) {
        return approveInPart(records, request, by, approvals, at);
      }
      const part = input.kind === 'part' && order ? partOf(order, input.quantities) : null;
      const amount = partPlan?.amount ?? null;
      const decision: Decision = { kind: 'approve', by, at, customerText: null, treatment, part, amount, change };
      const proof = request.proof?.level === 'none' || !request.proof ? { level: 'staff' as const, at } : request.proof;
      const undoUntil = policy.undoMs > 0 ? at + policy.undoMs : null;
      const changes = {
        decision,
        approvals,
        proof,
        undoUntil,
        snoozedUntil: null,
        approvedFingerprint: input.seen,
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
      if (undoUntil) await oweCustomerMail(records, request, 'customer-approved', to, at, `r${request.revision}`);
      return 'moved';
    }
    case 'undo': {
      if (!(await takeBack(records, request.id, at))) return 'refused';
      const version = request.version + 1;
      const changes = {
        decision: null,
        approvals: [],
        approvedFingerprint: null,
        undoUntil: null,
        version,
        expiresAt: at + desk.timings.requestExpires,
      };
      const moved = await moveRequest(records, request, 'undone', changes, trace);
      if (moved !== 'moved') return rollBack();
      await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', at, `undone:r${request.revision}`);
      return 'moved';
    }
    case 'offer': {
      const to = customerAddress(request);
      if (!to) return 'refused';
      const asking = { kind: 'offer', to, orderId: null, terms: input.terms } as const;
      const changes = { question: input.offer.trim(), asking, expiresAt: at + desk.timings.questionExpires };
      const moved = await moveRequest(records, request, 'offered', changes, trace);
      if (moved === 'moved') await oweCustomerMail(records, request, 'customer-offer', to, at, `r${request.revision}`);
      return moved;
    }
    case 'return': {
      if (!request.orderId) return 'refused';
      const text = input.instructions.trim();
      const decision: Decision = { kind: 'return', by, at, customerText: text, treatment: null, part: null };
      const changes = { decision, trouble: null, asking: null, expiresAt: null, snoozedUntil: null };
      const moved = await moveRequest(records, request, 'return_approved', changes, trace);
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      const payload = { orderId: request.orderId, note: request.ref };
      const key = `return:${request.id}:r${request.revision}`;
      await records.effects.insert({ kind: 'shopify_return', key, requestId: request.id, payload }, newId(), at);
      await tellOthers(desk, records, { ...request, decision }, by, at);
      return 'moved';
    }
    case 'decline': {
      const decision: Decision = {
        kind: 'decline',
        by,
        at,
        customerText: input.reason.trim(),
        treatment: null,
        part: null,
      };
      const changes = { decision, trouble: null, asking: null, expiresAt: null, dueAt: null };
      const moved = await moveRequest(records, request, 'declined', changes, trace);
      if (moved !== 'moved') return moved;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-declined', customerAddress(request), at);
      await tellOthers(desk, records, { ...request, decision }, by, at);
      return 'moved';
    }
    case 'reassess': {
      // Its old policy is forgotten, so that the one in force is taken.
      const changes = {
        assessment: null,
        approvals: [],
        asking: null,
        dueAt: at,
        attempts: 0,
        expiresAt: null,
        version: request.version + 1,
      };
      const moved = await moveRequest(records, request, 'reassessed', changes, trace);
      if (moved === 'moved') await records.tokens.revokeForRequest(request.id, 'staff', at);
      return moved;
    }
    case 'ask': {
      const to = customerAddress(request);
      if (!to) return 'refused';
      const asking = { kind: 'question', to, orderId: null } as const;
      const changes = { question: input.question.trim(), asking, expiresAt: at + desk.timings.questionExpires };
      const moved = await moveRequest(records, request, 'asked', changes, trace);
      if (moved !== 'moved') return moved;
      await oweCustomerMail(records, request, 'customer-question', to, at, `v${request.version}`);
      return 'moved';
    }
    case 'choose': {
      if (!chosen || !request.match) return 'refused';
      const { order, match } = chosen;
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) return 'held';
      const changes = {
        match,
        order,
        orderId: order.id,
        orderName: order.name,
        customerEmail: order.email ?? request.fields.email,
        mailTo: null,
        asking: null,
        assessment,
        approvals: [],
        expiresAt: at + desk.timings.requestExpires,
        locale: desk.renderer.bestLocale(order.customerLocale) ?? request.locale,
      };
      const moved = await moveRequest(records, request, 'order_chosen', changes, {
        ...trace,
        data: { order: order.name },
      });
      if (moved === 'moved' && policy.hold && !request.hold) await oweHold(records, request, order.id, at);
      return moved;
    }
  }
}

/** The command line is the operator's own: it counts for as many people as are wanted. */
const OPERATOR = 'operator';

/** Written down, and the others still have to. A second time by the same person changes nothing. */
async function approveInPart(
  records: Records,
  request: CancellationRequest,
  by: string,
  approvals: readonly string[],
  at: number,
): Promise<'moved' | 'stale'> {
  if (approvals.length === request.approvals.length) return 'moved';
  if (!(await records.requests.update(request, { approvals }, at))) return 'stale';
  await records.events.append(request.id, {
    at,
    actor: by,
    type: 'approved_in_part',
    data: { so_far: approvals.length },
  });
  return 'moved';
}

/** The policy's way, but for what staff changed on the page. */
function treatmentOf(
  request: CancellationRequest,
  policy: Policy,
  input: Extract<DecisionInput, { kind: 'approve' | 'part' | 'change' }>,
): Treatment {
  const base = request.assessment?.treatment ?? policy.defaults;
  if (input.kind === 'change') return base;
  const { restock, refund } = input;
  if (input.kind === 'part') return { ...base, restock, refund };
  const amount = input.amount === 'policy' ? base.amount : input.amount;
  return { ...base, restock, refund, amount, archive: input.archive ?? base.archive };
}

/** For the history, without names or addresses. */
function summaryOf({ lines, added, address }: OrderChange): string {
  const parts = lines.map(({ title, from, to }) => `${title} ${from} → ${to}`);
  if (added) parts.push(`+ ${added.quantity} × ${added.title}`);
  return [...parts, ...(address ? ['address'] : [])].join(', ');
}

const APPROVES: ReadonlySet<DecisionInput['kind']> = new Set(['approve', 'part', 'return', 'change']);

/** Where the policy names people, they approve, who stands in for them, or whom it escalates to; others may decline. */
async function isNamed(desk: Desk, request: CancellationRequest, by: string): Promise<boolean> {
  const { assessment } = request;
  if (by === OPERATOR || !assessment || assessment.people.length === 0) return true;
  const people = await peopleFor(desk.store.records, request, desk.now());
  const escalated = desk.policies.inForce().reminders?.escalate ?? [];
  return people.some(({ email }) => email === by) || assessment.people.includes(by) || escalated.includes(by);
}

/** Rolls the transaction back: the order's one cancellation belongs to another request, or is on its way. */
function rollBack(): never {
  throw new ConflictError('The cancellation of this order is owed already');
}

/** Everybody else who was to decide knows what was decided; and whoever did, in case that it wasn't them. */
async function tellOthers(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  by: string,
  at: number,
): Promise<void> {
  const people = await peopleFor(records, request, at);
  if (people.length < 2 && by !== OPERATOR && !request.undoUntil) return;
  await oweStaffMails(desk, records, request, 'staff-decided', at, `r${request.revision}`);
}

async function mustGet(records: Records, id: string): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`Request ${id} is not in the store`);
  return request;
}
