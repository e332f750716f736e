/** POST /intake/pubsub: Google says that the form has a new response. Nothing in the message is read; the form is. */
import express, { type Router } from 'express';
import { OutsideError } from '../domain/outside-error.ts';
import type { PushTokens } from '../ports.ts';
import type { Desk } from '../steps/desk.ts';
import { pollNow } from '../steps/look-again.ts';
import { limitRefusals } from './limit-refusals.ts';

const LARGEST_BODY = '64kb';

export function pubsubPush(desk: Desk, tokens: PushTokens | null): Router {
  const router = express.Router();
  if (!tokens) return router;
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  router.post('/intake/pubsub', limitRefusals(), raw, async (req, res) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(req.get('authorization') ?? '')?.[1];
    const genuine = token ? await isGenuine(desk, tokens, token) : false;
    if (genuine === null) {
      res.status(503).json({ error: "Google's keys can't be had just now. Try again." });
      return;
    }
    if (!genuine) {
      desk.log.warn({ reason: token ? 'token_wrong' : 'token_missing' }, 'push refused');
      res.status(401).json({ error: 'A token of the account and audience of this subscription is needed.' });
      return;
    }
    await pollNow(desk);
    res.status(204).end();
  });
  return router;
}

/** null: without Google's keys nothing can be said about a token; the sender tries again. */
async function isGenuine({ log }: Desk, tokens: PushTokens, token: string): Promise<boolean | null> {
  try {
    return await tokens.isGenuine(token);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.warn({ system: error.system, fault: error.fault }, 'push could not be verified');
    return null;
  }
}
