/** The shop has cancelled the order itself: the customer learns when, and what went back then. Nothing is promised anew. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const PLAIN = 'proof: { level: none }\nhold: false\n';
const FOUND = /#1001 is cancelled already/;

describe('an order that the shop had cancelled', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(policy: string | null = PLAIN, more: Parameters<typeof startDesk>[0] = {}): Promise<void> {
    desk = await startDesk({ policy, ...more });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());
  const state = () => desk.world.shopify.state;

  it('is told with its day and what went back, on paper and page, not as done now', async () => {
    await start();
    state().cancelByHand('#1001');
    await story.reaches(await story.respond('1001'), 'cancelled');
    const { text } = await story.mail(ANA, FOUND);
    const { html } = await story.openFrom(ANA, /We have your/);
    for (const shown of [text, html]) {
      expect(shown).toMatch(/Order #1001 had been cancelled already on .*\d{4}.*, before your request reached us\./);
      expect(shown).toMatch(/€[\d,.]+ was given back to you for it\./);
      expect(shown).not.toMatch(/as you asked|has been started|business days/);
    }
  });

  it('without giving the money back promises nothing', async () => {
    await start();
    state().cancelByHand('#1001');
    state()
      .order('#1001')
      .transactions.splice(
        0,
        9,
        ...state()
          .order('#1001')
          .transactions.filter((one) => one.kind !== 'REFUND'),
      );
    await story.reaches(await story.respond('1001'), 'cancelled');
    const { text } = await story.mail(ANA, FOUND);
    expect(text).toContain('We see no refund for it.');
    expect(text).not.toContain('We’ll refund');
  });

  it('after it was approved here, with a refund that shows later: nobody is told to pay that again', async () => {
    await start(PLAIN, { world: { shopify: { slowJobMs: 800 } }, timings: { settling: 6_000 } });
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    const { id } = state().order('#1001');
    const byHand = { orderId: id, reason: 'STAFF', restock: true, notifyCustomer: true, refund: true, staffNote: null };
    state().startCancel(byHand, 'refund_late');
    await waitFor('the cancellation', () => state().order('#1001').cancelledAt !== null);
    expect(state().order('#1001').refunds).toEqual([]);
    await desk.restartWorker();
    expect((await story.reaches(ref, 'cancelled')).payback).toBeNull();
    expect((await story.mail(ANA, /is cancelled/)).text).toMatch(/The refund of .* has been started/);
    expect(story.mailsTo(SAM).filter(({ subject }) => /pay/.test(subject))).toEqual([]);
    expect(story.ledger().filter((kind) => kind === 'cancel' || kind === 'refund')).toEqual(['cancel', 'refund']);
  });

  it('while the request waited was cancelled on that day, and not before', async () => {
    await start(null);
    await story.respond('1001');
    const page = await story.openFrom(ANA, /Was it you/);
    state().cancelByHand('#1001');
    await sendForm(page, { action: 'confirm', was_me: 'yes' });
    const { text } = await story.mail(ANA, FOUND);
    expect(text).toMatch(/Order #1001 was cancelled on .*\d{4}/);
  });

  it('and is asked for once more after we had cancelled it, is not cancelled once more', async () => {
    await start();
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    await story.reaches(await story.respond('1001', ANA, { Message: 'any news?' }), 'duplicate');
    expect((await story.mail(ANA, FOUND)).text).toContain('was given back to you for it.');
  });
});
