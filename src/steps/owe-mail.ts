/** Writes mails as effects. Nothing is sent here. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { MailPayload } from '../domain/effect.ts';
import type { NoticeName } from '../domain/views.ts';
import type { Records } from '../records.ts';
import { newId } from './ids.ts';

type StaffNotice = Extract<NoticeName, `staff-${string}`>;
type CustomerNotice = Extract<NoticeName, `customer-${string}`>;

/** One mail to everybody who may decide, each with a link of their own. `occasion` tells repeats apart. */
export async function oweStaffMails(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version'>,
  notice: StaffNotice,
  locale: string,
  now: number,
  occasion = `v${request.version}`,
): Promise<void> {
  for (const member of await records.staff.list()) {
    if (!member.active || member.role !== 'decide') continue;
    const payload: MailPayload = {
      notice,
      to: member.email,
      locale,
      requestVersion: request.version,
      linkFor: notice === 'staff-edited-late' ? null : 'staff',
    };
    const key = `${notice}:${request.id}:${occasion}:${member.email}`;
    await records.effects.insert({ kind: 'mail', key, requestId: request.id, payload }, newId(), now);
  }
}

/** Nothing is owed when there is no address to send it to; the request's history says so. */
export async function oweCustomerMail(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>,
  notice: CustomerNotice,
  to: string | null,
  now: number,
  occasion = 'once',
): Promise<void> {
  if (!to) {
    await records.events.append(request.id, {
      at: now,
      actor: 'service',
      type: 'no_customer_address',
      data: { notice },
    });
    return;
  }
  const linkFor = notice === 'customer-received' || notice === 'customer-question' ? 'customer' : null;
  const payload: MailPayload = { notice, to, locale: request.locale, requestVersion: request.version, linkFor };
  const key = `${notice}:${request.id}:${occasion}`;
  await records.effects.insert({ kind: 'mail', key, requestId: request.id, payload }, newId(), now);
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
