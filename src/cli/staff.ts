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
  await withService(({ desk }) => desk.store.records.staff.put({ email: address, role, active: true }, desk.now()));
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
