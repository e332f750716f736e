/** Every mail as mail programs show it, in every language: nothing overflows, buttons can be hit, everything can be read. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRenderer } from '../../src/adapters/templates/renderer.ts';
import { sampleContext } from '../../src/adapters/templates/sample-context.ts';
import { LANGUAGES } from '../../src/config-brand.ts';
import { NOTICES } from '../../src/domain/notices.ts';
import { newPage, startBrowser } from '../support/browser.ts';
import { findChromium } from '../support/chromium.ts';
import { asOutlook, asWebmail, measure, withoutPictures } from '../support/mail-clients.ts';

const FOLDER = fileURLToPath(new URL('../../templates', import.meta.url));
const [NARROW, WIDE] = [320, 1_376];
const LOGO = 'https://cdn.shopify.com/logo.svg';

const rendererWith = (color: string, logo: string | null = null) =>
  createRenderer({
    folder: FOLDER,
    timeZone: 'Europe/Helsinki',
    country: 'FI',
    basePath: '',
    brand: {
      color,
      logo,
      signOff: 'Your friends at Pine & Loom',
      returnsUrl: `https://shop.example/${'returns/'.repeat(9)}`,
    },
  });

const context = sampleContext();
const { order } = context.request;
const LONG = {
  ...context,
  shopName: 'Pine & Loom Handwoven Blankets and Candles of the North',
  request: {
    ...context.request,
    customerName: 'A'.repeat(60),
    answers: [{ question: 'Q'.repeat(90), text: 'w'.repeat(300) }],
    order: order && {
      ...order,
      name: 'PINE-2026-1000001-EU',
      lines: order.lines.map((line) => ({ ...line, title: `Blanket ${'of wool '.repeat(12)}${'x'.repeat(80)}` })),
      total: { amount: '1234567.89', currencyCode: 'CHF' },
    },
  },
};

describe.skipIf(!findChromium())('mails', () => {
  let browser: Browser;
  const pages = new Map<string, Page>();
  const pageOf = (name: string) => pages.get(name) as Page;
  beforeAll(async () => {
    browser = await startBrowser();
    pages.set('light', await newPage(browser, { width: NARROW, height: 700 }));
    pages.set('dark', await newPage(browser, { width: NARROW, height: 700 }, { dark: true }));
    pages.set('wide', await newPage(browser, { width: WIDE, height: 700 }));
  }, 60_000);
  afterAll(() => browser.close());

  async function look(name: string, page: Page, html: string): Promise<void> {
    await page.setContent(html);
    const { width, window, card, buttons, faint, otherType } = await measure(page);
    expect(width, `${name}: width`).toBeLessThanOrEqual(window);
    expect(card, `${name}: card`).toBeLessThanOrEqual(562);
    for (const height of buttons) expect(height, `${name}: button`).toBeGreaterThanOrEqual(44);
    expect(faint, `${name}: contrast`).toEqual([]);
    expect(otherType, `${name}: typeface`).toEqual([]);
  }

  async function lookEverywhere(name: string, html: string): Promise<void> {
    await look(name, pageOf('light'), html);
    await look(`${name}, dark`, pageOf('dark'), html);
    await look(`${name}, no style sheet`, pageOf('light'), asWebmail(html));
    await look(`${name}, dark without a style sheet`, pageOf('dark'), asWebmail(html));
    await look(`${name}, no pictures`, pageOf('light'), withoutPictures(html));
    await look(`${name}, Outlook`, pageOf('wide'), asOutlook(html));
  }

  it.each(LANGUAGES)(
    'in %s, all of them',
    async (language) => {
      const renderer = rendererWith('#1f5f4a', LOGO);
      for (const notice of NOTICES) {
        const { html } = renderer.notice(notice, language, sampleContext(notice));
        const name = `${notice} in ${language}`;
        // Words differ from language to language; colours and tables don't.
        if (language === 'en') await lookEverywhere(name, html);
        else await look(name, pageOf('light'), html);
      }
    },
    120_000,
  );

  it.each(LANGUAGES)(
    'in %s, with words that don’t fit a line',
    async (language) => {
      const renderer = rendererWith('#1f5f4a');
      for (const notice of ['staff-decide', 'staff-second', 'customer-cancelled', 'customer-changed'] as const) {
        const { html } = renderer.notice(notice, language, LONG);
        await look(`${notice} in ${language}`, pageOf('light'), html);
        await look(`${notice} in ${language}, no style sheet`, pageOf('light'), asWebmail(html));
      }
    },
    60_000,
  );

  it.each([
    '#ffd400',
    '#ffffff',
    '#fefefe',
    '#000000',
    '#111318',
    '#202327',
    '#808080',
    '#e4002b',
    '#0000ff',
    '#8fd3b6',
  ])(
    'in the brand’s colour %s',
    async (color) => {
      const renderer = rendererWith(color);
      for (const notice of ['staff-digest', 'staff-label', 'customer-shipped'] as const) {
        const { html } = renderer.notice(notice, 'en', sampleContext(notice));
        await lookEverywhere(`${notice} in ${color}`, html);
      }
    },
    60_000,
  );

  it('have a logo with the shop’s name instead, where pictures are off', async () => {
    const page = pageOf('light');
    const { html } = rendererWith('#1f5f4a', LOGO).notice(
      'customer-received',
      'en',
      sampleContext('customer-received'),
    );
    await page.setContent(withoutPictures(html));
    expect(await page.getByAltText('Pine & Loom').isVisible()).toBe(true);
  });

  it('keep a ref and an order’s name on one line, however narrow', async () => {
    const page = pageOf('light');
    for (const width of [280, 320, 360, 390, 420]) {
      await page.setViewportSize({ width, height: 700 });
      for (const language of LANGUAGES) {
        const { html } = rendererWith('#1f5f4a').notice('customer-question', language, LONG);
        await page.setContent(html);
        const lines = await page.evaluate(
          `[...document.querySelectorAll('span[style="white-space:nowrap;"]')].map((one) => one.getClientRects().length)`,
        );
        expect(lines, `${language} at ${width}`).toEqual([1]);
      }
    }
    await page.setViewportSize({ width: NARROW, height: 700 });
  }, 60_000);

  it('have no script', () => {
    for (const notice of NOTICES) {
      expect(rendererWith('#1f5f4a', LOGO).notice(notice, 'en', sampleContext(notice)).html).not.toMatch(
        /<script|\son\w+=/i,
      );
    }
  });
});
