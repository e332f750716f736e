/** Customers were told what will be done; then it can't be, or is something else. They are never left with what isn't so. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, type PageForm, sendAgreed, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const HOUR = 60 * 60_000;
const UNDO = 'proof: { level: none }\nhold: false\nundo: 1h\n';

describe('what was accepted', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let ref: string;
  let offset = 0;
  afterEach(async () => {
    await desk.close();
    offset = 0;
  });

  async function decide(values: (page: PageForm) => Record<string, string>, policy = UNDO): Promise<PageForm> {
    const now = () => Date.now() + offset;
    desk = await startDesk({ policy, now, env: { RETURNS_URL: 'https://shop.example/returns' } });
    story = storyOf(desk);
    ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendAgreed(page, values(page));
    return page;
  }
  const approve = () => ({ decision: 'approve', confirm: '1001' });
  const line = () => desk.world.shopify.state.order('#1001').lines[0]?.id ?? '';
  const change = () => ({ decision: 'change', [`keep ${line()}`]: '1', confirm_change: '1001' });
  const part = () => ({ decision: 'part', [`take ${line()}`]: '1', confirm_part: '1001' });
  const afterTheHour = () => {
    offset = HOUR + 1_000;
  };
  const customersPage = async () => openPage(linkIn((await story.mail(ANA, /We have your/)).text, 'r'));
  const withdraw = async () => sendForm(await customersPage(), { action: 'withdraw', confirm: ref.slice(-4) });
  const failedMail = () => story.mail(SAM, /could not be|no return could/);

  it('as a change is called a change, on paper and page, with what changes', async () => {
    await decide(change);
    const mail = await story.mail(ANA, /We will change order #1001/);
    expect(mail.text).toContain('it is not cancelled. This is what changes:\n  Candle, Pine: 1 instead of 2');
    const { html } = await customersPage();
    expect(html).toContain('We will change order #1001 and write to you as soon as it is done. It is not cancelled.');
    expect(html).toContain('Candle, Pine: 1 instead of 2');
    expect(story.mailsTo(ANA).some(({ subject }) => /cancellation request .* accepted/.test(subject))).toBe(false);
  });

  it('as a part is called a part, with its lines', async () => {
    await decide(part);
    const mail = await story.mail(ANA, /We will cancel part of order #1001/);
    expect(mail.text).toContain('the rest goes on as usual:\n  1 × Candle');
    const { html } = await customersPage();
    expect(html).toContain('We will cancel part of order #1001');
    expect(html).toContain('1 × Candle');
  });

  it('and then left the house: the customer is told at once, staff that they know, and the page says so', async () => {
    await decide(approve);
    await story.mail(ANA, /is accepted/);
    desk.world.shopify.state.fulfilByHand('#1001');
    afterTheHour();
    await story.reaches(ref, 'failed');
    const mail = await story.mail(ANA, /#1001 has already been shipped/);
    expect(mail.text).toContain('We had accepted your request, but it left before we could carry it out.');
    expect(mail.text).toContain('https://shop.example/returns');
    expect((await failedMail()).text).toContain('The customer has been told that it did not work out');
    const { html } = await customersPage();
    expect(html).toContain('Order #1001 has left already, so it can no longer be cancelled.');
    expect(html).toContain('https://shop.example/returns');
  });

  it('and then was not the order any more that was approved: taken back, and the customer knows', async () => {
    await decide(approve);
    await story.mail(ANA, /is accepted/);
    desk.world.shopify.state.editByHand('#1001');
    afterTheHour();
    await story.reaches(ref, 'awaiting_decision');
    const mail = await story.mail(ANA, /looked at again/);
    expect(mail.text).toContain('We had accepted your request');
    expect(mail.text).toContain('but could not carry it out.');
  });

  it('and then failed: the customer may end it, for nothing is under way', async () => {
    await decide(approve);
    await story.mail(ANA, /is accepted/);
    Object.assign(desk.world.shopify.state.order('#1001'), { locationActive: false });
    afterTheHour();
    await story.reaches(ref, 'failed');
    await story.mail(ANA, /looked at again/);
    expect((await customersPage()).html).toContain('We could not carry out your request for order #1001 yet.');
    expect((await withdraw()).html).toContain('You have withdrawn this request to cancel order #1001.');
    await story.reaches(ref, 'withdrawn');
    expect((await openPage(linkIn((await failedMail()).text, 'd'))).html).not.toContain('Approve');
  });

  it('and had no answer: nobody ends it before a person has looked', async () => {
    await decide(approve);
    await story.mail(ANA, /is accepted/);
    desk.world.shopify.faults.set({ kind: 'reset', only: ['CancelOrder'] });
    afterTheHour();
    await story.reaches(ref, 'failed');
    expect((await story.request(ref))?.trouble?.reason).toBe('outcome_unknown');
    const page = await customersPage();
    expect(page.buttons).not.toContain('withdraw');
    expect((await withdraw()).status).toBe(409);
    expect((await story.request(ref))?.status).toBe('failed');
    expect(story.mailsTo(ANA).at(-1)?.text).not.toContain('nothing is cancelled');
  });

  it('as a change and failed is no failed cancellation', async () => {
    desk = await startDesk({ policy: 'proof: { level: none }\nhold: false\n' });
    story = storyOf(desk);
    ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    const answer = await sendForm(page, change());
    desk.world.shopify.faults.set({ kind: 'bad_request', only: ['CommitEdit'] });
    await sendForm(answer, change());
    await story.reaches(ref, 'failed');
    const mail = await story.mail(SAM, /#1001 could not be changed/);
    expect(mail.text).toContain('Changing order #1001 was approved');
    expect(mail.text).toContain('The customer has not been told anything yet.');
    expect(mail.text).not.toContain('cancelled');
  });

  it('by a rule, of which nobody was told, and shipped meanwhile: the customer hears that it has left', async () => {
    desk = await startDesk({ policy: 'proof: { level: none }\nhold: false\nrules: [{ name: all, then: approve }]\n' });
    story = storyOf(desk);
    desk.world.shopify.faults.set({ kind: 'fulfilled_before', only: ['CancelOrder'] });
    ref = await story.respond('1001');
    await story.reaches(ref, 'failed');
    await story.mail(ANA, /#1001 has already been shipped/);
    expect((await failedMail()).text).toContain('The customer has been told');
    await waitFor('all mails', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
  });
});
