/** The Chat port: one POST to an incoming webhook of Slack, or of anything that takes Standard Webhooks. */
import { OutsideError } from '../../domain/outside-error.ts';
import { signWebhook } from '../../domain/standard-webhooks.ts';
import type { Chat, ChatMessage } from '../../ports.ts';

export interface ChatSettings {
  readonly url: string;
  /** null only for those hosts that know no signatures. */
  readonly secret: string | null;
}

const ANSWER_MS = 10_000;
/** They take {"text": …} and nothing else; what keeps strangers out there is the address itself. */
const TEXT_ONLY = ['hooks.slack.com', 'chat.googleapis.com'];

export function isTextOnly(url: string): boolean {
  return TEXT_ONLY.includes(new URL(url).hostname);
}

export function createChat({ url, secret }: ChatSettings, now: () => number): Chat {
  return {
    async send(message) {
      const body = JSON.stringify(isTextOnly(url) ? { text: textOf(message) } : structured(message));
      const signature = secret ? signWebhook(message.id, body, secret, now()) : {};
      const headers = { 'content-type': 'application/json', ...signature };
      const signal = AbortSignal.timeout(ANSWER_MS);
      // A redirect could lead anywhere, our own network included.
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }).catch(
        (error: unknown) => {
          throw new OutsideError('chat', 'unreachable', 'The chat webhook gave no answer', { cause: error });
        },
      );
      await answer.body?.cancel();
      if (!answer.ok) throw wrap(answer);
    },
  };
}

function structured({ notice, ref, url, at, text }: ChatMessage) {
  const timestamp = new Date(at).toISOString();
  return { type: `request.${notice}`, timestamp, data: { ref, url }, text: textOf({ text, url }) };
}

/** Slack reads &, < and > as its own markup: an order's name must not become a link or call everybody (docs.slack.dev). */
export function textOf({ text, url }: Pick<ChatMessage, 'text' | 'url'>): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `${escaped}\n${url}`;
}

/** The answer's own words may repeat ours: only its status is kept. */
function wrap({ status, headers }: Response): OutsideError {
  const seconds = Number(headers.get('retry-after'));
  const wait = Number.isFinite(seconds) && seconds > 0 ? { retryAfter: seconds * 1000 } : {};
  if (status === 429) return new OutsideError('chat', 'throttled', 'The chat webhook asks to wait', wait);
  if (status >= 500) return new OutsideError('chat', 'unreachable', `The chat webhook answered ${status}`, wait);
  const gone = [301, 302, 303, 307, 308, 401, 403, 404, 410].includes(status);
  const text = `The chat webhook refuses our messages (${status}); check CHAT_WEBHOOK_URL`;
  return new OutsideError('chat', gone ? 'denied' : 'rejected', text);
}
