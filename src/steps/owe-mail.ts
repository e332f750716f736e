/** Writes mails as effects. Nothing is sent here. */

import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { MailPayload, NewEffect } from '../domain/effect.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import type { NoticeName } from '../domain/notices.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { afterQuietHours, oweDigest } from './digest.ts';
import { newId } from './ids.ts';
import { oweChat } from './send-chat.ts';
import { noteNamedMissing, peopleFor } from './who-decides.ts';

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
const WITHOUT_LINK: readonly StaffNotice[] = ['staff-offer-accepted', 'staff-decided'];
/** What is one person's own is nothing for everybody's chat. */
const NOT_FOR_CHAT: readonly StaffNotice[] = [...WITHOUT_LINK, 'staff-assigned'];

/**
 * One mail to everybody who is to decide, each with a link of their own. `occasion` tells repeats apart. When more waits
 * for staff than they want mails, one list of what waits takes their place.
 */
export async function oweStaffMails(
  desk: Pick<Desk, 'defaultLocale' | 'timings' | 'policies' | 'timeZone' | 'chat'>,
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'assessment'> & { readonly undoUntil?: number | null },
  notice: StaffNotice,
  now: number,
  occasion = `v${request.version}`,
): Promise<void> {
  const { staffMails } = desk.policies.inForce().limits;
  const members = await peopleFor(records, request, now);
  if (notice === 'staff-decide') {
    await noteNamedMissing(records, request, now);
    const waiting = await records.requests.countWaiting(now, staffMails + 1);
    if (waiting > staffMails && !(await isMailedAllTheSame(records, request, staffMails, now))) {
      return oweDigest(desk, records, members, now);
    }
  }
  await mailTo(desk, records, members, request, notice, now, occasion);
}

/** However many claims strangers make, a customer who has shown that the order is theirs is told of at once. */
async function isMailedAllTheSame(
  records: Records,
  { assessment }: Pick<CancellationRequest, 'assessment'>,
  most: number,
  now: number,
): Promise<boolean> {
  if ((assessment?.facts.proof ?? 'none') === 'none') return false;
  return (await records.counters.count('staff mails, proven', HOUR_MS, now)) <= most;
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
  // What was decided wrongly can be taken back for minutes only.
  const dueAt = notice === 'staff-decided' ? now : afterQuietHours(desk, now);
  const canUndo = notice === 'staff-decided' && request.undoUntil;
  if (desk.chat && !NOT_FOR_CHAT.includes(notice)) {
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

/** Whoever sent it long ago waits for nothing, until staff have written to them. */
export async function hasHeard(
  records: Records,
  { id, doubt }: Pick<CancellationRequest, 'id' | 'doubt'>,
): Promise<boolean> {
  if (!doubt) return true;
  const owed = await records.effects.byRequest(id);
  return owed.some((one) => one.kind === 'mail' && one.payload.notice.startsWith('customer-'));
}

export function customerMail(
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>,
  notice: CustomerNotice,
  to: string,
  occasion: string,
): NewEffect {
  const linkFor = WITH_LINK.includes(notice) || ENDS.includes(notice) ? 'customer' : null;
  const payload: MailPayload = { notice, to, locale: request.locale, requestVersion: request.version, linkFor };
  return { kind: 'mail', key: customerMailKey(notice, request.id, occasion), requestId: request.id, payload };
}

export function customerMailKey(notice: CustomerNotice, requestId: string, occasion: string): string {
  return `${notice}:${requestId}:${occasion}`;
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
