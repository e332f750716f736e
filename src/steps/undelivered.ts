/** What follows when a mail was refused, or came back later: nobody waits for an answer to it, and a person tells the customer. */
import { customerAddress } from '../domain/customer-address.ts';
import type { MailEffect } from '../domain/effect.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { isEnded } from '../domain/lifecycle.ts';
import type { NoticeName } from '../domain/notices.ts';
import { isTask } from '../domain/queue.ts';
import { ASKS } from '../domain/stale-notice.ts';
import type { EffectResult } from '../records/effects.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweStaffMails } from './owe-mail.ts';
import { noteStaffUnreached } from './staff-unreached.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

/** Go to the address on the order and no other: another one would prove nothing. */
const PROOFS: readonly NoticeName[] = ['customer-confirm', 'customer-which-order'];

/** False: somebody else has written to the mail's row meanwhile. */
export async function noteUndelivered(
  desk: Desk,
  effect: MailEffect,
  result: Pick<EffectResult, 'attempts' | 'lastError'>,
  why: string,
): Promise<boolean> {
  const now = desk.now();
  const noted = await writeAnew(desk, async (records) => {
    if (!(await records.effects.settle(effect, { state: 'failed', ...result }, now))) return false;
    const data = { notice: effect.payload.notice, why };
    await records.events.append(effect.requestId, { at: now, actor: 'service', type: 'mail_failed', data });
    await endWaiting(records, effect, now);
    await oweTask(desk, records, effect, now);
    return true;
  });
  if (noted && !isToCustomer(effect.payload.notice)) await noteStaffUnreached(desk, effect);
  return noted;
}

export function isToCustomer(notice: NoticeName): boolean {
  return notice.startsWith('customer-');
}

/** Nobody can answer a mail that never came: its waiting ends now, and staff decide (expire.ts). */
async function endWaiting(records: Records, { payload, requestId }: MailEffect, now: number): Promise<void> {
  const asks = ASKS[payload.notice];
  const request = asks && requestId ? await records.requests.get(requestId) : null;
  if (request?.status !== 'needs_customer' || request.asking?.kind !== asks) return;
  const trouble = { reason: `bounced_${asks}`, detail: null };
  await mustUpdate(records, request, { expiresAt: now, trouble }, now);
}

/** What a customer could not be told, a person has to: it stays before staff's eyes until they have. */
async function oweTask(desk: Desk, records: Records, { payload, requestId }: MailEffect, now: number): Promise<void> {
  const { notice, to } = payload;
  if (!isToCustomer(notice) || PROOFS.includes(notice) || !requestId) return;
  const request = await records.requests.get(requestId);
  if (!request || readEmailAddress(customerAddress(request)) !== to) return;
  // What was asked isn't asked again by itself: staff have the request back, and ask whoever they then write to.
  const asks = ASKS[notice] !== undefined;
  if (asks && isEnded(request.status)) return;
  const before = request.undelivered?.notices ?? [];
  const undelivered = { address: to, notices: asks ? before : [...new Set([...before, notice])] };
  // Something new to do, whenever somebody was last reminded of this request.
  const anew = isTask(request) ? {} : { remindAt: null, reminded: 0, snoozedUntil: null };
  await mustUpdate(records, request, { undelivered, ...anew }, now);
  if (before.length === 0 && !asks)
    await oweStaffMails(desk, records, request, 'staff-bounced', now, `r${request.revision}`);
}
