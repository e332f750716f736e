/** Hostile texts where requests carry them, over real HTTP to both databases: never an error of ours, never an echo. */
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { signIn } from '../support/staff-browser.ts';
import { storeKinds } from '../support/stores.ts';
import { storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';
import { hostileTexts } from './hostile-text.ts';

/** Fewer where each takes longer: every attack by itself comes first. */
const MOST = { sqlite: 200, postgres: 60 };

describe.each(storeKinds())('hostile requests, %s', (store) => {
  const TEXTS = MOST[store];
  let desk: DeskUnderTest;
  beforeAll(async () => {
    desk = await startDesk({
      store,
      policy: 'limits: { staff_mails: 1, mails_per_source: 1 }\nhold: false\n',
      world: { shopify: { bucket: { maximumAvailable: 100_000, restoreRate: 10_000 } } },
    });
  });
  afterAll(() => desk.close());

  it(`${TEXTS} responses made of them are taken, and each is looked at: none stops the others`, async () => {
    const refs = new Set<unknown>();
    let i = 0;
    for (const text of hostileTexts(TEXTS)) {
      i += 1;
      const answers = { 'Order number': text, [text.slice(0, 900)]: [text, text], Message: text };
      const { status, json } = await sendWebhook(desk.origin, `hostile-${i}`, {
        responseId: `${i}${text.replace(/[\p{Cc}\p{Cs}]/gu, '')}`.slice(0, 190).toWellFormed(),
        respondentEmail: text.slice(0, 900),
        answers,
      });
      expect(status, JSON.stringify(text)).toBe(202);
      refs.add(json.ref);
    }
    expect(refs.size).toBe(TEXTS);
    const { requests } = desk.service.desk.store.records;
    await waitFor('every one to be looked at', async () => !(await requests.counts()).received, 60_000);
    expect(storyOf(desk).ledger()).toEqual([]);
  }, 120_000);

  it(`${TEXTS} of them in addresses, searches and cookies find nothing and break nothing`, async () => {
    const browser = await signIn(desk);
    const all = (await desk.service.desk.store.records.requests.list({ limit: 1_000 })).length;
    let i = 0;
    for (const text of hostileTexts(TEXTS)) {
      i += 1;
      const path = encodeURIComponent(text.toWellFormed().slice(0, 500));
      for (const address of [`/queue?q=${path}&view=${path}&sort=${path}&page=${path}`, `/requests/${path}`]) {
        const page = await browser.open(address);
        expect(page.status, address).toBeLessThan(500);
        expect(page.html).not.toMatch(/<(?:script|img|svg|base)[ />]/i);
      }
      for (const address of [`/d/${path}`, `/r/${path}`, `/sign-in/${path}`, `/${path}`, `/%${path}`]) {
        const answer = await request(desk.origin)
          .get(address)
          .set({
            'X-Forwarded-For': `10.7.${i >> 8}.${i & 255}`,
            Cookie: `desk=${path}; ${path}`,
            'Accept-Language': path,
          });
        expect(answer.status, address).toBeLessThan(500);
        expect(answer.text).not.toMatch(/<(?:script|img|svg|base)[ />]/i);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    }
    expect((await desk.service.desk.store.records.requests.list({ limit: 1_000 })).length).toBe(all);
    expect(desk.logLines.filter((line) => line.includes('request failed'))).toEqual([]);
  }, 120_000);
});

describe('every answer', () => {
  let desk: DeskUnderTest;
  beforeAll(async () => {
    desk = await startDesk({ env: { BASE_URL: 'https://desk.example.com' } });
  });
  afterAll(() => desk.close());

  it.each([
    ['/', 200],
    ['/healthz', 200],
    ['/sign-in', 200],
    ['/queue', 303],
    ['/d/x', 404],
    ['/nowhere', 404],
    ['/d/%', 400],
  ])('has the recommended headers: %s', async (path, status) => {
    const answer = await request(desk.origin).get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none';style-src 'self';img-src 'self' https://cdn.shopify.com;form-action 'self';base-uri 'none';object-src 'none';frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    });
    for (const name of ['x-powered-by', 'server', 'access-control-allow-origin']) {
      expect(answer.headers[name]).toBeUndefined();
    }
  });

  it('of a page has no script, no style of its own but the sheet, and nothing from elsewhere', async () => {
    const { text } = await request(desk.origin).get('/sign-in');
    expect(text).not.toMatch(/<script|<style|style="|https?:\/\/(?!desk\.example\.com)/);
  });
});
