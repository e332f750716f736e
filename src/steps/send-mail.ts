/** Sends one owed mail. A link's token is made here, goes into the mail, and only its hash stays behind. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { type Confirmation, confirmationFor } from '../domain/confirmation.ts';
import type { MailEffect } from '../domain/effect.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { threadOf } from '../domain/mail-thread.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import { isStale } from '../domain/stale-notice.ts';
import type { DigestContext, IncidentContext, NoticeContext, NoticeName, SignInContext } from '../domain/views.ts';
import { localeFor } from './customer-locale.ts';
import type { Desk } from './desk.ts';
import { digestContext } from './digest.ts';
import { hashToken } from './ids.ts';
import { mintLink } from './magic-link.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { policyFor } from './route-request.ts';
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
 * one. A link of the time after the backup is dead, so a mail with a link is another mail.
 */
export function messageIdOf({ key, payload }: MailEffect, restoredAt: number | null): string {
  return hashToken(payload.linkFor === null || restoredAt === null ? key : `${key} ${restoredAt}`);
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
  'customer-part-cancelled',
  'customer-return-opened',
  'customer-changed',
  'customer-paid-back',
];

async function requestContext(desk: Desk, effect: MailEffect, request: CancellationRequest): Promise<NoticeContext> {
  const { notice, linkFor, to } = effect.payload;
  const link = linkFor === 'staff' || linkFor === 'customer' ? await mintLink(desk, linkFor, request, to) : null;
  // The order's facts go to staff, and to the address on the order itself once it is cancelled; never to a typed claim.
  const mayKnowOrder = notice.startsWith('staff-') || TELLS_ORDER.includes(notice);
  const view = viewRequest(request, mayKnowOrder ? request.order : null, desk.adminOrigin);
  const isTheirs = [readEmailAddress(request.order?.email ?? null), request.mailTo].includes(to);
  return {
    shopName: await shopNameOf(desk),
    // That something has been shipped is a fact of the order too.
    request: { ...view, canReturn: view.canReturn && isTheirs },
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
