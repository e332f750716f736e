/** What has been shipped comes back as a return: opened once, and the customer is told how. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

describe('a return', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(options: DeskOptions = {}): Promise<void> {
    desk = await startDesk(options);
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  /** #1003 is Ana's and was delivered. */
  const asked = async () => {
    const ref = await story.respond('1003');
    return { ref, page: await story.openFrom(SAM, new RegExp(ref)) };
  };
  const values = { decision: 'return', instructions: 'Stick the label on the box.', confirm_return: '1003' };

  it('is opened in Shopify, and the customer is told how to send it back', async () => {
    await start();
    const { ref, page } = await asked();
    expect(page.buttons).toContain('return');
    await sendForm(page, values);
    await story.reaches(ref, 'return_opened');
    expect(story.ledger()).toEqual(['return']);
    expect((await story.mail(ANA, /Return your order #1003/)).text).toContain('Stick the label on the box.');
  });

  it('wants instructions, and the order name typed', async () => {
    await start();
    const { ref, page } = await asked();
    expect((await sendForm(page, { ...values, instructions: ' ' })).status).toBe(422);
    expect((await sendForm(page, { ...values, confirm_return: '' })).status).toBe(422);
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });

  it('is opened once though the answer is lost', async () => {
    await start();
    desk.world.shopify.faults.set({ kind: 'reset_after', only: ['OpenReturn'], times: 1 });
    const { ref, page } = await asked();
    await sendForm(page, values);
    await story.reaches(ref, 'return_opened');
    expect(story.ledger()).toEqual(['return']);
  });

  it('that never reached Shopify is not tried again blindly: staff look', async () => {
    await start();
    desk.world.shopify.faults.set({ kind: 'reset', only: ['OpenReturn'] });
    const { ref, page } = await asked();
    await sendForm(page, values);
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe('outcome_unknown');
    expect(desk.world.shopify.requests.filter((one) => one.operationName === 'OpenReturn')).toHaveLength(1);
    desk.world.shopify.faults.clear();
    await sendForm(await story.openFrom(SAM, /no return could be opened/), values);
    await story.reaches(ref, 'return_opened');
    expect(story.ledger()).toEqual(['return']);
  });

  it('is what is left when a cancellation fails because the parcel has left meanwhile', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    desk.world.shopify.state.fulfilByHand('#1001');
    await desk.restartWorker();
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe('already_shipped');
    const failed = await story.openFrom(SAM, /could not be cancelled/);
    expect(failed.buttons).toEqual(expect.arrayContaining(['return', 'decline', 'ask', 'offer']));
    await sendForm(failed, { ...values, confirm_return: '1001' });
    await story.reaches(ref, 'return_opened');
  });

  it('says which scope is missing, and stops nothing else', async () => {
    await start({
      world: { shopify: { scopes: ['read_orders', 'write_orders', 'read_merchant_managed_fulfillment_orders'] } },
    });
    const { ref, page } = await asked();
    const answer = await sendForm(page, values);
    expect(answer.html).toContain('write_returns');
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
    expect(await desk.service.desk.store.records.incidents.list()).toEqual([]);
  });

  it('is not offered for an order that has not left', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    expect(page.buttons).not.toContain('return');
    expect((await sendForm(page, { ...values, confirm_return: '1001' })).status).toBe(422);
  });
});
