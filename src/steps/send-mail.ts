/** Sends one owed mail. A link's token is made here, goes into the mail, and only its hash stays behind. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { type Confirmation, confirmationFor } from '../domain/confirmation.ts';
import { isOwner } from '../domain/customer-standing.ts';
import { viewForCustomer } from '../domain/customer-view.ts';
import type { MailEffect } from '../domain/effect.ts';
import { threadOf } from '../domain/mail-thread.ts';
import type { DigestContext, IncidentContext, NoticeContext, NoticeName, SignInContext } from '../domain/notices.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import { ASKS, isStale } from '../domain/stale-notice.ts';
import { localeFor } from './customer-locale.ts';
import type { Desk } from './desk.ts';
import { digestContext } from './digest.ts';
import { hashToken } from './ids.ts';
import { mintLink } from './magic-link.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { ENDS } from './owe-mail.ts';
import { policyFor, unansweredOf } from './prepare-route.ts';
import { mintSignInLink } from './sessions.ts';
import { shopNameOf } from './shop-name.ts';
import { noteStaffReached } from './staff-unreached.ts';
import { isToCustomer, noteUndelivered } from './undelivered.ts';

export async function sendMail(desk: Desk, effect: MailEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  if (isPaused(desk, 'smtp')) {
    const dueAt = desk.outages.pausedUntil.get('smtp') ?? desk.now();
    await effects.settle(effect, { state: 'pending', dueAt }, desk.now());
    return;
  }
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (request && isStale(effect.payload, request)) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  try {
    const context = await contextOf(desk, effect, request);
    if (!context) {
      await effects.settle(effect, { state: 'skipped', lastError: 'nothing waits any more' }, desk.now());
      return;
    }
    const mail = desk.renderer.notice(effect.payload.notice, localeOf(desk, effect.payload, request), context);
    await desk.mailer.send({
      ...mail,
      to: effect.payload.to,
      messageId: `${messageIdOf(effect, desk.restoredAt)}@${desk.mailDomain}`,
      threadId: `${conversationOf(effect, request)}@${desk.mailDomain}`,
    });
    await effects.settle(effect, { state: 'done', lastError: null }, desk.now());
    desk.mailTally.sent += 1;
    await noteSuccess(desk, 'smtp');
    await noteStaffReached(desk, effect.payload.to);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    await retryOrGiveUp(desk, effect, error);
  }
}

/** A receipt is owed before anybody knows the order, and sent in the language of whoever it has turned out to be for. */
function localeOf(
  desk: Desk,
  { notice, locale, to }: MailEffect['payload'],
  request: CancellationRequest | null,
): string {
  return request && notice === 'customer-received' ? localeFor(desk, request, to) : locale;
}

/**
 * By what it is owed for, so that a mail which a restored database owes again has the Message-ID it had: mail programs show
 * one. A link of the time after the backup is dead, so a mail that asks for something by its link is another mail.
 */
export function messageIdOf({ key, payload }: MailEffect, restoredAt: number | null): string {
  const tells = payload.linkFor === null || ENDS.includes(payload.notice);
  return hashToken(tells || restoredAt === null ? key : `${key} ${restoredAt}`);
}

function contextOf(
  desk: Desk,
  effect: MailEffect,
  request: CancellationRequest | null,
): Promise<NoticeContext | IncidentContext | DigestContext | SignInContext | null> {
  if (effect.payload.notice === 'staff-digest') return digestContext(desk, effect.payload.to);
  if (effect.payload.linkFor === 'sign_in') return signInContext(desk, effect.payload);
  return request ? requestContext(desk, effect, request) : incidentContext(desk, effect);
}

async function signInContext(desk: Desk, payload: MailEffect['payload']): Promise<SignInContext> {
  const { url, expiresAt } = await mintSignInLink(desk, payload);
  return { shopName: await shopNameOf(desk), link: url, linkExpiresAt: expiresAt };
}

const TELLS_ORDER: readonly NoticeName[] = [
  'customer-cancelled',
  'customer-found-cancelled',
  'customer-part-cancelled',
  'customer-return-opened',
  'customer-changed',
  'customer-paid-back',
];

async function requestContext(desk: Desk, effect: MailEffect, request: CancellationRequest): Promise<NoticeContext> {
  const { notice, linkFor, to } = effect.payload;
  const readerOwns = isOwner(request, to);
  const hasLink = linkFor === 'staff' || (linkFor === 'customer' && (readerOwns || !ENDS.includes(notice)));
  const link = hasLink ? await mintLink(desk, linkFor, request, to) : null;
  // The order's facts go to staff, and to the address on the order itself once it is cancelled; never to a typed claim.
  const isStaffs = notice.startsWith('staff-');
  const order = isStaffs || TELLS_ORDER.includes(notice) ? request.order : null;
  return {
    shopName: await shopNameOf(desk),
    request: isStaffs
      ? viewRequest(request, order, desk.adminOrigin)
      : viewForCustomer(request, to, order, desk.adminOrigin),
    readerOwns,
    unanswered: ASKS[notice] ? await unansweredOf(desk, request) : null,
    link: link?.url ?? null,
    linkExpiresAt: link?.expiresAt ?? null,
    confirmBy: await confirmationOf(desk, request),
  };
}

async function confirmationOf(desk: Desk, request: CancellationRequest): Promise<Confirmation> {
  const { confirm } = await policyFor(desk, request);
  return request.order ? confirmationFor(request.order, confirm) : confirm;
}

async function incidentContext(desk: Desk, effect: MailEffect): Promise<IncidentContext> {
  const code = effect.payload.incidentCode ?? '';
  const incident = await desk.store.records.incidents.get(code);
  return {
    shopName: await shopNameOf(desk),
    incident: { code, detail: incident?.detail ?? '', since: incident?.since ?? effect.createdAt },
  };
}

function conversationOf(effect: MailEffect, request: CancellationRequest | null): string {
  const [audience = ''] = effect.payload.notice.split('-');
  if (request) return threadOf(request.ref, audience);
  return effect.payload.incidentCode ? `${effect.payload.incidentCode}.operator` : `${effect.id}.digest`;
}

async function retryOrGiveUp(desk: Desk, effect: MailEffect, error: OutsideError): Promise<void> {
  const now = desk.now();
  const attempts = effect.attempts + 1;
  // A customer is told by a person then. What staff are to know, they are to know as long as it may be open.
  const { mailGivesUp, requestExpires } = desk.timings;
  const tooOld = now - effect.createdAt > (isToCustomer(effect.payload.notice) ? mailGivesUp : requestExpires);
  if (error.fault !== 'rejected' && !tooOld) {
    const wait =
      error.fault === 'denied' ? desk.timings.deniedPause : delayBefore(attempts, desk.timings.retry, Math.random());
    const result = { state: 'pending', attempts, dueAt: now + wait, lastError: error.message } as const;
    await desk.store.records.effects.settle(effect, result, now);
    return;
  }
  await noteUndelivered(desk, effect, { attempts, lastError: error.message }, error.fault);
  desk.mailTally.failed += 1;
  desk.log.error({ notice: effect.payload.notice, effect: effect.id }, 'mail could not be delivered');
  desk.wake();
}
