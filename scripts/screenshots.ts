/** Makes docs/screens: every page in its states and every mail. `node scripts/run.mjs scripts/screenshots.ts`. Needs Chromium. */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createRenderer } from '../src/adapters/templates/renderer.ts';
import { sampleContext } from '../src/adapters/templates/sample-context.ts';
import type { RequestStatus } from '../src/domain/cancellation-request.ts';
import { NOTICES } from '../src/domain/notices.ts';
import { DESKTOP, newPage, PHONE, startBrowser } from '../test/support/browser.ts';
import { startDesk } from '../test/support/desk-under-test.ts';
import { linkIn, openPage, sendAgreed, sendForm } from '../test/support/page.ts';
import { ANA, SAM, storyOf } from '../test/support/story.ts';

const FOLDER = fileURLToPath(new URL('../docs/screens', import.meta.url));
const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url));
const EINO = 'eino@customer.example';

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const policy = `card_fee: { percent: 1.5, fixed: 0.25 }
rules:
  - { name: dear ones, when: { amount: { over: 160 } }, then: staff, note: Above 160 please look at the margin. }
`;
const desk = await startDesk({
  policy,
  world: { google: { emailCollectionType: 'VERIFIED' } },
  sources: ['forms', 'sheets'],
});
const story = storyOf(desk);
const browser = await startBrowser();
try {
  await customerPages();
  await staffPages();
  await turns();
  await mails();
} finally {
  await browser.close();
  await desk.close();
}

async function customerPages(): Promise<void> {
  await shoot('form', `${desk.world.origin}/form`, PHONE);
  await story.respond('1002', EINO);
  const confirm = await story.mail(EINO, /Was it you|Olitko/);
  await shoot('customer-was-it-you', linkIn(confirm.text, 'r'), PHONE);
  await story.respond('', 'aino@customer.example', { 'Anything else?': 'Please cancel my order' });
  await shoot(
    'customer-which-order',
    linkIn((await story.mail('aino@customer.example', /Minkä tilauksen/)).text, 'r'),
    PHONE,
  );
  const receipt = await story.mail(EINO, /We have your|Olemme saaneet/);
  await sendForm(await openPage(linkIn(receipt.text, 'r')), { action: 'confirm', was_me: 'yes' });
  await shoot('customer-received', linkIn(receipt.text, 'r'), PHONE);
}

