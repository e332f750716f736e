/** Sends one owed mail. A link's token is made here, goes into the mail, and only its hash stays behind. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { MailEffect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import type { IncidentContext, NoticeContext } from '../domain/views.ts';
import type { Desk } from './desk.ts';
import { mintLink } from './magic-link.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { shopNameOf } from './shop-name.ts';

export async function sendMail(desk: Desk, effect: MailEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  if (isPaused(desk, 'smtp')) {
    const dueAt = desk.outages.pausedUntil.get('smtp') ?? desk.now();
    await effects.settle(effect, { state: 'pending', dueAt }, desk.now());
    return;
  }
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (request && isPointless(effect, request)) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  try {
    const context = request ? await requestContext(desk, effect, request) : await incidentContext(desk, effect);
    const mail = desk.renderer.notice(effect.payload.notice, effect.payload.locale, context);
    await desk.mailer.send({
      ...mail,
      to: effect.payload.to,
      messageId: `${effect.id}@${desk.mailDomain}`,
      threadId: `${threadOf(effect, request)}@${desk.mailDomain}`,
    });
    await effects.settle(effect, { state: 'done', lastError: null }, desk.now());
    await noteSuccess(desk, 'smtp');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    await retryOrGiveUp(desk, effect, error);
  }
}

/** A mail that asks for a decision which isn't open any more would only confuse. */
function isPointless({ payload }: MailEffect, request: CancellationRequest): boolean {
  if (payload.notice === 'staff-decide') {
    return payload.requestVersion !== request.version || !['needs_match', 'awaiting_decision'].includes(request.status);
  }
  if (payload.notice === 'customer-question') return request.status !== 'needs_customer';
  return false;
}

async function requestContext(desk: Desk, effect: MailEffect, request: CancellationRequest): Promise<NoticeContext> {
  const { notice, linkFor, to } = effect.payload;
  const link = linkFor ? await mintLink(desk, linkFor, request, to) : null;
  // The order's facts go to staff, and to the address on the order itself once it is cancelled; never to a typed claim.
  const mayKnowOrder = notice.startsWith('staff-') || notice === 'customer-cancelled';
  return {
    shopName: await shopNameOf(desk),
    request: viewRequest(request, mayKnowOrder ? request.order : null, desk.adminOrigin),
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

function threadOf(effect: MailEffect, request: CancellationRequest | null): string {
  const audience = effect.payload.notice.split('-')[0];
  return request ? `${request.ref}.${audience}` : `${effect.payload.incidentCode}.operator`;
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
  await desk.store.transaction(async (records) => {
    if (!(await records.effects.settle(effect, { state: 'failed', attempts, lastError: error.message }, now))) return;
    const data = { notice: effect.payload.notice, why: error.fault };
    await records.events.append(effect.requestId, { at: now, actor: 'service', type: 'mail_failed', data });
  });
  desk.log.error({ notice: effect.payload.notice, effect: effect.id }, 'mail could not be delivered');
}
