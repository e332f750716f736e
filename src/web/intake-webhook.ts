/** POST /intake/webhook: answers 202 only after the response is durable. */
import { createHash } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';
import type { IncomingResponse } from '../domain/response.ts';
import type { Desk } from '../steps/desk.ts';
import { createTakeWebhook } from '../steps/take-webhook.ts';
import { limitRefusals } from './limit-refusals.ts';
import { readSigned } from './signed-body.ts';

const LARGEST_BODY = '64kb';

const bodySchema = z.object({
  // Compared with what the database gives back, so nothing that it could change.
  responseId: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters')
    .optional(),
  submittedAt: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-23T09:30:00Z' }).optional(),
  respondentEmail: z.string().max(1_000).nullish(),
  answers: z.record(
    z.string().max(1_000),
    z.union([z.string(), z.array(z.string()).max(200)], 'must be a text or a list of texts'),
    'must be an object of question titles and answers',
  ),
});

export function intakeWebhook(desk: Desk, secrets: readonly string[]): Router {
  const router = express.Router();
  if (secrets.length === 0) return router;
  const take = createTakeWebhook(desk);
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/intake/webhook', limitRefusals(), raw, async (req, res) => {
    const signed = readSigned(desk, secrets, req, res);
    if (!signed) return;
    const parsed = parseBody(signed.body);
    if (!parsed.success) {
      res.status(400).json({ error: 'The body is not a response.', fields: parsed.fields });
      return;
    }
    const ref = await take(signed.id, toResponse(parsed.data, signed.id));
    res.status(202).json({ ref });
  });
  return router;
}

type Body = z.infer<typeof bodySchema>;
type Parsed =
  | { readonly success: true; readonly data: Body }
  | { readonly success: false; readonly fields: { field: string; problem: string }[] };

function parseBody(body: Buffer): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { success: false, fields: [{ field: '', problem: 'is not JSON in UTF-8' }] };
  }
  const result = bodySchema.safeParse(json);
  if (result.success) return { success: true, data: result.data };
  const fields = result.error.issues.map((issue) => ({ field: issue.path.join('.'), problem: issue.message }));
  return { success: false, fields };
}

function toResponse(body: Body, webhookId: string): IncomingResponse {
  const answers = Object.entries(body.answers).map(([question, value]) => ({
    questionId: null,
    question,
    values: Array.isArray(value) ? value : [value],
  }));
  return {
    source: 'webhook',
    sourceId: 'webhook',
    externalId: body.responseId ?? webhookId,
    // The sender's time alone would hide what was edited within its resolution.
    revision: `${body.submittedAt ?? ''} ${createHash('sha256').update(JSON.stringify(answers)).digest('base64url')}`,
    replaces: null,
    submittedAt: body.submittedAt ? Date.parse(body.submittedAt) : null,
    respondentEmail: body.respondentEmail ?? null,
    emailVerified: false,
    answers,
  };
}
