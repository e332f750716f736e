/** Changes of the staff list, from the page and the command line. Each leaves a trace; whoever is removed is out at once. */
import { checkStaffChange, mayDecide, type StaffMember, type StaffRefusal, type StaffRole } from '../domain/staff.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';

/** Also brings back who was removed. */
export async function addMember(desk: Desk, by: string, email: string, role: StaffRole): Promise<void> {
  await desk.store.transaction(async (records) => {
    const member = { email, role, active: true, awayUntil: null, standIn: null };
    await write(records, member, 'staff_added', by, desk.now());
  });
}

/** `onlyIfSafe`: refuse what would leave nobody to keep the list. */
export async function changeMember(
  desk: Pick<Desk, 'store' | 'now'>,
  by: string,
  email: string,
  changes: Partial<Omit<StaffMember, 'email'>>,
  { onlyIfSafe }: { readonly onlyIfSafe: boolean },
): Promise<StaffRefusal | null> {
  return desk.store.transaction(async (records) => {
    const at = desk.now();
    const list = await records.staff.list();
    const before = list.find((one) => one.email === email);
    if (!before) return 'not_in_staff';
    const member = { ...before, ...changes };
    const refusal = checkStaffChange(list, member, at);
    if (refusal && (onlyIfSafe || refusal !== 'last_operator')) return refusal;
    await write(records, member, member.active ? 'staff_changed' : 'staff_removed', by, at);
    if (!mayDecide(member)) await unassign(records, email, by, at);
    if (member.active) return null;
    await records.tokens.revokeForPerson(email, at);
    await records.sessions.removeOf(email);
    return null;
  });
}

/** Nobody waits for somebody who is gone. */
async function unassign(records: Records, email: string, actor: string, at: number): Promise<void> {
  for (const id of await records.requests.unassign(email)) {
    await records.events.append(id, { at, actor, type: 'unassigned', data: {} });
  }
}

async function write(records: Records, member: StaffMember, type: string, actor: string, at: number): Promise<void> {
  await records.staff.put(member, at);
  const { email, role, awayUntil, standIn } = member;
  await records.events.append(null, { at, actor, type, data: { email, role, awayUntil, standIn } });
}
