/** Makes the README's pictures out of the demo: `node scripts/run.mjs scripts/screenshots.ts`. Needs Chromium. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DESKTOP, newPage, PHONE, startBrowser } from '../test/support/browser.ts';
import { startDesk } from '../test/support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../test/support/page.ts';

const FOLDER = fileURLToPath(new URL('../docs/screens', import.meta.url));
const SAM = 'sam@pine-and-loom.example';
mkdirSync(FOLDER, { recursive: true });

const desk = await startDesk({ sources: ['forms', 'sheets'] });
const browser = await startBrowser();
try {
  const { world } = desk;
  world.google.form.submit('ana@customer.example', {
    '1a2b3c01': 'order no. 1001',
    '1a2b3c02': 'Ana Virtanen',
    '1a2b3c03': 'Ordered by mistake',
    '1a2b3c04': 'So sorry, I pressed the button twice!',
  });
  const staff = await world.inbox.waitFor('to Sam', (mail) => mail.to === SAM);
  const link = linkIn(staff.text, 'd');
  await shoot('decision-phone', link, PHONE);
  await shoot('decision-phone-dark', link, PHONE, true);
  await shoot('decision-desktop', link, DESKTOP);
  await shoot('mail-to-staff', `${world.origin}/inbox/${staff.number}/html`, PHONE);
  await shoot('form', `${world.origin}/form`, PHONE);

  world.google.form.submit('mallory@evil.example', { '1a2b3c01': '1002' });
  const unclear = await world.inbox.waitFor(
    'about an unclear one',
    (mail) => mail.to === SAM && /which order/.test(mail.subject),
  );
  await shoot('which-order-phone', linkIn(unclear.text, 'd'), PHONE);

  const received = await world.inbox.waitFor('to Ana', (mail) => mail.to === 'ana@customer.example');
  await shoot('customer-phone', linkIn(received.text, 'r'), PHONE);
  await sendForm(await openPage(link), { decision: 'approve', confirm: '1001' });
  const told = await world.inbox.waitFor('to Ana', (mail) => /is cancelled/.test(mail.subject));
  await shoot('decided-phone', link, PHONE);
  await shoot('mail-cancelled', `${world.origin}/inbox/${told.number}/html`, PHONE);
  await shoot('mail-cancelled-dark', `${world.origin}/inbox/${told.number}/html`, PHONE, true);
  await shoot('inbox', `${world.origin}/inbox`, DESKTOP);
  await shoot(
    'admin-order',
    `${world.origin}/admin/orders/${world.shopify.state.order('#1001').id.split('/').at(-1)}`,
    DESKTOP,
  );
} finally {
  await browser.close();
  await desk.close();
}

async function shoot(
  name: string,
  url: string,
  viewport: { width: number; height: number },
  dark = false,
): Promise<void> {
  const page = await newPage(browser, viewport, { dark });
  await page.goto(url);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
  await page.context().close();
  console.log(`docs/screens/${name}.png`);
}
