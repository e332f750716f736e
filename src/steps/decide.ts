/** One decision, once. First valid one wins; whoever comes later is told who decided. */
import type { CancellationRequest, Decision, Match } from '../domain/cancellation-request.ts';
import { allows, checkDecision, type DecisionErrors, type DecisionInput, partOf } from '../domain/decision.ts';
import type { Order } from '../domain/order.ts';
import { nameKey, referenceKeys, searchNames } from '../domain/order-reference.ts';
import type { Policy, Treatment } from '../domain/policy/policy.ts';
import { readReferences } from '../domain/read-references.ts';
import type { RefundPlan } from '../domain/refund-plan.ts';
import { ConflictError, type Records, type RequestChanges, type RequestEventRecord } from '../records.ts';
import type { Desk } from './desk.ts';
import { oweHold } from './holds.ts';
import { newId } from './ids.ts';
import { chosenMatch, formatOf } from './match-requests.ts';
import { moveRequest } from './move-request.ts';
import { oweCancel } from './owe-cancel.ts';
import { oweCustomerMail, oweStaffMails, peopleFor } from './owe-mail.ts';
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
  if (input.kind === 'return' && !(await mayOpenReturns(desk))) {
    return { kind: 'invalid', request, errors: { return: 'no_return_scope' } };
  }
  // Outside calls come before the transaction: inside one nothing may wait for a network.
  const chosen = input.kind === 'choose' ? await findChosen(desk, request, input) : null;
  if (input.kind === 'choose' && !chosen) return { kind: 'invalid', request, errors: { order: 'order_not_found' } };
  const partPlan = input.kind === 'part' && order ? await planPart(desk, order, input) : null;
  const policy = await policyFor(desk, request);
  const prepared = chosen && (await prepareRoute(desk, request, chosen.order));
  const assessment = chosen && prepared && assessForStaff(request, chosen.order, prepared, desk.now());
  try {
    const moved = await desk.store.transaction((records) =>
      write(desk, records, request, by, input, chosen && { ...chosen, assessment }, policy, order, partPlan),
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

async function write(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  by: string,
  input: DecisionInput,
  chosen: (Chosen & Pick<CancellationRequest, 'assessment'>) | null,
  policy: Policy,
  order: Order | null,
  partPlan: RefundPlan | null,
): Promise<'moved' | 'refused' | 'stale' | 'held'> {
  const at = desk.now();
  const trace = { actor: by, at };
  switch (input.kind) {
    case 'approve':
    case 'part': {
      if (!request.orderId) return 'refused';
      const treatment = treatmentOf(request, policy, input);
      const data = { order: request.orderName, ...treatment };
      const approvals = [...new Set([...request.approvals, by])];
      if (approvals.length < (request.assessment?.approvals ?? 1) && by !== OPERATOR) {
        return approveInPart(records, request, by, approvals, at);
      }
      const part = input.kind === 'part' && order ? partOf(order, input.quantities) : null;
      const decision: Decision = { kind: 'approve', by, at, customerText: null, treatment, part };
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
      if (partPlan) {
        const payload = { plan: partPlan, idempotencyKey: newId() };
        const key = `part:${request.id}:r${request.revision}`;
        const effect = { kind: 'shopify_part', key, requestId: request.id, payload } as const;
        await records.effects.insert(effect, newId(), at, undoUntil ?? at);
      } else if (!(await oweCancel(records, request.id, request.orderId, treatment, at, undoUntil ?? at))) {
        return rollBack();
      }
      await tellOthers(desk, records, { ...request, decision, undoUntil }, by, at);
      const to = customerOf(request);
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
      const to = customerOf(request);
      if (!to) return 'refused';
      const asking = { kind: 'offer', to, orderId: null } as const;
      const changes = { question: input.offer.trim(), asking, expiresAt: at + desk.timings.questionExpires };
      const moved = await moveRequest(records, request, 'offered', changes, trace);
      if (moved === 'moved') await oweCustomerMail(records, request, 'customer-offer', to, at, `r${request.revision}`);
      return moved;
    }
    case 'assign':
      return note(
        records,
        request,
        { assignedTo: input.to },
        { ...trace, type: 'assigned', data: { to: input.to ?? '' } },
      );
    case 'snooze': {
      const until = at + input.days * DAY_MS;
      const data = { until: new Date(until).toISOString().slice(0, 10) };
      return note(records, request, { snoozedUntil: until }, { ...trace, type: 'snoozed', data });
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
      await oweCustomerMail(records, request, 'customer-declined', customerOf(request), at);
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
    case 'paid_back': {
      const { payback } = request;
      if (!payback || payback.done) return 'refused';
      const done = { by, at, how: input.how.trim(), on: input.on };
      if (!(await records.requests.update(request, { payback: { ...payback, done } }, at))) return 'stale';
      const data = { amount: `${payback.amount.amount} ${payback.amount.currencyCode}`, how: done.how, on: done.on };
      await records.events.append(request.id, { at, actor: by, type: 'paid_back', data });
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-paid-back', customerOf(request), at);
      return 'moved';
    }
    case 'ask': {
      const to = customerOf(request);
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
      const { order, match, assessment } = chosen;
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) return 'held';
      const changes = {
        match,
        order,
        orderId: order.id,
        orderName: order.name,
        customerEmail: order.email ?? request.fields.email,
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
  input: { readonly restock: boolean; readonly refund: Treatment['refund']; readonly amount?: 'policy' | 'full' },
): Treatment {
  const base = request.assessment?.treatment ?? policy.defaults;
  return {
    ...base,
    restock: input.restock,
    refund: input.refund,
    amount: input.amount === 'full' ? 'full' : base.amount,
  };
}

const APPROVES: ReadonlySet<DecisionInput['kind']> = new Set(['approve', 'part', 'return']);

/** Where the policy names people, they approve, who stands in for them, or whom it escalates to; others may decline. */
async function isNamed(desk: Desk, request: CancellationRequest, by: string): Promise<boolean> {
  const { assessment } = request;
  if (by === OPERATOR || !assessment || assessment.people.length === 0) return true;
  const people = await peopleFor(desk.store.records, request, desk.now());
  const escalated = desk.policies.inForce().reminders?.escalate ?? [];
  return people.some(({ email }) => email === by) || assessment.people.includes(by) || escalated.includes(by);
}

/** Asked before: a refusal of access would stop everything else too. */
export async function mayOpenReturns(desk: Desk): Promise<boolean> {
  return (await desk.shop()).grantedScopes.includes('write_returns');
}

/** Shopify works the amount out: it knows the taxes and the discounts. */
async function planPart(
  desk: Desk,
  order: Order,
  { quantities, restock, refund }: Extract<DecisionInput, { kind: 'part' }>,
): Promise<RefundPlan> {
  const lines = (partOf(order, quantities) ?? []).map(({ lineItemId, quantity }) => ({
    lineItemId,
    quantity,
    restock,
  }));
  const nothing = { amount: '0.00', currencyCode: order.total.currencyCode };
  if (refund === 'none') return { orderId: order.id, method: 'original', amount: nothing, transactions: [], lines };
  const { amount, transactions } = await desk.orders.suggestRefund(order.id, lines);
  return { orderId: order.id, method: refund, amount, transactions: refund === 'original' ? transactions : [], lines };
}

/** The address on the order is the customer's; the one in the form is only a claim. */
function customerOf(request: CancellationRequest): string | null {
  return request.order?.email ?? request.fields.email;
}

const DAY_MS = 24 * 60 * 60_000;

/** Rolls the transaction back: the order's one cancellation belongs to another request, or is on its way. */
function rollBack(): never {
  throw new ConflictError('The cancellation of this order is owed already');
}

/** Beside the story: the status stays. */
async function note(
  records: Records,
  request: CancellationRequest,
  changes: RequestChanges,
  event: RequestEventRecord,
): Promise<'moved' | 'stale'> {
  if (!(await records.requests.update(request, changes, event.at))) return 'stale';
  await records.events.append(request.id, event);
  return 'moved';
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

/** One of the candidates that were shown, or an order staff named; read from Shopify, never taken from the form. */
async function findChosen(
  desk: Desk,
  request: CancellationRequest,
  { orderId, orderName }: { orderId: string | null; orderName: string },
): Promise<Chosen | null> {
  const shown = request.match?.candidates.find((one) => one.orderId === orderId);
  const order = orderName.trim()
    ? await findOrderByName(desk, orderName)
    : shown
      ? await desk.orders.read(shown.orderId)
      : null;
  return order && { order, match: chosenMatch('staff_chose', order, request, formatOf(await desk.shop())) };
}

/** The one order of this name; null: none, several, or nothing that reads as a name. */
export async function findOrderByName(desk: Desk, orderName: string): Promise<Order | null> {
  const format = formatOf(await desk.shop());
  const [reference] = readReferences(orderName, format, true);
  if (!reference) return null;
  const keys = referenceKeys(reference.text, format);
  const terms = searchNames(reference.text, format).map((value) => ({ field: 'name', value }) as const);
  const named = (await desk.orders.find(terms)).filter((order) => keys.includes(nameKey(order.name)));
  const [only] = named;
  return named.length === 1 && only ? desk.orders.read(only.id) : null;
}

interface Chosen {
  readonly order: Order;
  readonly match: Match;
}

async function mustGet(records: Records, id: string): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`Request ${id} is not in the store`);
  return request;
}
