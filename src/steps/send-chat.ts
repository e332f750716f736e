/** A line in the staff's chat: what waits, and where to sign in for it. Never a link that decides. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { ChatEffect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import { isStale } from '../domain/stale-notice.ts';
import type { NoticeName } from '../domain/views.ts';
import type { Records } from '../records.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { shopNameOf } from './shop-name.ts';

/** Older news helps nobody; the mails have gone out beside it. */
const GIVES_UP_MS = 24 * 60 * 60_000;

export async function oweChat(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'version'>,
  notice: NoticeName,
  occasion: string,
  times: { readonly now: number; readonly dueAt: number },
): Promise<void> {
  const key = `chat:${notice}:${request.id}:${occasion}`;
  const payload = { notice, requestVersion: request.version };
  const effect = { kind: 'chat', key, requestId: request.id, payload } as const;
  await records.effects.insert(effect, newId(), times.now, times.dueAt);
}

export async function sendChat(desk: Desk, effect: ChatEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const now = desk.now();
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!desk.chat || !request || now - effect.createdAt > GIVES_UP_MS) {
    await effects.settle(effect, { state: 'skipped', lastError: desk.chat ? 'too old' : 'no chat is set' }, now);
    return;
  }
  if (isStale({ ...effect.payload, to: null }, request)) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, now);
    return;
  }
  if (isPaused(desk, 'chat')) {
    await effects.settle(effect, { state: 'pending', dueAt: desk.outages.pausedUntil.get('chat') ?? now }, now);
    return;
  }
  const { notice } = effect.payload;
  const view = viewRequest(request, request.order, desk.adminOrigin);
  const context = {
    shopName: await shopNameOf(desk),
    request: view,
    readerOwns: false,
    unanswered: null,
    link: null,
    linkExpiresAt: null,
  };
  const { subject } = desk.renderer.notice(notice, desk.defaultLocale, context);
  const url = `${desk.baseUrl}/requests/${request.ref}`;
  try {
    await desk.chat.send({ id: effect.id, at: effect.createdAt, notice, ref: request.ref, text: subject, url });
    await effects.settle(effect, { state: 'done', lastError: null }, desk.now());
    await noteSuccess(desk, 'chat');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    const attempts = effect.attempts + 1;
    const wait = error.retryAfter ?? delayBefore(attempts, desk.timings.retry, Math.random());
    const state = error.fault === 'rejected' ? 'failed' : 'pending';
    const result = { state, attempts, dueAt: desk.now() + wait, lastError: error.message } as const;
    await effects.settle(effect, result, desk.now());
  }
}
