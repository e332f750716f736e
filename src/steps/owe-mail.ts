/** Writes mails as effects. Nothing is sent here. */

import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { MailPayload, NewEffect } from '../domain/effect.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { afterQuiet } from '../domain/policy/calendar.ts';
import type { Limits } from '../domain/policy/policy.ts';
import { decidersAmong, mayDecide, type StaffMember } from '../domain/staff.ts';
import type { NoticeName } from '../domain/views.ts';
import type { Records, RequestEventRecord } from '../records.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { oweChat } from './send-chat.ts';

type StaffNotice = Exclude<Extract<NoticeName, `staff-${string}`>, 'staff-digest' | 'staff-sign-in'>;
type CustomerNotice = Extract<NoticeName, `customer-${string}`>;

const HOUR_MS = 60 * 60_000;
/** Mails with a link for the customer to act by. */
const WITH_LINK: readonly CustomerNotice[] = [
  'customer-received',
  'customer-question',
  'customer-confirm',
  'customer-which-order',
  'customer-offer',
  'customer-waiting',
  'customer-approved',
  'customer-shipped',
  'customer-undone',
];
/** Tell how it ended. The page beside it has as much for whose order it is, and nothing for others. */
export const ENDS: readonly NoticeName[] = [
  'customer-cancelled',
  'customer-found-cancelled',
  'customer-part-cancelled',
  'customer-changed',
  'customer-return-opened',
  'customer-offer-accepted',
  'customer-discount',
  'customer-declined',
  'customer-withdrawn',
  'customer-stopped',
  'customer-paid-back',
  'customer-expired',
  'customer-unanswered',
];
const WITHOUT_LINK: readonly StaffNotice[] = ['staff-edited-late', 'staff-offer-accepted', 'staff-decided'];

/**
 * One mail to everybody who is to decide, each with a link of their own. `occasion` tells repeats apart. When there are
 * more new requests in an hour than people want mails, one list of what waits takes their place.
 */
export async function oweStaffMails(
  desk: Pick<Desk, 'defaultLocale' | 'timings' | 'policies' | 'timeZone' | 'chat'>,
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'assessment'> & { readonly undoUntil?: number | null },
  notice: StaffNotice,
  now: number,
  occasion = `v${request.version}`,
): Promise<void> {
  const policy = desk.policies.inForce();
  const members = await peopleFor(records, request, now);
  if (notice === 'staff-decide') {
    await noteNamedMissing(records, request, now);
    const count = await records.counters.count('staff mails', HOUR_MS, now);
    if (count > policy.limits.staffMails) return oweDigest(desk, records, members, now);
  }
  await mailTo(desk, records, members, request, notice, now, occasion);
}

/** To these people, when they want mail. */
export async function mailTo(
  desk: Pick<Desk, 'defaultLocale' | 'policies' | 'timeZone' | 'chat'>,
  records: Records,
  members: readonly Pick<StaffMember, 'email'>[],
  request: Pick<CancellationRequest, 'id' | 'version'> & { readonly undoUntil?: number | null },
  notice: StaffNotice,
  now: number,
  occasion: string,
): Promise<void> {
  const { calendar, quiet } = desk.policies.inForce();
  const dueAt = quiet ? afterQuiet(now, quiet, calendar.zone ?? desk.timeZone) : now;
  const canUndo = notice === 'staff-decided' && request.undoUntil;
  if (desk.chat && !WITHOUT_LINK.includes(notice)) {
    await oweChat(records, request, notice, occasion, { now, dueAt });
  }
  for (const member of members) {
    const payload: MailPayload = {
      notice,
      to: member.email,
      locale: desk.defaultLocale,
      requestVersion: request.version,
      linkFor: WITHOUT_LINK.includes(notice) && !canUndo ? null : 'staff',
    };
    const key = `${notice}:${request.id}:${occasion}:${member.email}`;
    await records.effects.insert({ kind: 'mail', key, requestId: request.id, payload }, newId(), now, dueAt);
  }
}

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
  const may = list.filter(mayDecide);
  const { people } = decidersAmong(list, assessment?.people ?? [], assessment?.approvals ?? 1);
  const standIns = people.map((member) => standInFor(member, may, now)).filter((member) => member !== null);
  // Everybody away at once: better a mail to an empty desk than none.
  return standIns.length > 0 ? [...new Map(standIns.map((member) => [member.email, member])).values()] : [...people];
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

