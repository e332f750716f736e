/** Sends one owed mail. A link's token is made here, goes into the mail, and only its hash stays behind. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { isOwner } from '../domain/customer-standing.ts';
import { viewForCustomer } from '../domain/customer-view.ts';
import type { MailEffect } from '../domain/effect.ts';
import { threadOf } from '../domain/mail-thread.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import { ASKS, isStale } from '../domain/stale-notice.ts';
import type { DigestContext, IncidentContext, NoticeContext, NoticeName, SignInContext } from '../domain/views.ts';
import type { Desk } from './desk.ts';
import { hashToken } from './ids.ts';
import { mintLink } from './magic-link.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { ENDS, peopleAmong } from './owe-mail.ts';
import { unansweredOf } from './route-request.ts';
import { mintSignInLink } from './sessions.ts';
import { shopNameOf } from './shop-name.ts';
import { noteUndelivered } from './undelivered.ts';

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
    const mail = desk.renderer.notice(effect.payload.notice, effect.payload.locale, context);
    await desk.mailer.send({
      ...mail,
      to: effect.payload.to,
      messageId: `${messageIdOf(effect, desk.restoredAt)}@${desk.mailDomain}`,
      threadId: `${conversationOf(effect, request)}@${desk.mailDomain}`,
    });
    await effects.settle(effect, { state: 'done', lastError: null }, desk.now());
    desk.mailTally.sent += 1;
    await noteSuccess(desk, 'smtp');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    await retryOrGiveUp(desk, effect, error);
  }
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
  if (effect.payload.notice === 'staff-digest') return digestContext(desk, effect);
  if (effect.payload.linkFor === 'sign_in') return signInContext(desk, effect.payload);
  return request ? requestContext(desk, effect, request) : incidentContext(desk, effect);
}

async function signInContext(desk: Desk, { to, goesOnTo }: MailEffect['payload']): Promise<SignInContext> {
  const { url, expiresAt } = await mintSignInLink(desk, to, goesOnTo ?? null);
  return { shopName: await shopNameOf(desk), link: url, linkExpiresAt: expiresAt };
}

const MOST_IN_A_DIGEST = 50;
const PAGE = 500;
const MOST_PAGES = 20;

/** What waits for this person's decision when the mail is sent, oldest first. */
async function digestContext(desk: Desk, effect: MailEffect): Promise<DigestContext | null> {
  const theirs = await waitingFor(desk, effect.payload.to);
  if (theirs.length === 0) return null;
  const items = [];
  for (const request of theirs.slice(0, MOST_IN_A_DIGEST)) {
    const { url } = await mintLink(desk, 'staff', request, effect.payload.to);
    items.push({ request: viewRequest(request, request.order, desk.adminOrigin), link: url });
  }
  const queue = theirs.length > items.length ? `${desk.baseUrl}/queue` : null;
  return { shopName: await shopNameOf(desk), waiting: theirs.length, items, queue };
}

async function waitingFor(desk: Desk, person: string): Promise<CancellationRequest[]> {
  const { requests, staff } = desk.store.records;
  const now = desk.now();
  const members = await staff.list();
  const theirs: CancellationRequest[] = [];
  const filter = { stage: 'staff', text: null, assignedTo: null, snoozed: false, now, sort: 'oldest' } as const;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await requests.search({ ...filter, offset: page * PAGE, limit: PAGE });
    theirs.push(
      ...found
        .filter(({ status }) => status === 'needs_match' || status === 'awaiting_decision')
        .filter((request) => peopleAmong(members, request, now).some(({ email }) => email === person)),
    );
    if (found.length < PAGE) break;
  }
  return theirs;
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
  };
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
  const tooOld = now - effect.createdAt > desk.timings.mailGivesUp;
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
