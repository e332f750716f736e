import type { Request, Response } from 'express';
import { verifyWebhook } from '../domain/standard-webhooks.ts';
import type { Desk } from '../steps/desk.ts';

const REFUSALS = {
  headers_missing: 'The headers webhook-id, webhook-timestamp and webhook-signature are needed.',
  timestamp_stale: 'The webhook-timestamp is more than five minutes off.',
  signature_wrong: 'The webhook-signature does not fit this body and secret.',
} as const;

/** A body read by `express.raw`, as Standard Webhooks sign it. null: it was refused, and the sender has their answer. */
export function readSigned(
  desk: Pick<Desk, 'now' | 'log'>,
  secrets: readonly string[],
  req: Request,
  res: Response,
): { readonly id: string; readonly body: Buffer } | null {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  const message = {
    id: req.get('webhook-id'),
    timestamp: req.get('webhook-timestamp'),
    signature: req.get('webhook-signature'),
    body,
  };
  const verdict = verifyWebhook(message, secrets, desk.now());
  if (verdict.kind === 'genuine') return { id: verdict.id, body };
  desk.log.warn({ reason: verdict.reason }, 'webhook refused');
  res.status(401).json({ error: REFUSALS[verdict.reason] });
  return null;
}
