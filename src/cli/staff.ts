import { endOfDay } from '../domain/policy/calendar.ts';
import { isStaffRole, STAFF_ROLES, type StaffMember, type StaffRefusal } from '../domain/staff.ts';
import { addMember, changeMember } from '../steps/staff-list.ts';
import { bareAddress } from './bare-address.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

const BY = 'operator';

export async function listStaff(options: { json?: boolean }): Promise<void> {
  const staff = await withService(({ desk }) => desk.store.records.staff.list());
  if (options.json) return printJson(staff);
  for (const member of staff) console.log(`${member.email}  ${member.role}${member.active ? '' : '  removed'}`);
}

export async function addStaff(email: string, { role }: { role: string }): Promise<void> {
  if (!isStaffRole(role)) throw new CommandError(`"${role}" is no role. Say ${STAFF_ROLES.join(', ')}.`, EXIT.usage);
  const address = bareAddress(email);
  await withService(({ desk }) => addMember(desk, BY, address, role));
  console.log(`${address} may ${role} from the next request on.`);
}

export async function removeStaff(email: string): Promise<void> {
  const address = bareAddress(email);
  await change(address, () => ({ active: false }));
  console.log(`${address} is removed; links mailed to them are dead.`);
}

/** Their mails go to somebody else until then; without --until they are back. */
export async function setAway(email: string, options: { until?: string; to?: string }): Promise<void> {
  const address = bareAddress(email);
  const { until } = options;
  const standIn = until === undefined || options.to === undefined ? null : bareAddress(options.to);
  await change(address, (zone) => ({ awayUntil: until === undefined ? null : readDay(until, zone), standIn }));
  console.log(until === undefined ? `${address} is back.` : `${address} is away until the end of ${until}.`);
}

function readDay(text: string, zone: string): number {
  const end = endOfDay(text, zone);
  if (end === null) throw new CommandError(`"${text}" is no day. Write it as 2026-12-24.`, EXIT.usage);
  return end;
}

/** The last one who operates may go too: a mailbox that fell into wrong hands can't wait. */
async function change(email: string, changesIn: (zone: string) => Partial<Omit<StaffMember, 'email'>>): Promise<void> {
  await withService(async ({ desk }) => {
    const changes = changesIn(desk.timeZone);
    const refusal = await changeMember(desk, BY, email, changes, { onlyIfSafe: false });
    if (refusal) throw new CommandError(REFUSED[refusal](email, changes.standIn ?? ''));
  });
}

const REFUSED: Record<StaffRefusal, (email: string, standIn: string) => string> = {
  not_in_staff: (email) => `${email} is not in the staff list.`,
  last_operator: (email) => `${email} is the only one who may operate.`,
  stand_in_unknown: (_email, standIn) => `${standIn} may not decide, so they can't stand in for anybody.`,
  day_is_past: () => 'That day is past. Name today or a later one.',
};
