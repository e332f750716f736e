/** A question or an offer that never reached the customer: staff have the request back, correct the address, and ask again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { signWebhook } from '../support/webhook.ts';
import { deliveryReport } from '../world/mail/delivery-report.ts';

const NEW = 'ana@new.example';
const ASKS = [
  ['a question', 'bounced_question', { decision: 'ask', question: 'Which colour?' }, /A question about/, 'answer'],
  ['an offer', 'bounced_offer', { decision: 'offer', offer: 'Keep it, and we wrap it.' }, /Before we cancel/, 'offer'],
] as const;

describe('what was asked in vain', () => {
  let desk: DeskUnderTest;
  let story: Story;
  const start = async (policy?: string | null) => {
    desk = await startDesk(policy === undefined ? {} : { policy });
    story = storyOf(desk);
  };
  beforeEach(() => start());
  afterEach(() => desk.close());

  const refuseFromNowOn = async () => {
    await story.mail(ANA, /We have your/);
    desk.world.inbox.refused.add(ANA);
  };
  const comesBack = async (subject: RegExp) => {
    const raw = deliveryReport(await story.mail(ANA, subject));
    const headers = signWebhook('bounce', raw);
    expect((await fetch(`${desk.origin}/intake/bounce`, { method: 'POST', headers, body: raw })).status).toBe(202);
  };

  describe.each([
    ['was refused at once', true],
    ['came back later', false],
  ])('a mail that %s', (_, atOnce) => {
    it.each(ASKS)(
      'with %s: staff see the address, correct it, and ask the new one',
      async (_, why, ask, subject, button) => {
        const ref = await story.respond('1001');
        if (atOnce) await refuseFromNowOn();
        await sendForm(await story.openFrom(SAM, new RegExp(ref)), ask);
        if (!atOnce) await comesBack(subject);
        expect((await story.reaches(ref, 'awaiting_decision')).trouble?.reason).toBe(why);
        const browser = await signIn(desk);
        expect((await browser.open('/queue')).html).toContain(ref);
        const page = await browser.open(`/requests/${ref}`);
        expect(page.html).toContain(`No mail gets through to ${ANA}. Correct it, then ask again.`);
        expect((await browser.send(page, { decision: 'correct_address', email: 'nonsense' })).status).toBe(422);
        const corrected = await browser.send(page, { decision: 'correct_address', email: NEW });
        expect(corrected.html).not.toContain('No mail gets through');
        // Nothing was asked again by itself.
        expect((await story.request(ref))?.status).toBe('awaiting_decision');
        await browser.send(corrected, ask);
        const theirs = await story.openFrom(NEW, subject);
        expect(theirs.buttons).toContain(button);
        expect(await story.reaches(ref, 'needs_customer')).toMatchObject({ trouble: null, undelivered: null });
      },
    );
  });

  it('may be asked again at the same address, and then it is no task any more', async () => {
    const ref = await story.respond('1001');
    await refuseFromNowOn();
    const ask = { decision: 'ask', question: 'Which colour?' };
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), ask);
    await story.reaches(ref, 'awaiting_decision');
    desk.world.inbox.refused.delete(ANA);
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), ask);
    await story.openFrom(ANA, /A question about/);
    expect((await story.request(ref))?.undelivered).toBeNull();
  });

  it('is no task when the request has ended before the report comes', async () => {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'ask', question: 'Which colour?' });
    const page = await story.openFrom(ANA, /A question about/);
    await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    await comesBack(/A question about/);
    await waitFor('the note', async () => (await story.events(ref)).includes('mail_failed'));
    expect(await story.request(ref)).toMatchObject({ status: 'withdrawn', undelivered: null });
  });

  it.each([
    ['“Was it you?”', '1001', {}, /Was it you/, 'awaiting_decision', 'bounced_confirmation'],
    ['“Which order?”', '', { Message: 'please cancel' }, /Which order/, 'needs_match', 'bounced_order'],
  ] as const)(
    '%s is for the address on the order alone: nobody can send it elsewhere',
    async (_, order, more, subject, status, why) => {
      await desk.close();
      await start(null);
      const ref = await story.respond(order, ANA, { ...more });
      await comesBack(subject);
      expect((await story.reaches(ref, status)).trouble?.reason).toBe(why);
      const browser = await signIn(desk);
      const page = await browser.open(`/requests/${ref}`);
      expect(page.html).not.toContain('value="correct_address"');
      expect((await browser.send(page, { decision: 'correct_address', email: NEW })).status).toBe(409);
      // The receipt may go to another address. It proves nothing there.
      await comesBack(/We have your/);
      await browser.send(await browser.open(`/requests/${ref}`), { decision: 'correct_address', email: NEW });
      const theirs = await story.openFrom(NEW, /We have your/);
      expect(theirs.buttons).toContain('withdraw');
      for (const proof of ['confirm', 'choose']) expect(theirs.buttons).not.toContain(proof);
      expect(story.mailsTo(NEW)).toHaveLength(1);
    },
  );

  it('an address that staff corrected answers for itself, not for the order: the order’s own is asked', async () => {
    await desk.close();
    await start(null);
    const typo = 'ana@custmer.example';
    desk.world.inbox.refused.add(typo);
    const ref = await story.respond('no idea', typo);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'ask', question: 'Which order?' });
    await story.reaches(ref, 'needs_match');
    const isRefused = async () => (await story.request(ref))?.undelivered?.notices.includes('customer-received');
    await waitFor('the receipt to be refused too', isRefused);
    const browser = await signIn(desk);
    const corrected = await browser.send(await browser.open(`/requests/${ref}`), {
      decision: 'correct_address',
      email: 'mallory@evil.example',
    });
    await browser.send(corrected, { decision: 'ask', question: 'Which order?' });
    const theirs = await story.openFrom('mallory@evil.example', /A question about/);
    await sendForm(theirs, { action: 'answer', answer: 'It is 1001' });
    await story.mail(ANA, /Was it you/);
    const subjects = story.mailsTo('mallory@evil.example').map(({ subject }) => subject.replace(` (${ref})`, ''));
    expect(subjects).toEqual(['We have your cancellation request', 'A question about your cancellation request']);
  });
});
