/** /sign-in: an address is typed, a link is mailed, the link shows a button, the button signs in. */
import express, { type Router } from 'express';
import { readEmailAddress } from '../domain/email-address.ts';
import type { Desk } from '../steps/desk.ts';
import { askToSignIn, isSignInLink, signIn, signOut } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { textsOf, tokenOf } from './decide-form.ts';
import { limitTries } from './limit-refusals.ts';
import { PageError } from './same-origin.ts';
import { clearSession, refIn, sessionOf, setSession } from './session-cookie.ts';

const TRIES_A_MINUTE = 20;

export function signInPage(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '8kb' });
  const page = async (
    state: 'ask' | 'sent' | 'button',
    { errors = {}, ref = null }: { errors?: Record<string, string>; ref?: string | null } = {},
  ) => desk.renderer.page('sign-in', desk.defaultLocale, { shopName: await shopNameOf(desk), state, errors, ref });

  router.get('/sign-in', async (req, res) => {
    res.send(await page('ask', { ref: refIn(req.query.ref) }));
  });

  router.post('/sign-in', limitTries(TRIES_A_MINUTE), form, async (req, res) => {
    const values = textsOf(req.body);
    const email = readEmailAddress(values.email ?? null);
    const ref = refIn(values.ref);
    if (!email) {
      res.status(422).send(await page('ask', { errors: { email: 'email_missing' }, ref }));
      return;
    }
    await askToSignIn(desk, email, ref);
    res.send(await page('sent'));
  });

  router.get('/sign-in/:token', async (req, res) => {
    if (!(await isSignInLink(desk, tokenOf(req)))) throw new PageError(404, 'link_dead');
    res.send(await page('button'));
  });

  router.post('/sign-in/:token', limitTries(TRIES_A_MINUTE), form, async (req, res) => {
    // A scanner that submits the form must not use the link up: the box is ticked by a person.
    if (textsOf(req.body).me !== 'yes') {
      res.status(422).send(await page('button', { errors: { me: 'choose_one' } }));
      return;
    }
    const session = await signIn(desk, tokenOf(req));
    if (!session) throw new PageError(404, 'link_dead');
    setSession(desk, res, session);
    const ref = refIn(req.query.ref);
    res.redirect(303, `${desk.baseUrl}${ref ? `/requests/${ref}` : '/queue'}`);
  });

  router.post('/sign-out', form, async (req, res) => {
    const session = await sessionOf(desk, req);
    if (session) await signOut(desk, session.token);
    clearSession(desk, res);
    res.redirect(303, `${desk.baseUrl}/sign-in`);
  });
  return router;
}
