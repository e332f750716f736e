/**
 * POST /intake/bounce: a mail out of the mailbox that MAIL_FROM names, signed as the webhooks of responses are. Whatever
 * isn't a report about one of our mails is answered just as well, so that whoever forwards needn't sort.
 */
import express, { type Router } from 'express';
import type { ReadBounces } from '../ports.ts';
import type { Desk } from '../steps/desk.ts';
import { takeBounces } from '../steps/take-bounces.ts';
import { limitRefusals } from './limit-refusals.ts';
import { readSigned } from './signed-body.ts';

/** A report may quote our whole mail. */
const LARGEST_BODY = '512kb';

export function bounceMail(desk: Desk, secrets: readonly string[], readBounces: ReadBounces): Router {
  const router = express.Router();
  if (secrets.length === 0) return router;
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/intake/bounce', limitRefusals(), raw, async (req, res) => {
    const signed = readSigned(desk, secrets, req, res);
    if (!signed) return;
    const refs = await takeBounces(desk, await readBounces(signed.body));
    res.status(202).json({ noted: refs.length });
  });
  return router;
}
