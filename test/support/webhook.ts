import { createHmac } from 'node:crypto';
import { WEBHOOK_SECRET } from './desk-under-test.ts';

export interface WebhookBody {
  responseId?: string;
  submittedAt?: string;
  respondentEmail?: string | null;
  answers?: unknown;
  [other: string]: unknown;
}

/** Standard Webhooks headers for exactly this body. */
export function signWebhook(
  id: string,
  body: string,
  options: { at?: number; secret?: string } = {},
): Record<string, string> {
  const timestamp = String(Math.floor((options.at ?? Date.now()) / 1000));
  const secret = options.secret ?? WEBHOOK_SECRET;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Sends a signed response as the script in the form does. */
export async function sendWebhook(
  origin: string,
  id: string,
  body: WebhookBody,
  at = Date.now(),
): Promise<{ status: number; json: Record<string, unknown> }> {
  const text = JSON.stringify(body);
  const response = await fetch(`${origin}/intake/webhook`, {
    method: 'POST',
    headers: signWebhook(id, text, { at }),
    body: text,
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
