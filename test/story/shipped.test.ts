/** What has left can't be cancelled: whose order it is learns so at once, and where returns are taken. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const RETURNS = 'https://pine-and-loom.example/returns?from=desk&x=1';
const IN_HTML = RETURNS.replace('&', '&amp;').replaceAll('=', '&#x3D;');
const MALLORY = 'mallory@evil.example';
const SHIPPED = /has already been shipped/;

describe('an order that has been shipped', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(returnsUrl: string | null = RETURNS, policy: string | null = PLAIN_POLICY): Promise<void> {
    desk = await startDesk({ policy, env: returnsUrl ? { RETURNS_URL: returnsUrl } : {} });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());
  const nothingOpen = () =>
    waitFor('all mails', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
  const shippedMails = (to: string) => story.mailsTo(to).filter((mail) => SHIPPED.test(mail.subject));

  it('is told to be so at once, with the way to return it, while staff look', async () => {
    await start();
    const ref = await story.respond('1003');
    const mail = await story.mail(ANA, SHIPPED);
    expect(mail.text).toContain('Order #1003 has left already, so it can no longer be cancelled.');
    expect(mail.text).toContain(RETURNS);
    expect(mail.html).toContain(`href="${IN_HTML}"`);
    const page = await story.openFrom(ANA, SHIPPED);
    expect(page.html).toContain(ref);
    expect(page.html).toContain('Order #1003 has left already, so it can no longer be cancelled.');
    expect(page.html).toContain(`href="${IN_HTML}"`);
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });

  it('only in part is told so, not as if all had left', async () => {
    await start();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA, kind: 'partially_fulfilled' });
    await story.respond(name);
    const mail = await story.mail(ANA, /Part of order .* has already been shipped/);
    expect(mail.text).toContain(`Part of order ${name} has left already.`);
    expect(mail.text).toContain('Our team looks at what can be done about the rest');
    expect(mail.text).not.toContain('no longer be cancelled');
    const page = await story.openFrom(ANA, /Part of order/);
    expect(page.html).toContain(`Part of order ${name} has left already.`);
    expect(page.html).toContain('what can be done about the rest');
  });

  it('is told once, however often the request is looked at', async () => {
    await start();
    const ref = await story.respond('1003');
    await story.mail(ANA, SHIPPED);
    for (let i = 1; i <= 2; i += 1) {
      const mail = await waitFor('the mail to staff', () =>
        story
          .mailsTo(SAM)
          .filter((one) => one.subject.includes(`${ref}: cancel`))
          .at(i - 1),
      );
      expect(mail.subject).toContain('#1003');
      const page = await story.openFrom(SAM, new RegExp(`${ref}: cancel`));
      if (i === 1) await sendForm(page, { decision: 'reassess' });
    }
    await nothingOpen();
    expect((await story.events(ref)).filter((type) => type === 'matched')).toHaveLength(2);
    expect(shippedMails(ANA)).toHaveLength(1);
  });

  it('is told without an address for returns where the shop has none', async () => {
    await start(null);
    const ref = await story.respond('1003');
    expect((await story.mail(ANA, SHIPPED)).text).not.toContain('You can send it back');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'It has left.' });
    expect((await story.mail(ANA, /About your/)).text).not.toContain('You can send it back');
  });

  it('is declined with the way to return it, in mail and page', async () => {
    await start();
    const ref = await story.respond('1003');
    const receipt = await story.openFrom(ANA, /We have your/);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'It has left.' });
    const mail = await story.mail(ANA, /About your/);
    expect(mail.text).toContain('It has left.');
    expect(mail.text).toContain(RETURNS);
    expect(mail.html).toContain(`href="${IN_HTML}"`);
    const page = await story.openFrom(ANA, /We have your/);
    expect(page.url).toBe(receipt.url);
    expect(page.html).toContain('It has left.');
    expect(page.html).toContain(`href="${IN_HTML}"`);
  });

  it('that has not left is declined without it', async () => {
    await start();
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'No.' });
    expect((await story.mail(ANA, /About your/)).text).not.toContain(RETURNS);
    expect((await story.openFrom(ANA, /We have your/)).html).not.toContain('pine-and-loom.example/returns');
    expect(shippedMails(ANA)).toEqual([]);
  });

  it('is nothing that a stranger learns, whatever the owner answers', async () => {
    await start(RETURNS, null);
    const ref = await story.respond('1003', MALLORY);
    await sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await story.mail(ANA, SHIPPED);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'It has left.' });
    await story.mail(ANA, /About your/);
    await nothingOpen();
    expect(story.mailsTo(MALLORY).map((mail) => mail.subject)).toEqual([`We have your cancellation request (${ref})`]);
    const { html } = await story.openFrom(MALLORY, /We have your/);
    expect(html).toContain('We have your request and are looking at it.');
    for (const secret of ['returns', 'It has left.', '#1003', 'shipped']) expect(html).not.toContain(secret);
  });

  it('without an address of its own is declined to the address in the form, which learns no more than that', async () => {
    await start();
    const phone = '+358401112223';
    const { name } = desk.world.shopify.state.addOrder({
      email: null,
      phone,
      customerName: 'Guest Gast',
      kind: 'fulfilled',
    });
    const ref = await story.respond(name, MALLORY, { Phone: '040 111 2223', Name: 'Guest Gast' });
    const page = await story.openFrom(SAM, new RegExp(ref));
    const chosen = page.buttons.includes('choose')
      ? await sendForm(page, { decision: 'choose', order_name: name })
      : page;
    await sendForm(chosen, { decision: 'decline', reason: 'We can’t.' });
    const mail = await story.mail(MALLORY, /About your/);
    expect(mail.text).toContain('We can’t.');
    expect(mail.text).not.toContain(RETURNS);
    expect((await story.openFrom(MALLORY, /We have your/)).html).not.toContain('/returns');
    expect(shippedMails(MALLORY)).toEqual([]);
  });
});
