/** Whose order it is finds from every mail to the page that tells how it stands; nobody else does. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendAgreed, sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const PLAIN = 'proof: { level: none }\nhold: false\n';
const RETURNS = 'https://pine-and-loom.example/returns';
const GRETA = 'greta@customer.example';

describe('a mail that tells how it ended', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let offset = 0;
  async function start(policy: string | null = PLAIN): Promise<void> {
    desk = await startDesk({ policy, env: { RETURNS_URL: RETURNS }, now: () => Date.now() + offset });
    story = storyOf(desk);
  }
  afterEach(async () => {
    await desk.close();
    offset = 0;
  });
  const line = () => desk.world.shopify.state.order('#1001').lines[0]?.id ?? '';
  const decide = async (order: string, values: () => Record<string, string>) => {
    const ref = await story.respond(order);
    await sendAgreed(await story.openFrom(SAM, new RegExp(ref)), values());
    return ref;
  };

  it.each([
    [
      'cancelled',
      '1001',
      () => ({ decision: 'approve', confirm: '1001' }),
      /#1001 is cancelled/,
      'Order #1001 is cancelled.',
    ],
    [
      'cancelled in part',
      '1001',
      () => ({ decision: 'part', [`take ${line()}`]: '1', confirm_part: '1001' }),
      /Part of order/,
      'Part of order #1001 is cancelled.',
    ],
    [
      'changed',
      '1001',
      () => ({ decision: 'change', [`keep ${line()}`]: '1', confirm_change: '1001' }),
      /is changed/,
      'Order #1001 is changed.',
    ],
    [
      'a return',
      '1003',
      () => ({ decision: 'return', instructions: 'By mail.', confirm_return: '1003' }),
      /Return your order/,
      'You can send it back.',
    ],
    [
      'declined',
      '1001',
      () => ({ decision: 'decline', reason: 'Too late.' }),
      /About your/,
      'We could not cancel order #1001.',
    ],
  ] as const)('%s leads to the page', async (_, order, values, subject, says) => {
    await start();
    await decide(order, values);
    const page = await story.openFrom(ANA, subject);
    expect(page.status).toBe(200);
    expect(page.html).toContain(says);
  });

  it('without a decision leads the owner there, and a stranger nowhere', async () => {
    await start();
    const [own, strangers] = [await story.respond('1001'), await story.respond('7001', 'mallory@evil.example')];
    await story.reaches(own, 'awaiting_decision');
    await story.reaches(strangers, 'needs_match');
    offset = 15 * 24 * 60 * 60_000;
    expect((await story.openFrom(ANA, /has ended/)).html).toContain('This request to cancel order #1001 has ended');
    expect((await story.mail('mallory@evil.example', /has ended/)).text).not.toContain('/r/');
  });

  it('at an order without an address has no link: the page would tell nothing', async () => {
    await start();
    const { name } = desk.world.shopify.state.addOrder({
      email: null,
      phone: '+358401112223',
      customerName: 'Guest Gast',
    });
    const ref = await story.respond(name, GRETA, { Phone: '040 111 2223', Name: 'Guest Gast' });
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(
      page.buttons.includes('choose') ? await sendForm(page, { decision: 'choose', order_name: name }) : page,
      {
        decision: 'decline',
        reason: 'No.',
      },
    );
    const { text } = await story.mail(GRETA, /About your/);
    expect(text).toContain('We could not cancel the order as you asked');
    expect(text).not.toContain('/r/');
  });

  it('opens for the address that staff corrected, with all that its owner may know and do', async () => {
    await start(`${PLAIN}undo: 1h\n`);
    const ref = await story.respond('1001');
    await story.mail(ANA, /We have your/);
    desk.world.inbox.refused.add(ANA);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.mail(SAM, /could not be told/);
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), {
      decision: 'correct_address',
      email: 'ana@new.example',
    });
    const page = await story.openFrom('ana@new.example', /is accepted/);
    expect(page.html).toContain('Your request to cancel order #1001 is accepted.');
    expect(page.html).toContain('We’ll do that after');
    await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    await story.reaches(ref, 'withdrawn');
    expect((await story.mail('ana@new.example', /is withdrawn/)).text).toContain(
      `request ${ref} to cancel order #1001`,
    );
  });

  it('says where returns are taken, and links the addresses that staff wrote', async () => {
    await start();
    const instructions = 'Print the label: https://labels.example/a?b=1&c=2. <script>';
    await decide('1003', () => ({ decision: 'return', instructions, confirm_return: '1003' }));
    const mail = await story.mail(ANA, /Return your order/);
    const page = await openPage(linkIn(mail.text, 'r'));
    expect(mail.text).toContain(`More about returns:\n${RETURNS}`);
    for (const html of [mail.html, page.html]) {
      expect(html).toContain('<a href="https://labels.example/a?b&#x3D;1&amp;c&#x3D;2" rel="noopener noreferrer">');
      expect(html).toContain('. &lt;script&gt;');
      expect(html).toMatch(new RegExp(`<a [^>]*href="${RETURNS}"`));
    }
  });
});

describe('a request that staff entered', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());
  async function enter(policy: string, order: string): Promise<void> {
    desk = await startDesk({ policy });
    story = storyOf(desk);
    desk.world.shopify.state.addOrder({ email: GRETA, customerLocale: 'sv-SE' });
    const browser = await signIn(desk);
    const page = await browser.send(await browser.open('/requests/new'), { order_name: order, message: 'She called' });
    await browser.send(page, {});
  }

  it('is confirmed to the customer in the order’s language, with the page to follow or withdraw it', async () => {
    await enter(PLAIN, '#1070');
    const { name } = [...desk.world.shopify.state.orders.values()].find((order) => order.email === GRETA) ?? {
      name: '',
    };
    const mail = await story.mail(GRETA, /Vi har fått/);
    expect(mail.text).toContain(`Vårt team har registrerat din begäran om att avbeställa order ${name}.`);
    const page = await openPage(linkIn(mail.text, 'r'));
    expect(page.html).toContain('<html lang="sv">');
    expect(page.buttons).toContain('withdraw');
  });

  it('that a rule declines at once is told by that alone', async () => {
    await enter(`${PLAIN}rules: [{ name: never, then: decline, tell: Nej. }]\n`, '#1070');
    await story.mail(GRETA, /Om din begäran/);
    await waitFor('all mails', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
    expect(story.mailsTo(GRETA)).toHaveLength(1);
  });
});

describe('the receipt', () => {
  it('says back the order number as it was typed, and nothing that could be a message', async () => {
    const desk = await startDesk({ policy: PLAIN });
    try {
      const story = storyOf(desk);
      await story.respond('order 7001', 'one@customer.example');
      await story.respond('win at evil.example/1001', 'two@customer.example');
      expect((await story.mail('one@customer.example', /We have/)).text).toContain(
        'The order number you gave: order 7001.',
      );
      expect((await story.mail('two@customer.example', /We have/)).text).not.toContain('evil');
    } finally {
      await desk.close();
    }
  });
});
