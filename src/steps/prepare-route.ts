/** What is read before a request is routed: the policy it stands under, and the facts that no order has. */
import { unansweredLeadsTo } from '../domain/ask-customer.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Order } from '../domain/order.ts';
import { assess } from '../domain/policy/assess.ts';
import { factsOf } from '../domain/policy/facts.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { SourceKind } from '../domain/response.ts';
import type { Desk } from './desk.ts';

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** What is looked up before the transaction begins. */
export interface Prepared {
  readonly policy: Policy;
  readonly shopZone: string;
  readonly customerCancellations: number | null;
  readonly source: SourceKind | null;
}

export async function prepareRoute(
  desk: Desk,
  request: Pick<CancellationRequest, 'id' | 'fields' | 'assessment' | 'origin'>,
  order: Order,
): Promise<Prepared> {
  const { records } = desk.store;
  const email = order.email ?? request.fields.email;
  const [first] = await records.responses.byRequest(request.id);
  return {
    policy: await policyFor(desk, request),
    shopZone: (await desk.shop()).ianaTimezone,
    customerCancellations: email ? await records.requests.countCancelled(email, desk.now() - YEAR_MS) : null,
    source: (first?.source as SourceKind | undefined) ?? null,
  };
}

/** Open requests keep the policy they were assessed under, until staff have them assessed anew. */
export async function policyFor(
  desk: Desk,
  request: Pick<CancellationRequest, 'assessment' | 'origin'>,
): Promise<Policy> {
  const earlier = request.assessment ? await desk.policies.of(request.assessment.policyVersion) : null;
  const policy = earlier ?? (await desk.policies.current());
  return request.origin === 'risk_sweep' ? withSweep(policy) : policy;
}

/** What follows when the customer doesn't answer what is open; null: nothing is. */
export async function unansweredOf(desk: Desk, request: CancellationRequest): Promise<'end' | 'staff' | null> {
  if (request.status !== 'needs_customer' || !request.asking) return null;
  return unansweredLeadsTo(request.asking.kind, (await policyFor(desk, request)).proof.otherwise);
}

/** For what a risk sweep took up its own rule stands before the others. */
function withSweep(policy: Policy): Policy {
  if (!policy.riskSweep) return policy;
  const { when, unless, then } = policy.riskSweep;
  const shared = { people: [], approvals: 1, tell: null, note: null, treatment: {} };
  const rule = { name: 'risk_sweep', when, unless, then, ...shared };
  return { ...policy, rules: [rule, ...policy.rules] };
}

/** What the policy says of a request that goes to staff for another reason: whom to ask, how many, and how to cancel. */
export function assessForStaff(
  request: CancellationRequest,
  order: Order,
  prepared: Prepared,
  now: number,
): CancellationRequest['assessment'] {
  const assessed = assess(prepared.policy, factsOf(order, request, prepared), now);
  return { ...assessed, outcome: 'staff', waitsFor: null };
}
