/** A mail that its server had taken came back: as if it had been refused at once, only later. */
import type { Bounce } from '../domain/bounce.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Effect, MailEffect } from '../domain/effect.ts';
import { refOfThread } from '../domain/mail-thread.ts';
import type { Desk } from './desk.ts';
import { messageIdOf } from './send-mail.ts';
import { noteUndelivered } from './undelivered.ts';

/**
 * Returns the refs of requests in which something was noted. A report that is none of ours, or that was told before,
 * changes nothing. Reports can be forged: whoever knows a request's ref gets staff to look at an address, no more.
 */
export async function takeBounces(desk: Desk, bounces: readonly Bounce[]): Promise<string[]> {
  const refs: string[] = [];
  for (const bounce of bounces) {
    const request = await requestOf(desk, bounce);
    const effects = request ? await desk.store.records.effects.byRequest(request.id) : [];
    const mail = mailOf(desk, effects, bounce);
    if (!request || !mail) continue;
    const lastError = `came back${bounce.status ? `: ${bounce.status}` : ''}`;
    if (await noteUndelivered(desk, mail, { lastError }, 'came_back')) refs.push(request.ref);
  }
  if (refs.length > 0) {
    desk.mailTally.failed += refs.length;
    desk.log.warn({ refs }, 'mails came back');
    desk.wake();
  }
  return refs;
}

async function requestOf(desk: Desk, { threadIds }: Bounce): Promise<CancellationRequest | null> {
  for (const threadId of threadIds) {
    const ref = refOfThread(threadId, desk.mailDomain);
    const request = ref ? await desk.store.records.requests.byRef(ref) : null;
    if (request) return request;
  }
  return null;
}

/** By its Message-ID; where a provider has put in one of its own, the latest one to that address. */
function mailOf(desk: Desk, effects: readonly Effect[], bounce: Bounce): MailEffect | null {
  const mails = effects.filter((effect) => effect.kind === 'mail');
  const same = mails.find((mail) => `${messageIdOf(mail, desk.restoredAt)}@${desk.mailDomain}` === bounce.messageId);
  const mail = same ?? mails.findLast(({ payload }) => bounce.recipients.includes(payload.to.toLowerCase()));
  return mail?.state === 'done' ? mail : null;
}
