/** Every page in its states, and every mail that comes up on the way: WCAG 2.2 AA by axe, 320 pixels wide, light and dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestStatus } from '../../src/domain/cancellation-request.ts';
import { startBrowser } from '../support/browser.ts';
import { findChromium } from '../support/chromium.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendAgreed, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import type { OrderSpec } from '../world/shopify/make-order.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const NARROW = { width: 320, height: 640 };
const EINO = 'eino@customer.example';
const ENDS: Record<string, RequestStatus> = { part: 'part_cancelled', change: 'changed', return: 'return_opened' };

describe.skipIf(!findChromium())('accessible', () => {
  let browser: Browser;
  let desk: DeskUnderTest;
  let story: Story;
  const pages = new Map<string, Page>();
  /** The dark one is where it was: only the light one was taken further. */
  let isLightAlone = false;

  beforeAll(async () => {
    browser = await startBrowser();
    for (const scheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport: NARROW, colorScheme: scheme, bypassCSP: true });
      pages.set(scheme, await context.newPage());
    }
    const policy = `proof: { level: address }
undo: 1h
card_fee: { percent: 2, fixed: 0.3 }
rules:
  - { name: candles, when: { product_types: [Candle] }, then: offer, tell: Keep it and get another. }
  - { name: dear ones, when: { amount: { over: 10 } }, then: staff, note: Look twice., amount: { less: 5 } }
`;
    desk = await startDesk({ policy });
    story = storyOf(desk);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await desk.close();
  });

  async function check(name: string, path: string): Promise<void> {
    const page = pages.get('light') as Page;
    await page.goto(path.startsWith('http') ? path : desk.origin + path);
    isLightAlone = true;
    await inspect(`${name}, light`, page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await inspect(`${name}, dark`, page, true);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  async function inspect(name: string, page: Page, isDark = page === pages.get('dark')): Promise<void> {
    // The document is the same in the dark, but for its colours.
    const runOnly = isDark ? ['color-contrast'] : TAGS;
    if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
    const results = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(runOnly)} })`)) as AxeResults;
    const found = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
    expect(found, name).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth'), `${name}: width`).toBeLessThanOrEqual(320);
  }

  const mailPage = (number: number) => `${desk.world.origin}/inbox/${number}/html`;

  it('pages that anybody may open', async () => {
    await check('home', '/');
    await check('not found', '/nothing');
    await check('a dead link', '/d/nothing');
    await check('sign in', '/sign-in');
  }, 60_000);

  it('the customer’s page and mails: confirm, follow, choose, offer, question', async () => {
    const ref = await story.respond('1001');
    const receipt = await story.mail(ANA, /We have your/);
    await check('received', linkIn(receipt.text, 'r'));
    const confirm = await story.mail(ANA, /Was it you/);
    await check('mail: was it you', mailPage(confirm.number));
    await check('was it you', linkIn(confirm.text, 'r'));
    await sendForm(await openPage(linkIn(confirm.text, 'r')), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    await check('confirmed', linkIn(confirm.text, 'r'));
    await story.respond('', 'aino@customer.example', { Message: 'cancel please' });
    const which = await story.mail('aino@customer.example', /Minkä tilauksen/);
    await check('which order', linkIn(which.text, 'r'));
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'offer', offer: 'Stay with us.' });
    const offer = await story.mail(ANA, /Before we cancel/);
    await check('mail: offer', mailPage(offer.number));
    await check('offer', linkIn(offer.text, 'r'));
  }, 60_000);

  it('staff pages and mails: decide, errors, which order, label, decided, undo', async () => {
    const ref = await story.respond('1002', EINO);
    const confirm = await story.openFrom(EINO, new RegExp(ref.replace('CR', 'CR')));
    expect(confirm.status).toBe(200);
    const question = desk.world.inbox.mails.filter((mail) => mail.to === EINO).at(-1);
    await sendForm(await openPage(linkIn(question?.text ?? '', 'r')), { action: 'confirm', was_me: 'yes' });
    const mail = await story.mail(SAM, new RegExp(`${ref}: cancel`));
    await check('mail: decide', mailPage(mail.number));
    const link = linkIn(mail.text, 'd');
    await check('decide', link);
    for (const page of pages.values()) {
      await page.goto(link);
      await page.getByRole('button', { name: 'Approve' }).click();
      await inspect('decide, with an error', page);
    }
    const unclear = await story.respond('no idea', 'nobody@nowhere.example');
    await check('which order', linkIn((await story.mail(SAM, new RegExp(unclear))).text, 'd'));
    await sendForm(await openPage(link), { decision: 'approve', confirm: '1002' });
    await check('decided', link);
    const decided = await story.mail(SAM, /#1002 Approved/);
    await check('mail: decided', mailPage(decided.number));
    await check('undo', linkIn(decided.text, 'd'));
  }, 60_000);

  it('the queue, several at once, one request, a new one', async () => {
    for (const page of pages.values()) {
      await page.goto(`${desk.origin}/sign-in`);
      await page.getByLabel('E-mail').fill(SAM);
      const sent = desk.world.inbox.mails.length;
      await page.getByRole('button').click();
      await inspect('link sent', page);
      const mail = await desk.world.inbox.waitFor(
        'the link',
        (one) => /Sign in/.test(one.subject) && desk.world.inbox.mails.indexOf(one) >= sent,
      );
      await page.goto(/https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? '');
      await inspect('sign-in link', page);
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Sign in' }).click();
      await inspect('queue', page);
      await page
        .getByRole('checkbox', { name: /Choose/ })
        .first()
        .check();
      await page
        .getByRole('button', { name: /Decline those/ })
        .first()
        .click();
      await inspect('summary', page);
      for (const path of ['/queue?view=ended', '/queue?q=nothing', '/requests/new', '/staff']) {
        await page.goto(desk.origin + path);
        await inspect(path, page);
      }
      await page.goto(`${desk.origin}/requests/new`);
      await page.getByLabel(/^Order/).fill('#1003');
      await page.getByRole('button', { name: 'Look at the order' }).click();
      await inspect('a look at the order', page);
      await page.goto(`${desk.origin}/queue?view=moving`);
      await page.getByRole('link', { name: /#1002/ }).click();
      await inspect('request', page);
    }
  }, 90_000);

  it('how it ended, and what is left to do: a part, a change, a return, to pay back, told by other means', async () => {
    const other = await startDesk();
    const told = storyOf(other);
    const decide = async (name: string, spec: OrderSpec, values: (tail: string, line: string) => object) => {
      const order = other.world.shopify.state.addOrder({ email: `${name}@customer.example`, ...spec });
      for (const one of order.transactions) Object.assign(one, { gateway: order.gatewayNames[0] });
      const ref = await told.respond(order.name, order.email);
      const receipt = await told.mail(order.email ?? '', /We have your/);
      if (name === 'bounced') other.world.inbox.refused.add(order.email ?? '');
      const link = linkIn((await told.mail(SAM, new RegExp(`^${ref}`))).text, 'd');
      await check(`decide: ${name}`, link);
      const given = values(order.name.slice(-4), order.lines[0]?.id ?? '') as Record<string, string>;
      if (name === 'part') await lookAtPlan(link, given);
      await sendAgreed(await openPage(link), given);
      await told.reaches(ref, ENDS[given.decision ?? ''] ?? 'cancelled');
      await check(`customer: ${name}`, linkIn(receipt.text, 'r'));
      return ref;
    };
    const approve = (tail: string) => ({ decision: 'approve', confirm: tail });
    const lookAtPlan = async (link: string, given: Record<string, string>) => {
      for (const page of pages.values()) {
        await page.goto(link);
        await page.locator('summary', { hasText: 'Cancel only a part' }).click();
        const [take = ''] = Object.keys(given).filter((name) => name.startsWith('take '));
        await page.locator(`[name="${take}"]`).fill('1');
        await page.getByRole('button', { name: 'See what it comes to' }).click();
        await page.getByRole('heading', { name: 'Cancel this part of' }).waitFor();
        await inspect('a part, before it is agreed to', page);
      }
    };
    try {
      await decide('part', {}, (tail, line) => ({ decision: 'part', [`take ${line}`]: '1', confirm_part: tail }));
      await decide('changed', {}, (tail) => ({ decision: 'change', city: 'Tampere', confirm_change: tail }));
      await decide('returned', { kind: 'fulfilled' }, (tail) => ({
        decision: 'return',
        instructions: 'By mail.',
        confirm_return: tail,
      }));
      await decide('owed', { gatewayNames: ['Bank Deposit'] }, approve);
      const owed = await told.mail(SAM, /pay .* back/);
      await check('mail: to pay back', `${other.world.origin}/inbox/${owed.number}/html`);
      await check('to pay back', linkIn(owed.text, 'd'));
      await decide('bounced', {}, approve);
      await check('could not be told', linkIn((await told.mail(SAM, /could not be told/)).text, 'd'));
    } finally {
      await other.close();
    }
  }, 90_000);

  it('the customer’s page in every state, with what is missing and what came too late', async () => {
    let offset = 0;
    const other = await startDesk({
      policy: 'proof: { level: none }\nhold: false\nundo: 1h\n',
      now: () => Date.now() + offset,
      env: { RETURNS_URL: 'https://pine-and-loom.example/returns' },
    });
    const told = storyOf(other);
    const asks = async (name: string, spec: OrderSpec = {}) => {
      const order = other.world.shopify.state.addOrder({ email: `${name}@customer.example`, ...spec });
      const ref = await told.respond(order.name, order.email);
      const link = linkIn((await told.mail(order.email ?? '', /We have your/)).text, 'r');
      const decide = async (values: Record<string, string>) =>
        sendAgreed(await openPage(linkIn((await told.mail(SAM, new RegExp(`^${ref}`))).text, 'd')), values);
      return { ref, link, order, decide, tail: order.name.slice(-4) };
    };
    const everywhere = async (work: (page: Page) => Promise<void>) => {
      const { light, dark } = Object.fromEntries(pages);
      if (light && isLightAlone) await dark?.goto(light.url());
      isLightAlone = false;
      for (const page of pages.values()) await work(page);
    };
    /** Answered with what is wrong about it. */
    const press = (button: string) => async (page: Page) => {
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('alert').waitFor();
    };
    const look = (name: string) => (page: Page) => inspect(name, page);
    try {
      const asked = await asks('asked');
      await asked.decide({ decision: 'ask', question: 'In which colour? See https://pine-and-loom.example/colours.' });
      await told.reaches(asked.ref, 'needs_customer');
      await check('question', asked.link);
      await everywhere(press('Send the answer'));
      await everywhere(look('question, no answer'));
      await everywhere(async (page) => {
        await page.locator('summary', { hasText: 'Changed your mind?' }).click();
        await page.getByLabel('Type the last four').fill('nothing');
        await page.getByLabel('Type the last four').press('Enter');
        await page.getByText('Type the last four characters of the request number').waitFor();
        await inspect('question, withdrawn with another ending', page);
        await page.goto(asked.link);
        await page.getByLabel('Your answer').fill('Ash');
      });
      await sendForm(await openPage(asked.link), { action: 'answer', answer: 'Moss' });
      await everywhere(press('Send the answer'));
      await everywhere(look('not taken'));
      await check('answered', asked.link);

      const declined = await asks('declined');
      await declined.decide({ decision: 'decline', reason: 'It is engraved.' });
      await told.reaches(declined.ref, 'declined');
      await check('declined', declined.link);
      const withdrawn = await asks('gone');
      await sendForm(await openPage(withdrawn.link), { action: 'withdraw', confirm: withdrawn.ref.slice(-4) });
      await told.reaches(withdrawn.ref, 'withdrawn');
      await check('withdrawn', withdrawn.link);

      const offered = await asks('offered');
      await offered.decide({ decision: 'offer', offer: 'Keep it, and we wrap it.', percent: '10' });
      await told.reaches(offered.ref, 'needs_customer');
      await everywhere(async (page) => void (await page.goto(offered.link)));
      await everywhere(press('Send the answer'));
      await everywhere(look('offer, nothing chosen'));
      await sendForm(await openPage(offered.link), { action: 'offer', offer: 'accept' });
      await check('offer taken', offered.link);

      await check('waiting', (await asks('waiting', { kind: 'pending' })).link);
      for (const kind of ['fulfilled', 'partially_fulfilled'] as const) {
        const { ref, link } = await asks(kind.replace('_', '-'), { kind });
        await told.reaches(ref, 'awaiting_decision');
        await check(kind, link);
      }
      for (const decision of ['approve', 'change']) {
        const approved = await asks(decision);
        const line = approved.order.lines[0]?.id ?? '';
        await approved.decide({
          decision,
          confirm: approved.tail,
          confirm_change: approved.tail,
          [`keep ${line}`]: '3',
        });
        await told.reaches(approved.ref, 'approved');
        await check(`approved: ${decision}`, approved.link);
      }
      const earlier = other.world.shopify.state.addOrder({ email: 'earlier@customer.example', kind: 'cancelled' });
      await told.respond(earlier.name, earlier.email);
      const news = await told.mail('earlier@customer.example', /is cancelled already/);
      await check('cancelled earlier', linkIn(news.text, 'r'));
      await check('mail: cancelled earlier', `${other.world.origin}/inbox/${news.number}/html`);

      const [late, silent] = [await asks('late'), await asks('silent')];
      await silent.decide({ decision: 'ask', question: 'Why?' });
      await told.reaches(silent.ref, 'needs_customer');
      offset = 15 * 24 * 60 * 60_000;
      await told.reaches(late.ref, 'expired');
      await told.reaches(silent.ref, 'expired');
      await check('expired', late.link);
      await check('no answer', silent.link);
    } finally {
      await other.close();
    }
  }, 180_000);

  it('the customer’s page of what its owner stopped, and of what was asked and not chosen', async () => {
    const { name } = desk.world.shopify.state.addOrder({ email: 'olli@customer.example' });
    await story.respond(name, 'mallory@evil.example');
    const link = linkIn((await story.mail('olli@customer.example', /Was it you/)).text, 'r');
    const strangers = linkIn((await story.mail('mallory@evil.example', /We have your/)).text, 'r');
    for (const page of pages.values()) {
      await page.goto(link);
      await page.getByRole('button', { name: 'Send the answer' }).click();
      await page.getByRole('alert').waitFor();
      await inspect('was it you, nothing chosen', page);
    }
    await sendForm(await openPage(link), { action: 'confirm', was_me: 'no' });
    await check('stopped', link);
    await sendForm(await openPage(strangers), { action: 'withdraw', confirm: 'XXXX' });
    await check('a stranger’s', strangers);
  }, 60_000);

  it.each(['fi', 'sv', 'de', 'fr', 'es'])(
    'pages and mails in %s, whose words are longer',
    async (locale) => {
      const other = await startDesk({ env: { DEFAULT_LOCALE: locale }, policy: 'proof: { level: none }\nundo: 1h\n' });
      try {
        const told = storyOf(other);
        const order = other.world.shopify.state.addOrder({ email: EINO, customerLocale: locale });
        const ref = await told.respond(order.name, EINO);
        const page = pages.get('light') as Page;
        const look = async (name: string, url: string) => {
          await page.goto(url);
          await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
          expect(await page.evaluate('document.documentElement.lang'), name).toBe(locale);
          await inspect(`${name} in ${locale}`, page);
        };
        const receipt = await told.mail(EINO, new RegExp(ref));
        await look('received', linkIn(receipt.text, 'r'));
        const mail = await told.mail(SAM, new RegExp(ref));
        await look('mail: decide', `${other.world.origin}/inbox/${mail.number}/html`);
        const link = linkIn(mail.text, 'd');
        await look('decide', link);
        await look('sign in', `${other.origin}/sign-in`);
        await sendForm(await openPage(link), { decision: 'approve', confirm: order.name.slice(-4) });
        await look('decided', link);
        const accepted = await told.mail(EINO, /./);
        await look('accepted', linkIn(accepted.text, 'r'));
      } finally {
        await other.close();
      }
    },
    60_000,
  );
});
