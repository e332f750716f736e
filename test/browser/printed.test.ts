/** Pages on paper: what there is to read is there, also what is folded; what is pressed or filled in is not. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, startBrowser } from '../support/browser.ts';
import { findChromium } from '../support/chromium.ts';
import { type DeskInBrowser, deskInBrowser } from './desk-in-browser.ts';

describe.skipIf(!findChromium())('on paper', () => {
  let browser: Browser;
  let at: DeskInBrowser;
  beforeAll(async () => {
    browser = await startBrowser();
    at = await deskInBrowser(browser, DESKTOP);
    await at.signIn();
    await at.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  }, 60_000);
  afterAll(async () => {
    await at.close();
    await browser.close();
  });

  const isSeen = async (text: string) => {
    const found = await at.page.getByText(text).all();
    return (await Promise.all(found.map((one) => one.isVisible()))).includes(true);
  };
  const controls = async () => {
    const all = await at.page.locator('button, input, select, textarea').all();
    return (await Promise.all(all.map((one) => one.isVisible()))).filter(Boolean).length;
  };

  it('the queue lists its requests, and no buttons', async () => {
    const { order, ref } = await at.asks();
    await at.story.reaches(ref, 'awaiting_decision');
    await at.page.goto(`${at.desk.origin}/queue`);
    expect([await isSeen(order.name), await isSeen(ref), await controls()]).toEqual([true, true, 0]);
    expect(await at.page.locator('nav').first().isVisible()).toBe(false);
  });

  it('a request shows what is folded on the screen, its history, and no fields', async () => {
    const { order, ref } = await at.asks();
    await at.story.reaches(ref, 'awaiting_decision');
    await at.page.goto(`${at.desk.origin}/requests/${ref}`);
    for (const text of [`Cancel ${order.name}?`, 'What the customer wrote', 'Order number', 'History', 'Came in']) {
      expect([text, await isSeen(text)]).toEqual([text, true]);
    }
    const folded = at.page.locator('details dl.stacked dt').first();
    expect([await folded.isVisible(), await controls()]).toEqual([true, 0]);
    const ink = await at.page.evaluate('getComputedStyle(document.body).color');
    expect(ink).toBe('rgb(0, 0, 0)');
  });
});
