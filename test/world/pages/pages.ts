/** What a person sees of the world: the form, everybody's inbox, the shop's admin. */
import express, { type Router } from 'express';
import type { GoogleWorld } from '../google/google-api.ts';
import type { Inbox } from '../mail/inbox.ts';
import type { ShopifyWorld } from '../shopify/admin-api.ts';
import { adminOrder, adminOrders } from './admin-page.ts';
import { formPage, recordedPage } from './form-page.ts';
import { demoPage, html } from './html.ts';
import { inboxPage, mailPage } from './inbox-page.ts';
import { previewPages } from './previews-page.ts';

export interface WorldParts {
  readonly shopify: ShopifyWorld;
  readonly google: GoogleWorld;
  readonly inbox: Inbox;
}

export function worldPages({ shopify, google, inbox }: WorldParts): Router {
  const router = express.Router();
  router.use(previewPages());
  router.get('/', (_req, res) => res.redirect('/form'));
  router.get('/form', (_req, res) => {
    res.send(formPage(google.form));
  });
  router.post('/form', express.urlencoded({ extended: false, limit: '64kb' }), (req, res) => {
    const { email, ...answers } = req.body as Record<string, string>;
    google.form.submit(email?.trim() || null, answers);
    res.send(recordedPage(google.form));
  });
  router.get('/inbox', (_req, res) => {
    res.send(inboxPage(inbox.mails));
  });
  router.get('/inbox/:number', (req, res) => {
    const mail = inbox.mails[Number(req.params.number) - 1];
    if (mail) res.send(mailPage(mail));
    else res.status(404).send(demoPage('No such mail', html`<h1>No such mail</h1>`));
  });
  router.get('/inbox/:number/html', (req, res) => {
    // As in a mail program: shown, but nothing in it runs.
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    );
    res.send((inbox.mails[Number(req.params.number) - 1]?.html ?? '').replaceAll('<a ', '<a target="_top" '));
  });
  router.get('/admin', (_req, res) => {
    shopify.state.settle();
    res.send(adminOrders(shopify.state));
  });
  router.get('/admin/orders/:number', (req, res) => {
    shopify.state.settle();
    const page = adminOrder(shopify.state, String(req.params.number));
    if (page) res.send(page);
    else res.status(404).send(demoPage('No such order', html`<h1>No such order</h1>`));
  });
  return router;
}
