/** A line in the staff's chat: what waits, and where to sign in for it. Never a link that decides. */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { ChatEffect } from '../domain/effect.ts';
import type { NoticeName } from '../domain/notices.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { viewRequest } from '../domain/request-view.ts';
import { isStale } from '../domain/stale-notice.ts';
import type { ChatMessage } from '../ports.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { countForChat } from './digest.ts';
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
  if (!desk.chat || now - effect.createdAt > GIVES_UP_MS) {
    await effects.settle(effect, { state: 'skipped', lastError: desk.chat ? 'too old' : 'no chat is set' }, now);
    return;
  }
  if (isPaused(desk, 'chat')) {
    await effects.settle(effect, { state: 'pending', dueAt: desk.outages.pausedUntil.get('chat') ?? now }, now);
    return;
  }
  const line = request ? await lineOf(desk, effect, request) : await digestLine(desk);
  if (!line) {
    await effects.settle(effect, { state: 'skipped', lastError: 'nothing waits any more' }, now);
    return;
  }
  const { notice } = effect.payload;
  try {
    await desk.chat.send({ id: effect.id, at: effect.createdAt, notice, ...line });
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

type Line = Pick<ChatMessage, 'ref' | 'text' | 'url'>;

/** null: the request has moved on. */
async function lineOf(desk: Desk, { payload }: ChatEffect, request: CancellationRequest): Promise<Line | null> {
  if (isStale({ ...payload, to: null }, request)) return null;
  const view = viewRequest(request, request.order, desk.adminOrigin);
  const none = {
    readerOwns: false,
    unanswered: null,
    link: null,
    linkExpiresAt: null,
    confirmBy: 'order_end',
  } as const;
  const context = { shopName: await shopNameOf(desk), request: view, ...none };
  const { subject } = desk.renderer.notice(payload.notice, desk.defaultLocale, context);
  return { ref: request.ref, text: subject, url: `${desk.baseUrl}/requests/${request.ref}` };
}

async function digestLine(desk: Desk): Promise<Line | null> {
  const count = await countForChat(desk);
  const text = desk.renderer.sentence('mail.staff_digest_title', desk.defaultLocale, { count });
  return count === 0 ? null : { ref: null, text, url: `${desk.baseUrl}/queue` };
}
