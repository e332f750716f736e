/** Several people over one order: they must have approved the same, and may still decide. */
import { isDeepStrictEqual } from 'node:util';
import type { Approval, CancellationRequest } from './cancellation-request.ts';
import { mayDecide, type StaffMember } from './staff.ts';

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
