/** The story as people play it: form, inbox, decision page on a phone, shop admin. No JavaScript anywhere. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, newPage, PHONE, startBrowser } from '../support/browser.ts';
import { findChromium } from '../support/chromium.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';

// global-setup has said so when there is no browser.
describe.skipIf(!findChromium())('in a browser', () => {
  let browser: Browser;
  let desk: DeskUnderTest;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it.each([
    ['on a phone', PHONE],
    ['on a desktop', DESKTOP],
  ])('Ana asks, Sam approves from the mail, the order is cancelled, Ana is told: %s', async (_, viewport) => {
    desk = await startDesk({ sources: ['forms', 'sheets'] });
    try {
      const { world } = desk;
      const page = await newPage(browser, viewport);

      await page.goto(`${world.origin}/form`);
      expect(await page.getByText('Demo:').isVisible()).toBe(true);
      await page.getByLabel('Email').fill('ana@customer.example');
      await page.getByLabel('Order number').fill('#1001');
      await page.getByLabel('Ordered by mistake').check();
      await page.getByRole('button', { name: 'Submit' }).click();
      await page.getByText('Your response has been recorded.').waitFor();

      await world.inbox.waitFor('to Sam', (mail) => mail.to === 'sam@pine-and-loom.example');
      await page.goto(`${world.origin}/inbox`);
      const subject = page.getByRole('link', { name: /cancel #1001\?/ });
      const box = await subject.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0), 'the subject is on the screen').toBeLessThanOrEqual(viewport.width);
      await subject.click();
      await page.frameLocator('iframe').getByRole('link', { name: 'Open and decide' }).click();
      await page.getByRole('heading', { name: 'Cancel #1001?' }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth').catch(() => true)).toBe(
        true,
      );

      await page.getByRole('button', { name: 'Approve: cancel the order' }).click();
      await page.getByText('Type the last four characters, as shown above.').waitFor();
      await page.getByLabel('Last four characters').first().fill('1001');
      await page.getByRole('button', { name: 'Approve: cancel the order' }).click();
      await page.getByRole('heading', { name: 'This request is decided' }).waitFor();

      await world.inbox.waitFor('to Ana', (mail) => /is cancelled/.test(mail.subject));
      await page.goto(`${world.origin}/inbox`);
      await page.getByRole('link', { name: /Order #1001 is cancelled/ }).click();
      await page.frameLocator('iframe').getByText('has been started').waitFor();

      await page.goto(`${world.origin}/admin`);
      await page.getByRole('link', { name: '#1001', exact: true }).click();
      await page.getByText('Canceled').waitFor();
      expect(await page.getByText('approved by sam@pine-and-loom.example').isVisible()).toBe(true);
    } finally {
      await desk.close();
    }
  });

  it('the decision page works by keyboard alone and fits 320 pixels', async () => {
    desk = await startDesk({ sources: ['forms'] });
    try {
      desk.world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
      const mail = await desk.world.inbox.waitFor('to Sam', (one) => one.to === 'sam@pine-and-loom.example');
      const page = await newPage(browser, { width: 320, height: 640 }, { javaScript: true });
      await page.goto(/http\S+\/d\/\S+/.exec(mail.text)?.[0] ?? '');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      await page.getByLabel('Last four characters').first().focus();
      await page.keyboard.type('1001');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'This request is decided' }).waitFor();
    } finally {
      await desk.close();
    }
  });
});
