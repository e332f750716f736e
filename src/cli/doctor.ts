/** Checks every outside connection: one line each, ok or what is wrong and what to do next. */

import { OutsideError } from '../domain/outside-error.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { mayDecide, type StaffMember } from '../domain/staff.ts';
import type { Desk } from '../steps/desk.ts';
import { ANCHORED } from '../steps/write-heads.ts';
import { EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

/** Without these nothing works; each with what it is for. */
const NEEDED_SCOPES: Record<string, string> = {
  read_orders: 'find and read orders',
  write_orders: 'cancel orders',
  read_merchant_managed_fulfillment_orders: 'see whether an order is being packed',
};
const USEFUL_SCOPES: Record<string, string> = {
  read_customers: 'the customer’s name and order count',
  read_products: 'product tags',
  write_merchant_managed_fulfillment_orders: 'hold the parcel while people decide',
  write_returns: 'open returns for shipped orders',
  write_order_edits: 'change an order instead of cancelling it',
  write_discounts: 'make the discount code of an offer',
  read_all_orders: 'orders older than 60 days',
};

export async function doctor(options: { json?: boolean }): Promise<void> {
  const checks = await withService(async ({ desk }) => [
    await check('Store', async () => `${await desk.store.records.effects.countOpen()} effects are waiting`),
    await checkStaff(desk),
    await checkPolicy(desk),
    ...(await checkShopify(desk)),
    ...(await Promise.all(desk.sources.map((source) => checkSource(desk, source.kind)))),
    await check('Mail', async () => {
      await desk.mailer.verify();
      return 'the mail server takes our login';
    }),
    await checkHistory(desk),
    ...(await desk.store.records.incidents.list()).map((incident) => ({
      name: 'Incident',
      ok: false,
      text: `${incident.code} since ${new Date(incident.since).toISOString()}: ${incident.detail}`,
    })),
  ]);
  if (options.json) printJson(checks);
  else for (const { ok, name, text } of checks) console.log(`${ok ? 'ok   ' : 'WRONG'}  ${name.padEnd(16)} ${text}`);
  if (checks.some((one) => !one.ok)) process.exitCode = EXIT.failed;
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, text: await look() };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { name, ok: false, text: error.message };
  }
}

async function checkPolicy({ policies, store }: Desk): Promise<Check> {
  const policy = await policies.current();
  const faults = [...policies.faults(), ...missingPeople(policy, await store.records.staff.list())];
  const inForce = `version ${policy.version} is in force, ${policy.rules.length} rules`;
  return { name: 'Policy', ok: faults.length === 0, text: [...faults, inForce].join('; ') };
}

/** Whom it names and nobody can ask. */
function missingPeople({ rules, reminders }: Policy, staff: readonly StaffMember[]): string[] {
  const may = new Set(staff.filter(mayDecide).map(({ email }) => email));
  const named = [
    ...rules.map(({ name, people }) => ({ where: `rule "${name}"`, people })),
    { where: 'reminders.escalate', people: reminders?.escalate ?? [] },
  ];
  return named.flatMap(({ where, people }) =>
    people
      .filter((person) => !may.has(person))
      .map(
        (person) => `${where} names ${person}, who may not decide: add them (cancel-desk staff add), or name others`,
      ),
  );
}

async function checkStaff(desk: Desk): Promise<Check> {
  const deciding = (await desk.store.records.staff.list()).filter(mayDecide);
  const text =
    deciding.length > 0
      ? `${deciding.length} may decide`
      : 'nobody may decide; set STAFF_EMAILS or run "cancel-desk staff add EMAIL"';
  return { name: 'Staff', ok: deciding.length > 0, text };
}

async function checkShopify(desk: Desk): Promise<Check[]> {
  let scopes: readonly string[] | null = null;
  const access = await check('Shopify', async () => {
    const shop = await desk.orders.shop();
    scopes = shop.grantedScopes;
    return `${shop.name}, ${shop.ianaTimezone}, orders look like ${shop.orderNumberFormatPrefix}1001${shop.orderNumberFormatSuffix}`;
  });
  if (!scopes) return [access];
  const granted: readonly string[] = scopes;
  const missing = (wanted: Record<string, string>) =>
    Object.entries(wanted).filter(([scope]) => !granted.includes(scope));
  const needed = missing(NEEDED_SCOPES).map(([scope, use]) => `${scope} (to ${use})`);
  const useful = missing(USEFUL_SCOPES).map(([scope, use]) => `without ${scope}: no ${use}`);
  const text =
    needed.length > 0
      ? `add ${needed.join(', ')} to the app, release a version, approve it`
      : ['enough', ...useful].join('; ');
  return [access, { name: 'Shopify scopes', ok: needed.length === 0, text }, await checkCustomerData(desk)];
}

/** On some plans the API answers every e-mail as null: then nothing can be matched by itself. */
async function checkCustomerData(desk: Desk): Promise<Check> {
  return check('Customer data', async () => {
    const sample = await desk.orders.newest(10);
    if (sample.length === 0) return 'no orders yet to look at';
    if (sample.some((order) => order.email !== null)) return 'e-mail addresses of orders can be read';
    throw new OutsideError(
      'shopify',
      'denied',
      'Shopify hides e-mail addresses on this plan: every request goes to staff to be matched by hand',
    );
  });
}

/** A head that can't be written down shows nothing later. */
async function checkHistory({ anchors, store }: Desk): Promise<Check> {
  const day = await store.records.settings.get(ANCHORED);
  const last = day === null ? 'none was written down yet' : `the last was written down on ${day}`;
  try {
    anchors.file.tryOut();
    return { name: 'History', ok: true, text: `its heads can be written down; ${last}` };
  } catch (error) {
    const text = `its heads can't be written down, so nothing shows whether its end is cut off: ${(error as Error).message}; let the worker's user write to AUDIT_ANCHOR_FILE, and run this where the worker runs; ${last}`;
    return { name: 'History', ok: false, text };
  }
}

async function checkSource(desk: Desk, kind: string): Promise<Check> {
  return check(kind === 'forms' ? 'Google Form' : 'Google Sheet', async () => {
    const source = desk.sources.find((one) => one.kind === kind);
    const found = await source?.poll(null);
    return `can be read, ${found?.responses.length ?? 0} responses`;
  });
}
