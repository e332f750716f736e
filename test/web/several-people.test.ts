/** An order that two people have to approve. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const KIM = 'kim@pine-and-loom.example';

describe('two people', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let [sam, kim]: StaffBrowser[] = [];
  let ref: string;

  beforeEach(async () => {
    desk = await startDesk({
      policy: `${PLAIN_POLICY}rules: [{ name: two, then: staff, approvals: 2 }]\n`,
      env: { STAFF_EMAILS: `${SAM},${KIM}` },
    });
    story = storyOf(desk);
    ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    [sam, kim] = [await signIn(desk), await signIn(desk, KIM)];
  });
  afterEach(() => desk.close());

  const choices = { restock: 'yes', refund: 'original', amount: 'full', archive: 'no' };
  const approve = async (browser: StaffBrowser | undefined, values: Record<string, string> = {}) => {
    const page = await browser?.open(`/requests/${ref}`);
    if (!page || !browser) throw new Error('Nobody is signed in');
    const sent = { ...choices, decision: 'approve_changed', ...values };
    const answer = await browser.send(page, sent);
    return answer.html.includes('name="agreed_approve"') ? browser.send(answer, sent) : answer;
  };
  /** To whom a mail about the others' approvals is owed, and what became of it. */
  const owed = async () => {
    const effects = await desk.service.desk.store.records.effects.byRequest((await story.request(ref))?.id ?? '');
    return effects.flatMap((one) =>
      one.kind === 'mail' && one.payload.notice === 'staff-second' ? [[one.payload.to, one.state]] : [],
    );
  };
  const status = async () => (await story.request(ref))?.status;

  it('approve the same: then it is carried out', async () => {
    expect((await sam?.open(`/requests/${ref}`))?.html).toContain('2 people have to approve the same');
    await approve(sam, { refund: 'none' });
    const page = await kim?.open(`/requests/${ref}`);
    expect(page?.html).toContain(`${SAM} has approved this.`);
    expect(page?.html).toContain('Gives no money back');
    // The plain button does what the page says: as Sam has it.
    await approve(kim, { decision: 'approve', refund: 'original' });
    await story.reaches(ref, 'cancelled');
    expect(story.ledger()).not.toContain('refund');
  });

  it('are told of each other: whoever has not approved gets a mail with a link of their own', async () => {
    await approve(sam);
    const mail = await story.mail(KIM, /#1001 wants another approval/);
    expect(mail.text).toContain(`${SAM} has approved cancelling order #1001. 1 more person has to approve the same`);
    expect(story.mailsTo(SAM).filter(({ subject }) => /another approval/.test(subject))).toEqual([]);
    await approve(sam);
    const page = await openPage(linkIn(mail.text, 'd'));
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    expect(story.mailsTo(KIM).filter(({ subject }) => /another approval/.test(subject))).toHaveLength(1);
  });

  it('are told what exactly was approved, and what it does with the money', async () => {
    await approve(sam, { refund: 'store_credit', restock: 'no' });
    const { text } = await story.mail(KIM, /another approval/);
    expect(text).toMatch(/Gives €\d+\.\d\d as store credit\.\n/);
    expect(text).toContain('Money back: As store credit. Restock: No.');
  });

  it('approve different things: who approved before is told of the other terms, once', async () => {
    await approve(sam, { refund: 'none' });
    expect((await story.mail(KIM, /another approval/)).text).toContain('Money back: Not at all.');
    await approve(kim);
    const back = await story.mail(SAM, /another approval/);
    expect(back.text).toContain(`${KIM} has approved cancelling order #1001. 1 more person has to approve the same`);
    expect(back.text).toContain('Money back: To the original payment.');
    await approve(sam);
    await story.reaches(ref, 'cancelled');
    expect(await owed()).toEqual([
      [KIM, 'done'],
      [SAM, 'done'],
    ]);
  });

  it('are not asked for what is decided, nor for what they have approved, before the mail can leave', async () => {
    await desk.stopWorker();
    await approve(sam, { refund: 'none' });
    await approve(kim);
    await desk.restartWorker();
    await story.mail(SAM, /another approval/);
    await waitFor('both to be settled', async () => (await owed()).every(([, state]) => state !== 'pending'));
    expect(await owed()).toEqual([
      [KIM, 'skipped'],
      [SAM, 'done'],
    ]);
    await desk.stopWorker();
    await approve(kim, { refund: 'none' });
    await approve(sam, { decision: 'decline', reason: 'Too late' });
    await desk.restartWorker();
    await story.reaches(ref, 'declined');
    await waitFor('all to be settled', async () => (await owed()).every(([, state]) => state !== 'pending'));
    expect((await owed()).at(-1)).toEqual([SAM, 'skipped']);
  });

  it('approve different things: nothing is carried out before they agree', async () => {
    await approve(sam, { refund: 'none' });
    await approve(kim);
    expect(await status()).toBe('awaiting_decision');
    expect((await story.request(ref))?.approvals.map(({ by }) => by)).toEqual([KIM]);
    await approve(sam);
    await story.reaches(ref, 'cancelled');
    expect(story.ledger()).toContain('refund');
  });

  it('are one when the first was removed meanwhile', async () => {
    await approve(kim);
    const { staff } = desk.service.desk.store.records;
    const member = await staff.get(KIM);
    if (member) await staff.put({ ...member, active: false }, Date.now());
    await approve(sam);
    expect(await status()).toBe('awaiting_decision');
    expect(story.ledger()).toEqual([]);
  });

  it('are one when the order has changed in between', async () => {
    await approve(kim);
    desk.world.shopify.state.editByHand('#1001');
    // Of an order read within the last seconds the page knows no better; right before the cancellation it is read again.
    desk.service.desk.freshOrder.forget(desk.world.shopify.state.order('#1001').id);
    await approve(sam);
    expect(await status()).toBe('awaiting_decision');
    expect((await story.request(ref))?.approvals.map(({ by }) => by)).toEqual([SAM]);
    expect(story.ledger()).not.toContain('cancel');
  });
});
