import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium on this machine, or null. */
export function findChromium(): string | null {
  return [process.env.CHROMIUM ?? '', ...USUAL_PLACES].find((file) => file !== '' && existsSync(file)) ?? null;
}
