/** One decision, once. First valid one wins; whoever comes later is told who decided. */
import { treatmentOf } from '../domain/approvals.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { allows, checkDecision } from '../domain/decision.ts';
import type { DecisionErrors, DecisionInput } from '../domain/decision-input.ts';
import { checkAgreement, type DecisionPlan, planOf } from '../domain/decision-plan.ts';
import type { Money } from '../domain/money.ts';
import type { Order } from '../domain/order.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { ConflictError, type Records } from '../records/store.ts';
import { decideAside, isAside } from './decide-aside.ts';
import type { Desk } from './desk.ts';
import { type Prepared, prepareDecision } from './prepare-decision.ts';
import { assessForStaff, policyFor, prepareRoute } from './prepare-route.ts';
import { OPERATOR } from './tell-others.ts';
import { approversOf } from './who-decides.ts';
import { writeDecision } from './write-decision.ts';

export type DecideResult =
  | { readonly kind: 'done'; readonly request: CancellationRequest }
  /** Somebody else was first, or the status doesn't allow it any more. */
  | { readonly kind: 'too_late'; readonly request: CancellationRequest }
  /** The request changed since the page was shown. */
  | { readonly kind: 'stale'; readonly request: CancellationRequest }
  | { readonly kind: 'invalid'; readonly request: CancellationRequest; readonly errors: DecisionErrors }
  /** What it comes to has not been agreed to. Nothing is written. */
  | {
      readonly kind: 'plan';
      readonly request: CancellationRequest;
      readonly plan: DecisionPlan;
      /** Of other lines: what the customer would owe (> 0) or be owed (< 0), and what they owe now. */
      readonly outstanding: Money | null;
      readonly owedNow: Money | null;
      readonly errors: DecisionErrors;
    };

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
  const policy = await policyFor(desk, request);
  const errors = checkDecision(request, order, input, policy.confirm);
  if (Object.keys(errors).length > 0) return { kind: 'invalid', request, errors };
  if (APPROVES.has(input.kind) && !(await isNamed(desk, request, by))) {
    return { kind: 'invalid', request, errors: { order: 'not_named' } };
  }
  const prepared = await prepareDecision(desk, request, order, input);
  if ('errors' in prepared) return { kind: 'invalid', request, errors: prepared.errors };
  const plan = planWith(request, input, policy, order, prepared);
  if (plan && by !== OPERATOR) {
    const agreement = checkAgreement(input, plan, order, policy.confirm);
    if (agreement !== 'agreed') return showPlan(desk, request, order, plan, agreement === 'confirm_plan');
  }
  const { chosen } = prepared;
  const basis = chosen?.order ?? (input.kind === 'stop_waiting' ? order : null);
  const route = basis && (await prepareRoute(desk, request, basis));
  // What was proven was proven of the order it was about.
  const asked = chosen && chosen.order.id !== request.orderId ? { ...request, proof: null } : request;
  const assessment = basis && route && assessForStaff(asked, basis, route, desk.now());
  try {
    const moved = await desk.store.transaction((records) =>
      isAside(input)
        ? decideAside(desk, records, request, by, input)
        : writeDecision(desk, records, { request, by, input, policy, order, assessment, ...prepared }),
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

function planWith(
  request: CancellationRequest,
  input: DecisionInput,
  { defaults }: Policy,
  order: Order | null,
  { partPlan, change }: Prepared,
): DecisionPlan | null {
  if (input.kind !== 'approve' && input.kind !== 'part' && input.kind !== 'change') return null;
  return planOf(input, { order, treatment: treatmentOf(request, defaults, input), partPlan, change });
}

async function showPlan(
  desk: Desk,
  request: CancellationRequest,
  order: Order | null,
  plan: DecisionPlan,
  isUnconfirmed: boolean,
): Promise<DecideResult> {
  const errors: DecisionErrors = isUnconfirmed ? { confirm_plan: 'confirm_mismatch' } : {};
  const shown = { kind: 'plan', request, plan, errors, owedNow: order?.outstanding ?? null } as const;
  if (plan.kind !== 'change' || !request.orderId) return { ...shown, outstanding: null };
  const { lines, added } = plan.change;
  if (lines.length === 0 && !added) return { ...shown, outstanding: null };
  const preview = await desk.orders.previewEdit(request.orderId, { lines, added });
  if (preview.kind === 'refused') return { kind: 'invalid', request, errors: { change: 'edit_refused' } };
  return { ...shown, outstanding: preview.outstanding };
}

export const APPROVES: ReadonlySet<DecisionInput['kind']> = new Set(['approve', 'part', 'return', 'change']);

/** Whether the policy lets this person approve it; anybody who may decide may decline. */
export async function isNamed(desk: Desk, request: CancellationRequest, by: string): Promise<boolean> {
  const { assessment } = request;
  if (by === OPERATOR || !assessment || assessment.people.length === 0) return true;
  return (await approversOf(desk, desk.store.records, request)).some(({ email }) => email === by);
}

async function mustGet(records: Records, id: string): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`Request ${id} is not in the store`);
  return request;
}
