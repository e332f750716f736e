/**
 * /sign-in: an address is typed, a link is mailed, the link shows a button, the button signs in; in another browser than the
 * one that asked with the number that it shows.
 */
import express, { type Request, type Router } from 'express';
import { readEmailAddress } from '../domain/email-address.ts';
import type { Desk } from '../steps/desk.ts';
import { askToSignIn, codeFor, openSignInLink, signIn, signOut } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { textsOf, tokenOf } from './form-texts.ts';
import { limitTries, placeOf } from './limit-refusals.ts';
import { PageError } from './same-origin.ts';
import { askingBrowser, clearSession, noteAsking, refIn, sessionOf, setSession } from './session-cookie.ts';

const TRIES_A_MINUTE = 20;

export function signInPage(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '8kb' });
  const page = async (
    state: 'ask' | 'sent' | 'button' | 'code',
    {
      errors = {},
      ref = null,
      code = '',
    }: { errors?: Record<string, string>; ref?: string | null; code?: string } = {},
  ) =>
    desk.renderer.page('sign-in', desk.defaultLocale, { shopName: await shopNameOf(desk), state, errors, ref, code });

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
    const browser = noteAsking(desk, req, res);
    await askToSignIn(desk, email, { place: placeOf(req), browser, goesOnTo: ref });
    res.send(await page('sent', { code: codeFor(browser) }));
  });

  router.get('/sign-in/:token', async (req, res) => {
    const { askedHere } = await open(req);
    res.send(await page(askedHere ? 'button' : 'code'));
  });

  router.post('/sign-in/:token', limitTries(TRIES_A_MINUTE), form, async (req, res) => {
    const link = await open(req);
    const { me, code = '' } = textsOf(req.body);
    if (link.askedHere ? me !== 'yes' : code.replace(/\D/g, '') !== link.code) {
      const errors = link.askedHere ? { me: 'choose_one' } : { code: 'code_mismatch' };
      res.status(422).send(await page(link.askedHere ? 'button' : 'code', { errors }));
      return;
    }
    const session = await signIn(desk, tokenOf(req));
    if (!session) throw new PageError(404, 'link_dead');
    setSession(desk, res, session);
    const ref = refIn(req.query.ref);
    res.redirect(303, `${desk.baseUrl}${ref ? `/requests/${ref}` : '/queue'}`);
  });

  async function open(req: Request) {
    const link = await openSignInLink(desk, tokenOf(req), askingBrowser(desk, req));
    if (!link) throw new PageError(404, 'link_dead');
    return link;
  }

  router.post('/sign-out', form, async (req, res) => {
    const session = await sessionOf(desk, req);
    if (session) await signOut(desk, session.token);
    clearSession(desk, res);
    res.redirect(303, `${desk.baseUrl}/sign-in`);
  });
  return router;
}
