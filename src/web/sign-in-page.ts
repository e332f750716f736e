/** /sign-in: an address is typed, a link is mailed, the link shows a button, the button signs in. */
import express, { type Router } from 'express';
import { readEmailAddress } from '../domain/email-address.ts';
import type { Desk } from '../steps/desk.ts';
import { askToSignIn, isSignInLink, signIn, signOut } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { textsOf, tokenOf } from './decide-form.ts';
import { limitTries } from './limit-refusals.ts';
import { PageError } from './same-origin.ts';
import { clearSession, sessionOf, setSession } from './session-cookie.ts';

const TRIES_A_MINUTE = 20;

export function signInPage(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '8kb' });
  const page = async (state: 'ask' | 'sent' | 'button', errors: Record<string, string> = {}) =>
    desk.renderer.page('sign-in', desk.defaultLocale, { shopName: await shopNameOf(desk), state, errors, values: {} });

  router.get('/sign-in', async (_req, res) => {
    res.send(await page('ask'));
  });

  router.post('/sign-in', limitTries(TRIES_A_MINUTE), form, async (req, res) => {
    const email = readEmailAddress(textsOf(req.body).email ?? null);
    if (!email) {
      res.status(422).send(await page('ask', { email: 'email_missing' }));
      return;
    }
    await askToSignIn(desk, email);
    res.send(await page('sent'));
  });

  router.get('/sign-in/:token', async (req, res) => {
    if (!(await isSignInLink(desk, tokenOf(req)))) throw new PageError(404, 'link_dead');
    res.send(await page('button'));
  });

  router.post('/sign-in/:token', limitTries(TRIES_A_MINUTE), form, async (req, res) => {
    // A scanner that submits the form must not use the link up: the box is ticked by a person.
    if (textsOf(req.body).me !== 'yes') {
      res.status(422).send(await page('button', { me: 'choose_one' }));
      return;
    }
    const session = await signIn(desk, tokenOf(req));
    if (!session) throw new PageError(404, 'link_dead');
    setSession(desk, res, session);
    res.redirect(303, `${desk.baseUrl}/queue`);
  });

  router.post('/sign-out', form, async (req, res) => {
    const session = await sessionOf(desk, req);
    if (session) await signOut(desk, session.token);
    clearSession(desk, res);
    res.redirect(303, `${desk.baseUrl}/sign-in`);
  });
  return router;
}
