/**
 * POST /hooks/shopify: something about an order changed. Only the order's id is read out of the body, and only to look
 * again: what has happened is what Shopify answers when it is asked.
 */
import { createHash, createHmac } from 'node:crypto';
import express, { type Request, type Router } from 'express';
import { sameBytes } from '../domain/same-bytes.ts';
import type { Desk } from '../steps/desk.ts';
import { lookAgain } from '../steps/look-again.ts';
import { limitRefusals } from './limit-refusals.ts';

/** An order of several hundred lines. */
const LARGEST_BODY = '2mb';
const LONGEST_ID = 200;
/** Shopify tries again for four hours. */
const OLDEST_MS = 5 * 60 * 60_000;
const CLOCK_OFF_MS = 5 * 60_000;

export function shopifyWebhook(desk: Desk, secrets: readonly string[]): Router {
  const router = express.Router();
  if (secrets.length === 0) return router;
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/hooks/shopify', limitRefusals(), raw, async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const id = req.get('x-shopify-webhook-id');
    const reason = refusalOf(req, id, body, secrets, desk.now());
    if (reason || !id) {
      desk.log.warn({ reason }, 'Shopify webhook refused');
      res.status(401).json({ error: REFUSALS[reason ?? 'headers_missing'] });
      return;
    }
    const orderId = orderIdIn(body);
    // Headers aren't signed: the same body under another id is the same message again.
    const names = [`id ${id}`, `body ${createHash('sha256').update(body).digest('base64url')}`];
    if (orderId) await lookAgain(desk, orderId, names);
    res.status(200).json({});
  });
  return router;
}

const REFUSALS = {
  headers_missing: 'The headers X-Shopify-Hmac-Sha256, X-Shopify-Webhook-Id and X-Shopify-Triggered-At are needed.',
  signature_wrong: 'The X-Shopify-Hmac-Sha256 does not fit this body and secret.',
  stale: 'The X-Shopify-Triggered-At is too far from now.',
} as const;

function refusalOf(
  req: Request,
  id: string | undefined,
  body: Buffer,
  secrets: readonly string[],
  now: number,
): keyof typeof REFUSALS | null {
  const given = req.get('x-shopify-hmac-sha256');
  const triggeredAt = req.get('x-shopify-triggered-at');
  if (!id || id.length > LONGEST_ID || !given || !triggeredAt) return 'headers_missing';
  const signature = Buffer.from(given, 'base64');
  // Every secret is tried, so that the time taken doesn't tell which is the right one.
  const genuine = secrets
    .map((secret) => sameBytes(signature, createHmac('sha256', secret).update(body).digest()))
    .includes(true);
  if (!genuine) return 'signature_wrong';
  const age = now - Date.parse(triggeredAt);
  return age <= OLDEST_MS && age >= -CLOCK_OFF_MS ? null : 'stale';
}

/** Of orders/…: its own id; of fulfillments/… and refunds/…: the order's. null: about no order. */
function orderIdIn(body: Buffer): string | null {
  let message: { admin_graphql_api_id?: unknown; order_id?: unknown } | null;
  try {
    message = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const own = String(message?.admin_graphql_api_id ?? '');
  if (/^gid:\/\/shopify\/Order\/\d+$/.test(own)) return own;
  const ofOrder = String(message?.order_id ?? '');
  return /^\d+$/.test(ofOrder) ? `gid://shopify/Order/${ofOrder}` : null;
}
