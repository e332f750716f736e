/** Signatures of webhooks, those that come and those we send, as www.standardwebhooks.com has them. */
import { createHmac } from 'node:crypto';
import { sameBytes } from './same-bytes.ts';

export interface SignedMessage {
  readonly id: string | undefined;
  /** Unix seconds, as text. */
  readonly timestamp: string | undefined;
  /** "v1,BASE64", several separated by a space. */
  readonly signature: string | undefined;
  /** Exactly the bytes that came. */
  readonly body: Buffer;
}

export type Verdict =
  | { readonly kind: 'genuine'; readonly id: string }
  | { readonly kind: 'refused'; readonly reason: 'headers_missing' | 'timestamp_stale' | 'signature_wrong' };

/** Older or newer than this is a replay or a clock that is wrong. */
const TOLERANCE_S = 5 * 60;
const LONGEST_ID = 200;

/** @param now epoch milliseconds */
export function verifyWebhook(message: SignedMessage, secrets: readonly string[], now: number): Verdict {
  const { id, timestamp, signature } = message;
  if (!id || id.length > LONGEST_ID || !timestamp || !/^\d{1,12}$/.test(timestamp) || !signature) {
    return { kind: 'refused', reason: 'headers_missing' };
  }
  const given = signature
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'));
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), message.body]);
  // Every pair is compared, so that the time taken doesn't tell which secret is the right one.
  const genuine = secrets
    .map((secret) => createHmac('sha256', keyOf(secret)).update(signed).digest())
    .flatMap((expected) => given.map((one) => sameBytes(one, expected)))
    .includes(true);
  if (!genuine) return { kind: 'refused', reason: 'signature_wrong' };
  // After the signature: a stranger needn't know what our clock says.
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return { kind: 'refused', reason: 'timestamp_stale' };
  return { kind: 'genuine', id };
}

/** The headers that let a receiver tell our messages from a stranger's. @param now epoch milliseconds */
export function signWebhook(id: string, body: string, secret: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** `whsec_` + base64 as the specification has it; without the prefix the text's own bytes. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
}
