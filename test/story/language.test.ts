/** The form is English. Whose order it is, is spoken to in the order's language, from the first mail on. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';

const OWNER = 'owner@customer.example';
const MALLORY = 'mallory@evil.example';
/** Longer than any machine needs to find an order. */
const PATIENT = { receipt: 60_000 };

const LANGUAGES = [
  {
    locale: 'fi',
    received: /^Olemme saaneet/,
    wasItYou: /^Olitko se sinä/,
    wasMe: 'Pyysitkö sinä perumaan tilauksen',
    which: /^Minkä tilauksen haluat perua/,
    whichPage: 'Minkä tilauksen haluat perua?',
    cancelled: /on (?:jo )?peruttu/,
    cancelledPage: /Tilaus #\d+ on peruttu\./,
    paidBack: /^Olemme palauttaneet rahasi/,
    day: '24.11.2026',
  },
  {
    locale: 'sv',
    received: /^Vi har fått/,
    wasItYou: /^Var det du/,
    wasMe: 'Bad du om att avbeställa order',
    which: /^Vilken order vill du avbeställa/,
    whichPage: 'Vilken order vill du avbeställa?',
    cancelled: /är (?:redan )?avbeställd/,
    cancelledPage: /Order #\d+ är avbeställd\./,
    paidBack: /^Vi har betalat tillbaka/,
    day: '24 nov. 2026',
  },
  {
    locale: 'de',
    received: /ist bei uns/,
    wasItYou: /^Waren Sie das/,
    wasMe: 'Haben Sie um die Stornierung der Bestellung',
    which: /^Welche Bestellung möchten Sie stornieren/,
    whichPage: 'Welche Bestellung möchten Sie stornieren?',
    cancelled: /ist (?:bereits )?storniert/,
    cancelledPage: /Die Bestellung #\d+ ist storniert\./,
    paidBack: /^Wir haben Ihnen die Bestellung/,
    day: '24.11.2026 zurückgezahlt',
  },
] as const;

describe('the owner of an order in a region of its own', () => {
  it('reads amounts as the region writes them, in mail and page, in the language', async () => {
    const desk = await startDesk({ policy: null, timings: PATIENT });
    try {
      const story = storyOf(desk);
      const spec = { email: OWNER, customerLocale: 'de-CH', currencyCode: 'CHF' };
      const { name } = desk.world.shopify.state.addOrder(spec);
      desk.world.shopify.state.cancelByHand(name);
      const ref = await story.respond(name, OWNER);
      expect((await story.reaches(ref, 'cancelled')).locale).toBe('de-CH');
      const amount = /CHF\s\d+\.\d\d/;
      expect((await story.mail(OWNER, /ist bereits storniert/)).text).toMatch(amount);
      const page = await story.openFrom(OWNER, /ist bei uns/);
      expect(page.html).toContain('<html lang="de">');
      expect(page.html).toMatch(amount);
    } finally {
      await desk.close();
    }
  });
});

describe.each(LANGUAGES)('the owner of an order in $locale', (told) => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(options: DeskOptions = {}): Promise<string> {
    desk = await startDesk({ policy: null, timings: PATIENT, ...options });
    story = storyOf(desk);
    const { name } = desk.world.shopify.state.addOrder({ email: OWNER, customerLocale: `${told.locale}-XX` });
    return name;
  }
  afterEach(() => desk.close());
  const lang = `<html lang="${told.locale}">`;

  it.each([
    ['their own address', OWNER],
    ['a stranger’s', MALLORY],
  ])('is asked “Was it you?” in it, when the form named the order and had %s', async (_, address) => {
    const name = await start();
    await story.respond(name, address);
    const page = await story.openFrom(OWNER, told.wasItYou);
    expect(page.html).toContain(lang);
    expect(page.html).toContain(`${told.wasMe} ${name}`);
    const after = await sendForm(page, { action: 'confirm', was_me: 'no' });
    expect(after.html).toContain(lang);
  });

  it('is asked “Which order?” in it, and goes on in it', async () => {
    const name = await start();
    const ref = await story.respond('', OWNER, { Message: 'please cancel my order' });
    const page = await story.openFrom(OWNER, told.which);
    expect(page.html).toContain(lang);
    expect(page.html).toContain(told.whichPage);
    const after = await sendForm(page, { action: 'choose', order: desk.world.shopify.state.order(name).id });
    expect(after.html).toContain(lang);
    expect((await story.reaches(ref, 'awaiting_decision')).locale).toBe(told.locale);
  });

  it('is told in it that the order is cancelled already, when it was named', async () => {
    const name = await start();
    desk.world.shopify.state.cancelByHand(name);
    const ref = await story.respond(name, OWNER);
    await story.mail(OWNER, told.cancelled);
    await story.reaches(ref, 'cancelled');
    const page = await story.openFrom(OWNER, told.received);
    expect(page.html).toContain(lang);
    expect(page.html).toMatch(told.cancelledPage);
  });

  it.each([
    ['they chose it', '', OWNER, { Message: 'please cancel my order' }],
    ['they confirmed what a stranger asked for', 'named', MALLORY, {}],
  ])('is told in it that the order was cancelled meanwhile, after %s', async (_, named, address, more) => {
    const name = await start();
    const ref = await story.respond(named && name, address, { ...more });
    const page = await story.openFrom(OWNER, named ? told.wasItYou : told.which);
    desk.world.shopify.state.cancelByHand(name);
    const { id } = desk.world.shopify.state.order(name);
    await sendForm(page, named ? { action: 'confirm', was_me: 'yes' } : { action: 'choose', order: id });
    await story.reaches(ref, 'cancelled');
    await story.mail(OWNER, told.cancelled);
  });

  it('reads in it on which day they were paid back by hand, in mail and page', async () => {
    const name = await start({ policy: 'proof: { level: none }\n' });
    const order = desk.world.shopify.state.order(name);
    order.gatewayNames.splice(0, 1, 'Bank Deposit');
    for (const one of order.transactions) Object.assign(one, { gateway: 'Bank Deposit' });
    const ref = await story.respond(name, OWNER);
    await sendForm(await story.openFrom(SAM, new RegExp(`${ref}: cancel`)), {
      decision: 'approve',
      confirm: name.slice(-4),
    });
    const task = await story.openFrom(SAM, /pay .* back/);
    for (const on of ['2026-02-31', '2026-99-99', 'yesterday']) {
      expect((await sendForm(task, { decision: 'paid_back', how: 'bank transfer', on })).status).toBe(422);
    }
    await sendForm(task, { decision: 'paid_back', how: 'bank transfer', on: '2026-11-24' });
    expect((await story.mail(OWNER, told.paidBack)).text).toContain(`${told.day}: bank transfer`);
    expect((await story.openFrom(OWNER, told.received)).html).toContain(`${told.day}: bank transfer`);
  });
});

describe('whoever comes without a link', () => {
  it.each([
    ['fr-CA, en;q=0.5', 'fr'],
    ['ja, sv;q=0.8', 'sv'],
    ['ja', 'fi'],
    [null, 'fi'],
  ])('is spoken to in the first language of their browser that there is: %s', async (wanted, locale) => {
    const desk = await startDesk({ env: { DEFAULT_LOCALE: 'fi' } });
    try {
      const answer = await fetch(desk.origin, { headers: wanted ? { 'Accept-Language': wanted } : {} });
      expect(await answer.text()).toContain(`<html lang="${locale}">`);
    } finally {
      await desk.close();
    }
  });
});
