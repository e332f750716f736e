/**
 * GET /d/:token shows, POST /d/:token decides. Over https the key is taken out of the address at once: the link opens a
 * session bound to its request and goes on to the request's own page.
 */
import express, { type Router } from 'express';
import type { Desk } from '../steps/desk.ts';
import { openLink } from '../steps/magic-link.ts';
import { startLinkSession } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { postDecision } from './decide-form.ts';
import { tokenOf } from './form-texts.ts';
import { PageError } from './same-origin.ts';
import { isSecure, sessionOf, setLinkSession } from './session-cookie.ts';
import { type Reader, showDecided, showDecision } from './show-decision.ts';

export function decisionPage(desk: Desk): Router {
  const router = express.Router();

  // What a link has undone has ended the link, too.
  router.get('/d/done', async (_req, res) => {
    res.send(desk.renderer.page('done', desk.defaultLocale, { shopName: await shopNameOf(desk) }));
  });

  router.get('/d/:token', async (req, res) => {
    const link = await openLink(desk.store.records, 'staff', tokenOf(req), desk.now());
    if (link.kind === 'dead') throw new PageError(404, 'link_dead');
    if (link.kind === 'decided') return showDecided(desk, res, 200, link.request);
    if (isSecure(desk)) {
      const known = await sessionOf(desk, req);
      // Whoever is signed in as this person needs no lesser session in its place.
      if (!(known?.kind === 'staff' && known.person === link.person)) {
        const session = await startLinkSession(desk, link.person, link.request.id, tokenOf(req));
        setLinkSession(desk, req, res, link.request.ref, session);
      }
      res.redirect(303, `${desk.baseUrl}/requests/${link.request.ref}`);
      return;
    }
    await showDecision(desk, res, 200, link.request, byLink(link.person), {});
  });

  router.post('/d/:token', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const link = await openLink(desk.store.records, 'staff', tokenOf(req), desk.now());
    if (link.kind === 'dead') throw new PageError(404, 'link_dead');
    if (link.kind === 'decided') return showDecided(desk, res, 409, link.request);
    await postDecision(desk, req, res, link.request, byLink(link.person), `${desk.baseUrl}/d/${tokenOf(req)}`);
  });
  return router;
}

function byLink(person: string): Reader {
  return { person, signedIn: false, mayDecide: true, mayOperate: false, formKey: null };
}
