/** Several people over one order: they must have approved the same, and may still decide. */
import { isDeepStrictEqual } from 'node:util';
import type { Approval, CancellationRequest, Decision } from './cancellation-request.ts';
import { mayDecide, type StaffMember } from './staff.ts';

export type DecisionWay = 'approve' | 'part' | 'change' | 'decline' | 'return';

/** What is done to the order: locale keys end in it. */
export function wayOf({ kind, part, change }: Pick<Decision, 'kind' | 'part' | 'change'>): DecisionWay {
  if (change) return 'change';
  return part ? 'part' : kind;
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
