/** Several people over one order: they must have approved the same, and may still decide. */
import { isDeepStrictEqual } from 'node:util';
import type { Approval, CancellationRequest, Decision } from './cancellation-request.ts';
import type { DecisionInput } from './decision-input.ts';
import type { Treatment } from './policy/policy.ts';
import { mayDecide, type StaffMember } from './staff.ts';

export type DecisionWay = 'approve' | 'part' | 'change' | 'decline' | 'return';

/** What is done to the order: locale keys end in it. */
export function wayOf({ kind, part, change }: Pick<Decision, 'kind' | 'part' | 'change'>): DecisionWay {
  if (change) return 'change';
  return part ? 'part' : kind;
}

/** What approving does without further words: as whoever approved before has put it, else as the policy has it. */
export function treatmentInForce(
  { approvals, assessment }: Pick<CancellationRequest, 'approvals' | 'assessment'>,
  defaults: Treatment,
): Treatment {
  const before = approvals.find(({ part, change }) => !part && !change);
  return before?.treatment ?? assessment?.treatment ?? defaults;
}

/** The policy's way, but for what staff changed on the page. */
export function treatmentOf(
  request: Pick<CancellationRequest, 'approvals' | 'assessment'>,
  defaults: Treatment,
  input: Extract<DecisionInput, { kind: 'approve' | 'part' | 'change' }>,
): Treatment {
  const base = request.assessment?.treatment ?? defaults;
  if (input.kind === 'change') return base;
  if (input.kind === 'part') return { ...base, restock: input.restock, refund: input.refund };
  const { terms } = input;
  if (!terms) return treatmentInForce(request, defaults);
  const amount = terms.amount === 'policy' ? base.amount : terms.amount;
  return { ...base, restock: terms.restock, refund: terms.refund, amount, archive: terms.archive ?? base.archive };
}

export function isSameApproval(one: Approval, other: Approval): boolean {
  return isDeepStrictEqual({ ...one, by: '' }, { ...other, by: '' });
}

/** Those of others that count together with this one. */
export function standingApprovals(
  { approvals }: Pick<CancellationRequest, 'approvals'>,
  mine: Approval,
  staff: readonly StaffMember[],
): Approval[] {
  const active = new Set(staff.filter(mayDecide).map(({ email }) => email));
  return approvals.filter((one) => one.by !== mine.by && active.has(one.by) && isSameApproval(one, mine));
}