function standInFor(member: StaffMember, may: readonly StaffMember[], now: number): StaffMember | null {
  if (member.awayUntil === null || member.awayUntil <= now) return member;
  return may.find(({ email }) => email === member.standIn) ?? null;
}

/** One for each of them at the end of the running quarter of an hour, however many ask for it. */
async function oweDigest(
  desk: Pick<Desk, 'defaultLocale' | 'timings'>,
  records: Records,
  members: readonly StaffMember[],
  now: number,
): Promise<void> {
  const dueAt = (Math.floor(now / desk.timings.digest) + 1) * desk.timings.digest;
  for (const member of members) {
    const payload: MailPayload = {
      notice: 'staff-digest',
      to: member.email,
      locale: desk.defaultLocale,
      requestVersion: null,
      linkFor: 'staff',
    };
    const key = `staff-digest:${dueAt}:${member.email}`;
    await records.effects.insert({ kind: 'mail', key, requestId: null, payload }, newId(), now, dueAt);
  }
}

/** Nothing is owed when there is no address to send it to; the request's history says so. */
export async function oweCustomerMail(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>,
  notice: CustomerNotice,
  address: string | null,
  now: number,
  occasion = 'once',
): Promise<void> {
  // As the order has it, in whatever case; a mail goes to one plain address.
  const to = readEmailAddress(address);
  if (!to) {
    const data = { notice };
    await records.events.append(request.id, { at: now, actor: 'service', type: 'no_customer_address', data });
    return;
  }
  await records.effects.insert(customerMail(request, notice, to, occasion), newId(), now);
}

function customerMail(
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>,
  notice: CustomerNotice,
  to: string,
  occasion: string,
): NewEffect {
  const linkFor = WITH_LINK.includes(notice) || ENDS.includes(notice) ? 'customer' : null;
  const payload: MailPayload = { notice, to, locale: request.locale, requestVersion: request.version, linkFor };
  return { kind: 'mail', key: `${notice}:${request.id}:${occasion}`, requestId: request.id, payload };
}

export interface Receipt {
  readonly request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>;
  readonly to: string | null;
  /** Where the response came from: each form is limited by itself. */
  readonly source: string;
}

/** Mails that only a form asked for: a form can be made to ask for many. The requests themselves are kept, whatever happens. */
export async function oweReceipts(
  records: Records,
  receipts: readonly Receipt[],
  limits: Limits,
  now: number,
): Promise<void> {
  const notice = 'customer-received';
  const readable = receipts.map((receipt) => ({ ...receipt, to: receipt.to && readEmailAddress(receipt.to) }));
  const keys = readable.flatMap(({ to, source }) => (to ? [`receipt:${to}`, `receipts of:${source}`] : []));
  const counts = await records.counters.countAll(keys, HOUR_MS, now);
  const mails: (NewEffect & { id: string })[] = [];
  const withoutMail: (RequestEventRecord & { requestId: string })[] = [];
  for (const { request, to } of readable) {
    const without = (type: string) =>
      withoutMail.push({ requestId: request.id, at: now, actor: 'service', type, data: { notice } });
    if (!to) {
      without('no_customer_address');
      continue;
    }
    const [toAddress = 0, bySource = 0] = counts.splice(0, 2);
    if (toAddress > limits.mailsPerAddress || bySource > limits.mailsPerSource) without('mail_limited');
    else mails.push({ ...customerMail(request, notice, to, 'once'), id: newId() });
  }
  await records.events.appendAll(withoutMail);
  await records.effects.insertAll(mails, now);
}

export async function oweIncidentMails(records: Records, code: string, locale: string, now: number): Promise<void> {
  for (const member of await records.staff.list()) {
    if (!member.active) continue;
    const payload: MailPayload = {
      notice: 'operator-incident',
      to: member.email,
      locale,
      requestVersion: null,
      linkFor: null,
      incidentCode: code,
    };
    const key = `operator-incident:${code}:${now}:${member.email}`;
    await records.effects.insert({ kind: 'mail', key, requestId: null, payload }, newId(), now);
  }
}
