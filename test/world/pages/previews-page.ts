/** Every mail of the service with made-up contents, in every language: what a shop will send before it sends any. */
import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';
import { createRenderer } from '../../../src/adapters/templates/renderer.ts';
import { sampleContext, sampleNames } from '../../../src/adapters/templates/sample-context.ts';
import { NOTICES, type NoticeName } from '../../../src/domain/notices.ts';
import type { Renderer } from '../../../src/ports.ts';
import { demoPage, html } from './html.ts';

const FOLDER = fileURLToPath(new URL('../../../templates', import.meta.url));
const LOCALES = ['en', 'fi', 'sv', 'de', 'fr', 'es'];

interface Preview {
  readonly notice: NoticeName;
  readonly name: string;
}

const PREVIEWS: readonly Preview[] = NOTICES.flatMap((notice) => sampleNames(notice).map((name) => ({ notice, name })));

export function previewPages(): Router {
  // Made when somebody looks: most worlds never do.
  let made: Renderer | null = null;
  const renderer = () => {
    made ??= createRenderer({
      folder: FOLDER,
      timeZone: 'UTC',
      country: null,
      basePath: '',
      brand: { color: '#1f5f4a', logo: null, signOff: null, returnsUrl: 'https://shop.example/returns' },
    });
    return made;
  };
  const router = express.Router();
  router.get('/previews', (req, res) => {
    res.send(listPage(renderer(), localeOf(req.query.locale)));
  });
  router.get('/previews/:name', (req, res, next) => {
    const found = PREVIEWS.find(({ name }) => name === req.params.name);
    if (!found) return next();
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    res.send(mailOf(renderer(), found, localeOf(req.query.locale)).html);
  });
  return router;
}

function listPage(renderer: Renderer, locale: string): string {
  const languages = LOCALES.map((one) =>
    one === locale ? html`<strong>${one}</strong> ` : html`<a href="/previews?locale=${one}">${one}</a> `,
  );
  const mails = PREVIEWS.map((preview) => {
    const { subject, text } = mailOf(renderer, preview, locale);
    return html`<details class="card"><summary><strong>${preview.name}</strong>: ${subject}</summary>
<p><a href="/previews/${preview.name}?locale=${locale}">As HTML</a></p><pre>${text}</pre></details>`;
  });
  return demoPage('Mails', html`<h1>Mails</h1><p>Language: ${languages}</p>${mails}`);
}

function mailOf(renderer: Renderer, { notice, name }: Preview, locale: string) {
  return renderer.notice(notice, locale, sampleContext(name));
}

function localeOf(wanted: unknown): string {
  return LOCALES.find((one) => one === wanted) ?? 'en';
}