async function staffPages(): Promise<void> {
  for (const line of desk.world.shopify.state.order('#1001').lines) {
    line.image = `https://cdn.shopify.com/s/files/1/${line.sku}.jpg`;
  }
  desk.world.google.form.submit(ANA, {
    '1a2b3c01': 'order no. 1001',
    '1a2b3c02': 'Ana Virtanen',
    '1a2b3c03': 'Ordered by mistake',
    '1a2b3c04': 'So sorry, I pressed the button twice!',
  });
  const staff = await story.mail(SAM, /cancel #1001/);
  const link = linkIn(staff.text, 'd');
  await shoot('decision-phone', link, PHONE);
  await shoot('decision-phone-dark', link, PHONE, true);
  await shoot('decision-desktop', link, DESKTOP);
  await shootUnfolded('decision-unfolded', link);
  await shootPlan('part-before-it-is-agreed', link);
  await shoot('mail-to-staff', `${desk.world.origin}/inbox/${staff.number}/html`, PHONE);
  const { name } = desk.world.shopify.state.addOrder({
    email: ANA,
    customerName: 'Ana Virtanen',
    kind: 'label_bought',
  });
  desk.world.google.form.submit(ANA, { '1a2b3c01': name });
  await shoot('label-bought', linkIn((await story.mail(SAM, /void the/)).text, 'd'), PHONE);
  desk.world.google.form.submit('somebody@nowhere.example', { '1a2b3c01': 'I lost the number' });
  await shoot('which-order-phone', linkIn((await story.mail(SAM, /which order/)).text, 'd'), PHONE);
  const page = await signedIn();
  await shootPage('queue-desktop', page);
  await page.setViewportSize(PHONE);
  await shootPage('queue-phone', page);
  await page
    .getByRole('checkbox', { name: /Choose/ })
    .first()
    .check();
  await page
    .getByRole('button', { name: /Approve those/ })
    .first()
    .click();
  await shootPage('several-at-once', page);
  await page.goto(`${desk.origin}/requests/new`);
  await shootPage('enter-a-request', page);
  await page.getByLabel(/^Order/).fill('1003');
  await page.getByRole('button', { name: 'Look at the order' }).click();
  await shootPage('enter-a-request-look', page);
  await page.goto(`${desk.origin}/staff`);
  await shootPage('staff', page);
  await sendForm(await openPage(link), { decision: 'approve', confirm: '1001' });
  await story.mail(ANA, /is cancelled/);
  await shoot('decided-phone', link, PHONE);
  await page.goto(`${desk.origin}/queue?view=ended`);
  await page.getByRole('link', { name: /#1001/ }).click();
  await shootPage('request-history', page);
  await shoot('inbox', `${desk.world.origin}/inbox`, DESKTOP);
  const id = desk.world.shopify.state.order('#1001').id.split('/').at(-1);
  await shoot('admin-order', `${desk.world.origin}/admin/orders/${id}`, DESKTOP);
}

/** Each turn of the story, as the customer sees it on their page and staff on theirs. */
async function turns(): Promise<void> {
  const cases: [
    name: string,
    kind: 'paid' | 'fulfilled',
    values: (tail: string, line: string) => Record<string, string>,
  ][] = [
    ['question', 'paid', () => ({ decision: 'ask', question: 'Would you rather have it in blue?' })],
    ['offer', 'paid', () => ({ decision: 'offer', offer: 'Keep it and get 10 % off the next one.', percent: '10' })],
    ['declined', 'paid', () => ({ decision: 'decline', reason: 'It is being engraved already.' })],
    ['cancelled', 'paid', (tail) => ({ decision: 'approve', confirm: tail })],
    ['part-cancelled', 'paid', (tail, line) => ({ decision: 'part', [`take ${line}`]: '1', confirm_part: tail })],
    ['changed', 'paid', (tail) => ({ decision: 'change', city: 'Tampere', confirm_change: tail })],
    [
      'return',
      'fulfilled',
      (tail) => ({ decision: 'return', instructions: 'Use the label in the box.', confirm_return: tail }),
    ],
  ];
  for (const [i, [name, kind, values]] of cases.entries()) {
    const email = `turn-${i}@customer.example`;
    const order = desk.world.shopify.state.addOrder({ email, kind });
    desk.world.google.form.submit(email, { '1a2b3c01': order.name });
    const staff = await story.mail(SAM, new RegExp(order.name));
    const ref = /CR-\w+/.exec(staff.subject)?.[0] ?? '';
    await sendAgreed(await openPage(linkIn(staff.text, 'd')), values(order.name.slice(-4), order.lines[0]?.id ?? ''));
    const status =
      { question: 'needs_customer', offer: 'needs_customer', return: 'return_opened' }[name] ?? name.replace('-', '_');
    await story.reaches(ref, status as RequestStatus);
    await shoot(`customer-${name}`, linkIn((await story.mail(email, /We have your/)).text, 'r'), PHONE);
  }
  const email = 'gone@customer.example';
  const order = desk.world.shopify.state.addOrder({ email });
  desk.world.google.form.submit(email, { '1a2b3c01': order.name });
  await story.mail(email, /We have your/);
  desk.world.inbox.refused.add(email);
  const staff = await story.mail(SAM, new RegExp(`cancel ${order.name}`));
  await sendForm(await openPage(linkIn(staff.text, 'd')), { decision: 'approve', confirm: order.name.slice(-4) });
  await shoot('could-not-be-told', linkIn((await story.mail(SAM, /could not be told/)).text, 'd'), PHONE);
}

async function shootPlan(name: string, url: string): Promise<void> {
  const page = await newPage(browser, PHONE);
  await page.goto(url);
  await page.locator('summary', { hasText: 'Cancel only a part' }).click();
  await page
    .getByLabel(/, up to/)
    .first()
    .fill('1');
  await page.getByRole('button', { name: 'See what it comes to' }).click();
  await shootPage(name, page);
  await page.context().close();
}

/** With everything open that is folded away. */
async function shootUnfolded(name: string, url: string): Promise<void> {
  const page = await newPage(browser, PHONE, { javaScript: true });
  await page.goto(url);
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  await shootPage(name, page);
  await page.context().close();
}

async function signedIn(): Promise<Page> {
  const page = await newPage(browser, DESKTOP);
  await page.goto(`${desk.origin}/sign-in`);
  await shootPage('sign-in', page);
  await page.getByLabel('E-mail').fill(SAM);
  await page.getByRole('button').click();
  await page.goto(/https?:\S+\/sign-in\/[\w-]+/.exec((await story.mail(SAM, /Sign in/)).text)?.[0] ?? '');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

/** With the contents of `cancel-desk preview`, one language and one shade each. */
async function mails(): Promise<void> {
  const brand = { color: '#1f5f4a', logo: null, signOff: null, returnsUrl: 'https://shop.example/returns' };
  const renderer = createRenderer({
    folder: TEMPLATES,
    timeZone: 'Europe/Helsinki',
    country: 'FI',
    basePath: '',
    brand,
  });
  for (const [i, notice] of NOTICES.entries()) {
    const page = await newPage(browser, PHONE, { dark: i % 2 === 1 });
    await page.setContent(renderer.notice(notice, 'en', sampleContext(notice)).html);
    await shootPage(`mail-${notice}`, page);
    await page.context().close();
  }
}

async function shoot(
  name: string,
  url: string,
  viewport: { width: number; height: number },
  dark = false,
): Promise<void> {
  const page = await newPage(browser, viewport, { dark });
  await page.goto(url);
  await shootPage(name, page);
  await page.context().close();
}

async function shootPage(name: string, page: Page): Promise<void> {
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
  console.log(`docs/screens/${name}.png`);
}
