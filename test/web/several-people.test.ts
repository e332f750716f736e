/** An order that two people have to approve. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';

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
    return browser.send(page, { ...choices, decision: 'approve', ...values });
  };
  const status = async () => (await story.request(ref))?.status;

  it('approve the same: then it is carried out', async () => {
    expect((await sam?.open(`/requests/${ref}`))?.html).toContain('2 people have to approve the same');
    await approve(sam, { refund: 'none' });
    const page = await kim?.open(`/requests/${ref}`);
    expect(page?.html).toContain(`${SAM} has approved this.`);
    expect(page?.html).toContain('<option value="none" selected>');
    await approve(kim, { refund: 'none' });
    await story.reaches(ref, 'cancelled');
    expect(story.ledger()).not.toContain('refund');
  });

  it('are told of each other: whoever has not approved gets a mail with a link of their own', async () => {
    await approve(sam);
    const mail = await story.mail(KIM, /#1001 wants a second approval/);
    expect(mail.text).toContain(`${SAM} has approved cancelling order #1001. 1 more person has to approve the same`);
    expect(story.mailsTo(SAM).filter(({ subject }) => /second approval/.test(subject))).toEqual([]);
    await approve(sam);
    const page = await openPage(linkIn(mail.text, 'd'));
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    expect(story.mailsTo(KIM).filter(({ subject }) => /second approval/.test(subject))).toHaveLength(1);
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
    await approve(sam);
    expect(await status()).toBe('awaiting_decision');
    expect(story.ledger()).not.toContain('cancel');
  });
});
