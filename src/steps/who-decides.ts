/** Whom a request is put to: the people of its rule, whoever stands in for them, and whom it escalates to. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { approversAmong, decidersAmong, presentOf, type StaffMember } from '../domain/staff.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';

/** Whom the policy names, as far as they may decide; else everybody who may. Who is away is stood in for. */
export async function peopleFor(
  records: Records,
  request: Pick<CancellationRequest, 'assessment'>,
  now: number,
): Promise<StaffMember[]> {
  return peopleAmong(await records.staff.list(), request, now);
}

export function peopleAmong(
  list: readonly StaffMember[],
  { assessment }: Pick<CancellationRequest, 'assessment'>,
  now: number,
): StaffMember[] {
  const { people } = decidersAmong(list, assessment?.people ?? [], assessment?.approvals ?? 1);
  return presentOf(people, list, now);
}

/** Whom the policy lets approve it. */
export async function approversOf(
  desk: Pick<Desk, 'policies' | 'now'>,
  records: Records,
  { assessment }: Pick<CancellationRequest, 'assessment'>,
): Promise<StaffMember[]> {
  const named = assessment ?? { people: [], approvals: 1 };
  const escalate = desk.policies.inForce().reminders?.escalate ?? [];
  return approversAmong(await records.staff.list(), named, escalate, desk.now());
}

/** In the history, once for each rule: why everybody may decide what only some were to. */
export async function noteNamedMissing(
  records: Records,
  { id, assessment }: Pick<CancellationRequest, 'id' | 'assessment'>,
  at: number,
): Promise<void> {
  if (!assessment || assessment.people.length === 0) return;
  const { lacksNamed } = decidersAmong(await records.staff.list(), assessment.people, assessment.approvals);
  if (!lacksNamed) return;
  const type = 'named_missing';
  const rule = assessment.applied?.name ?? null;
  const history = await records.events.byRequest(id);
  if (history.some((event) => event.type === type && event.data.rule === rule)) return;
  await records.events.append(id, { at, actor: 'service', type, data: { rule } });
}
