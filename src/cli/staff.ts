import { readEmailAddress } from '../domain/email-address.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

export async function listStaff(options: { json?: boolean }): Promise<void> {
  const staff = await withService(({ desk }) => desk.store.records.staff.list());
  if (options.json) return printJson(staff);
  for (const member of staff) console.log(`${member.email}  ${member.role}${member.active ? '' : '  removed'}`);
}

export async function addStaff(email: string, { role }: { role: string }): Promise<void> {
  if (role !== 'decide' && role !== 'view')
    throw new CommandError(`"${role}" is no role. Say decide or view.`, EXIT.usage);
  const address = bare(email);
  await withService(({ desk }) =>
    desk.store.records.staff.put({ email: address, role, active: true, awayUntil: null, standIn: null }, desk.now()),
  );
  console.log(`${address} may ${role} from the next request on.`);
}

export async function removeStaff(email: string): Promise<void> {
  const address = bare(email);
  await withService(async ({ desk }) => {
    await desk.store.transaction(async (records) => {
      const member = await records.staff.get(address);
      if (!member) throw new CommandError(`${address} is not in the staff list.`);
      await records.staff.put({ ...member, active: false }, desk.now());
      await records.tokens.revokeForPerson(address, desk.now());
      await records.sessions.removeOf(address);
    });
  });
  console.log(`${address} is removed; links mailed to them are dead.`);
}

function bare(email: string): string {
  const address = readEmailAddress(email);
  if (!address) throw new CommandError(`"${email}" is not one e-mail address.`, EXIT.usage);
  return address;
}

/** Their mails go to somebody else until then; without --until they are back. */
export async function setAway(email: string, options: { until?: string; to?: string }): Promise<void> {
  const address = bare(email);
  const until = options.until === undefined ? null : Date.parse(options.until);
  if (until !== null && Number.isNaN(until)) {
    throw new CommandError(`"${options.until}" is no day. Write it as 2026-12-24.`, EXIT.usage);
  }
  const standIn = options.to === undefined ? null : bare(options.to);
  await withService(async ({ desk }) => {
    const { staff } = desk.store.records;
    const member = await staff.get(address);
    if (!member) throw new CommandError(`${address} is not in the staff list.`);
    if (standIn && !(await staff.get(standIn))?.active) throw new CommandError(`${standIn} is not in the staff list.`);
    await staff.put({ ...member, awayUntil: until, standIn: until === null ? null : standIn }, desk.now());
  });
  console.log(until === null ? `${address} is back.` : `${address} is away until ${options.until}.`);
}
