/** A part of an order: some lines go, with their money; the rest is shipped. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendAgreed, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

describe('a part of an order', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ policy: 'proof: { level: none }\n' });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  const order = () => desk.world.shopify.state.order('#1001');
  const lineId = (index: number) => order().lines[index]?.id ?? '';
  const asked = async () => {
    const ref = await story.respond('1001');
    await waitFor('the hold', () => story.ledger().includes('hold'));
    return { ref, page: await story.openFrom(SAM, new RegExp(ref)) };
  };

  it('is taken off with its money, the parcel goes on, and the customer is told which part', async () => {
    const { ref, page } = await asked();
    await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '1001' });
    await story.reaches(ref, 'part_cancelled');
    const { text } = await story.mail(ANA, /Part of order #1001 is cancelled/);
    expect(text).toContain('1 × Candle');
    expect(text).not.toContain('Wool blanket');
    await waitFor('the parcel to go on', () => story.ledger().includes('release_hold'));
    expect(story.ledger()).toEqual(['hold', 'restock', 'refund', 'release_hold']);
    expect(order()).toMatchObject({ cancelledAt: null });
    expect(order().lines.map((line) => line.currentQuantity)).toEqual([1, 1, 1]);
    expect(desk.world.shopify.state.ledger.find((entry) => entry.kind === 'refund')?.amount).toBe(1_890);
  });

  it.each([
    [{}, 'Say how many of which line.'],
    [{ quantity: '3' }, 'There are not so many of it left to cancel.'],
    [{ quantity: '-1' }, 'There are not so many of it left to cancel.'],
    [{ quantity: 'all' }, 'There are not so many of it left to cancel.'],
  ])('refuses %j', async ({ quantity }: { quantity?: string }, message) => {
    const { ref, page } = await asked();
    const values = quantity === undefined ? {} : { [`take ${lineId(0)}`]: quantity };
    const answer = await sendAgreed(page, { decision: 'part', confirm_part: '1001', ...values });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain(message);
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });

  it('is shown first with all that it comes to, and done when that is agreed to', async () => {
    const { ref, page } = await asked();
    const values = { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '1001' };
    const shown = await sendForm(page, values);
    expect(shown.status).toBe(200);
    for (const text of ['Cancel this part of #1001?', '1 × Candle', 'Refunds €18.90 to Visa', '1 item goes back'])
      expect(shown.html).toContain(text);
    expect(shown.html).toContain('ana@customer.example is told by e-mail, in English.');
    expect(shown.buttons).not.toContain('approve');
    expect(await story.request(ref)).toMatchObject({ status: 'awaiting_decision', decision: null });
    const another = await sendForm(shown, { ...values, [`take ${lineId(0)}`]: '2' });
    expect(another.html).toContain('This is not what you saw before.');
    expect(another.html).toContain('Refunds €37.80 to Visa');
    const unconfirmed = await sendForm(another, { ...values, [`take ${lineId(0)}`]: '2', confirm_part: '' });
    expect([unconfirmed.status, unconfirmed.html.includes('Refunds €37.80 to Visa')]).toEqual([422, true]);
    expect(story.ledger()).toEqual(['hold']);
    await sendForm(unconfirmed, { ...values, [`take ${lineId(0)}`]: '2' });
    await story.reaches(ref, 'part_cancelled');
  });

  it('wants the order name typed, as a whole cancellation does', async () => {
    const { page } = await asked();
    const answer = await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '' });
    expect(answer.status).toBe(422);
  });

  it('is done once though the answers are lost', async () => {
    desk.world.shopify.faults.set({ kind: 'reset_after', only: ['RefundOrder'], times: 3 });
    const { ref, page } = await asked();
    await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '2', confirm_part: '1001' });
    await story.reaches(ref, 'part_cancelled');
    expect(story.ledger().filter((kind) => kind === 'refund')).toHaveLength(1);
  });

  it('that Shopify can’t make sense of goes to staff, not into nowhere', async () => {
    desk.world.shopify.faults.set({ kind: 'bad_request', only: ['RefundOrder'] });
    const { ref, page } = await asked();
    await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '1001' });
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe('shopify_refused');
    await story.mail(SAM, /could not be cancelled/);
  });

  it('comes back to staff when the order changed after the approval', async () => {
    const { ref, page } = await asked();
    await desk.stopWorker();
    await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '1001' });
    desk.world.shopify.state.editByHand('#1001');
    await desk.restartWorker();
    await waitFor('it to come back', async () => (await story.request(ref))?.trouble?.reason === 'order_changed');
    expect(story.ledger()).not.toContain('refund');
  });

  it('leaves the order open for another request', async () => {
    const { ref, page } = await asked();
    await sendAgreed(page, { decision: 'part', [`take ${lineId(0)}`]: '1', confirm_part: '1001' });
    await story.reaches(ref, 'part_cancelled');
    const second = await story.respond('1001', ANA, { Message: 'and the rest too' });
    await story.reaches(second, 'awaiting_decision');
  });

  it('takes an address in any case for the same', async () => {
    const { name } = desk.world.shopify.state.addOrder({ email: 'Eva@Customer.Example' });
    const ref = await story.respond(name, 'eva@customer.example');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: name.slice(-4) });
    await story.mail('eva@customer.example', /is cancelled/);
  });
});
