/** Two tabs, or a page left open: what comes too late is said to be so, with what had been typed. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { type PageForm, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

const NOT_TAKEN = 'This was not taken: the request has moved on meanwhile.';
const EINO = 'eino@customer.example';

describe('an answer on the customer’s page', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(options: DeskOptions = {}): Promise<void> {
    desk = await startDesk(options);
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  async function late(page: PageForm, first: Record<string, string>, second: Record<string, string>) {
    expect((await sendForm(page, first)).status).toBe(200);
    const answer = await sendForm(page, second);
    expect(answer.status).toBe(409);
    expect(answer.html).toContain(NOT_TAKEN);
    return answer;
  }
  const staffSend = async (values: Record<string, string>) => {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), values);
    return ref;
  };

  it('to a question that was answered in another tab: 409, and the text is given back', async () => {
    await start();
    const ref = await staffSend({ decision: 'ask', question: 'Why?' });
    const page = await story.openFrom(ANA, /A question about/);
    const typed = 'Because <b>it</b> came twice';
    const answer = await late(page, { action: 'answer', answer: 'Never mind' }, { action: 'answer', answer: typed });
    expect(answer.html).toContain('You wrote:');
    expect(answer.html).toContain('Because &lt;b&gt;it&lt;/b&gt; came twice');
    expect(answer.html).toContain('We have your request to cancel order #1001 and are looking at it.');
    expect((await story.request(ref))?.answers.at(-1)?.values).toEqual(['Never mind']);
  });

  it.each([
    ['nothing', ' '],
    ['too much', 'x'.repeat(2_001)],
  ])('to a question that is closed says so, also when %s was typed', async (_, answer) => {
    await start();
    await staffSend({ decision: 'ask', question: 'Why?' });
    const page = await story.openFrom(ANA, /A question about/);
    await late(page, { action: 'answer', answer: 'Never mind' }, { action: 'answer', answer });
  });

  it('to an offer: refused after it was taken', async () => {
    await start();
    await staffSend({ decision: 'offer', offer: 'Keep it, and we wrap it.' });
    const page = await story.openFrom(ANA, /Before we cancel/);
    const answer = await late(page, { action: 'offer', offer: 'accept' }, { action: 'offer', offer: 'refuse' });
    expect(answer.html).toContain('You took our offer and keep order #1001.');
  });

  it('to an offer, with nothing chosen, after it was taken', async () => {
    await start();
    await staffSend({ decision: 'offer', offer: 'Keep it, and we wrap it.' });
    const page = await story.openFrom(ANA, /Before we cancel/);
    await late(page, { action: 'offer', offer: 'accept' }, { action: 'offer' });
  });

  it('of a choice: another order after one was chosen', async () => {
    await start({ policy: null });
    const { id } = desk.world.shopify.state.addOrder({ email: EINO });
    const ref = await story.respond('', EINO, { Message: 'please cancel my order' });
    const page = await story.openFrom(EINO, /Which order|Minkä tilauksen/);
    const first = desk.world.shopify.state.order('#1002').id;
    expect((await sendForm(page, { action: 'choose', order: first })).status).toBe(200);
    const second = await sendForm(page, { action: 'choose', order: id });
    expect(second.status).toBe(409);
    expect(second.html).toMatch(/This was not taken|Tätä ei otettu vastaan/);
    expect((await story.reaches(ref, 'awaiting_decision')).orderName).toBe('#1002');
  });

  it('of nothing at all, where an order is to be chosen, asks for one', async () => {
    await start({ policy: null });
    const ref = await story.respond('', ANA, { Message: 'please cancel my order' });
    const page = await story.openFrom(ANA, /Which order/);
    for (const values of [{}, { order: '' }]) {
      const answer = await sendForm(page, { action: 'choose', ...values });
      expect(answer.status).toBe(422);
      expect(answer.html).toContain('Choose one of the orders.');
      expect(answer.html).not.toContain(NOT_TAKEN);
    }
    expect((await story.request(ref))?.status).toBe('needs_customer');
  });

  it('that confirms after it was stopped', async () => {
    await start({ policy: null });
    await story.respond('1001');
    const page = await story.openFrom(ANA, /Was it you/);
    const [yes, no] = [
      { action: 'confirm', was_me: 'yes' },
      { action: 'confirm', was_me: 'no' },
    ];
    expect((await sendForm(page, yes)).status).toBe(200);
    // Who says no after yes still stops it.
    expect((await late(page, no, yes)).html).toContain('You told us that it was not you.');
  });

  it('that withdraws after the order was cancelled: nothing changes, and the page says how it stands', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(ANA, /We have your/);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    const answer = await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    expect(answer.status).toBe(409);
    expect(answer.html).toContain(NOT_TAKEN);
    expect(answer.html).toContain('Order #1001 is cancelled.');
    expect((await story.request(ref))?.status).toBe('cancelled');
  });
});
