/**
 * A mail scanner with a browser that runs scripts: it opens a link and whatever that leads to, fills junk into every field,
 * ticks every box, chooses an answer wherever there are some, and presses every button.
 */
import type { Browser, Page } from 'playwright-core';

/** What it types where an address is asked for: it may hope for a mail. */
export const ITS_ADDRESS = 'scanner@evil.example';
const MOST_PAGES = 12;
const LOADED = { waitUntil: 'domcontentloaded' } as const;

/** It keeps its cookies from one mail to the next. */
export async function startScanner(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ignoreHTTPSErrors: true });
  // It doesn't look at pages.
  await context.route(/\.css$|cdn\.shopify\.com/, (route) => route.abort());
  return context.newPage();
}

/**
 * Returns how many buttons it has pressed.
 * @param answer which of several answers it chooses, everywhere
 */
export async function scan(page: Page, link: string, answer: 'first' | 'last' = 'first'): Promise<number> {
  const urls = [link];
  let pressed = 0;
  for (let i = 0; i < urls.length && i < MOST_PAGES; i += 1) {
    const url = urls[i] ?? '';
    await page.goto(url, LOADED);
    const buttons = Number(await page.evaluate(`${BUTTONS}.length`));
    for (let button = 0; button < buttons; button += 1) {
      // One that it has pressed before may have taken the rest away.
      if (!(await press(page, button, answer))) break;
      pressed += 1;
      // Refused, it has the same form before it.
      if (await page.evaluate(`document.querySelector('[role=alert]') !== null`)) continue;
      urls.push(...(await linksOf(page)).filter((one) => !urls.includes(one)));
      // It got further: to what is agreed to on a second page, or inside.
      if (await press(page, 0, answer)) pressed += 1;
      await page.goto(url, LOADED);
    }
  }
  return pressed;
}

/** It doesn't sign out again. */
const BUTTONS = `[...document.querySelectorAll('form:not([action$="/sign-out"]) button:not([disabled])')]`;

async function press(page: Page, button: number, answer: string): Promise<boolean> {
  if (!(await page.evaluate(`${button} in ${BUTTONS}`))) return false;
  const answered = page.waitForEvent('domcontentloaded');
  // Runs in the page. Fields are filled in parts that are folded, too.
  await page.evaluate(`{
    const junk = { email: '${ITS_ADDRESS}', number: '1', date: '2026-11-01' };
    for (const field of document.querySelectorAll('input:not([type=hidden], [type=radio]), textarea')) {
      if (field.type === 'checkbox') field.checked = true;
      else field.value = junk[field.type] ?? 'junk that nobody wrote';
    }
    for (const group of Map.groupBy(document.querySelectorAll('input[type=radio]'), (one) => one.name).values()) {
      group.at(${answer === 'first' ? 0 : -1}).checked = true;
    }
    const pressed = ${BUTTONS}[${button}];
    pressed.form.noValidate = true;
    pressed.form.requestSubmit(pressed);
  }`);
  await answered;
  return true;
}

async function linksOf(page: Page): Promise<string[]> {
  const { origin } = new URL(page.url());
  const links = (await page.evaluate(`[...document.querySelectorAll('a[href]')].map((one) => one.href)`)) as string[];
  const pages = [page.url(), ...links].filter((one) => one.startsWith(origin) && !one.includes('.csv'));
  return pages.map((one) => one.replace(/#.*/, ''));
}
