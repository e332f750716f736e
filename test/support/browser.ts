import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

/** Flags for a machine without a sandbox or a network, and for the same pixels every time. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on this machine');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A square in place of every picture of Shopify's: nothing of a test leaves the machine. */
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#8fb8a5"/></svg>';

export async function newPage(
  browser: Browser,
  viewport: { width: number; height: number },
  options: { javaScript?: boolean; dark?: boolean } = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    javaScriptEnabled: options.javaScript ?? false,
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-GB',
  });
  await context.route('https://cdn.shopify.com/**', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
  );
  return context.newPage();
}
