/** Whoever is asked knows until when, and what becomes of it without an answer; and that is what becomes of it. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import type { ReceivedMail } from '../world/mail/inbox.ts';

const DAY = 24 * 60 * 60_000;
const MALLORY = 'mallory@evil.example';
const ENDS = /Please answer before .*\d{4}.*\. Without an answer nothing is cancelled, and the request ends\./;
const GOES_ON = /Please answer before .*\d{4}.*\. Without an answer nothing is cancelled for now, and our team looks/;

describe('an answer that doesn’t come', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let offset = 0;
  async function start(policy: string): Promise<void> {
    desk = await startDesk({ policy, now: () => Date.now() + offset });
    story = storyOf(desk);
  }
  afterEach(async () => {
    await desk.close();
    offset = 0;
  });
  /** On paper and on the page behind it. */
  const says = async (mail: ReceivedMail, what: RegExp) => {
    expect(mail.text).toMatch(what);
    expect((await story.openFrom(mail.to, new RegExp(mail.subject.replace(/[()?#]/g, '.')))).html).toMatch(what);
  };
  const staffSend = async (values: Record<string, string>) => {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), values);
    return ref;
  };

  it('to a question ends the request, and the customer is told what it was that had none', async () => {
    await start('proof: { level: none }\n');
    const ref = await staffSend({ decision: 'ask', question: 'In which colour?' });
    await says(await story.mail(ANA, /A question about/), ENDS);
    offset = 8 * DAY;
    await story.reaches(ref, 'expired');
    const mail = await story.mail(ANA, /has ended/);
    expect(mail.text).toContain(`We got no answer from you, so request ${ref} to cancel order #1001 has ended.`);
    expect(mail.text).toContain('In which colour?');
    const page = await story.openFrom(ANA, /A question about/);
    expect(page.html).toContain('We got no answer to our question, so this request to cancel order #1001 has ended.');
    expect(page.html).toContain('If you still want to cancel, reply to our e-mail or send the form again.');
  });

  it('to an offer leaves it to staff', async () => {
    await start('proof: { level: none }\n');
    const ref = await staffSend({ decision: 'offer', offer: 'Keep it, and we wrap it.' });
    await says(await story.mail(ANA, /Before we cancel/), GOES_ON);
    offset = 8 * DAY;
    await story.reaches(ref, 'awaiting_decision');
  });

  it.each([
    ['staff', GOES_ON, 'awaiting_decision'],
    ['end', ENDS, 'expired'],
  ] as const)('to “Was it you?” is what the policy says: %s', async (otherwise, what, status) => {
    await start(`proof: { wait: 2d, otherwise: ${otherwise} }\n`);
    const ref = await story.respond('1001');
    await says(await story.mail(ANA, /Was it you/), what);
    offset = 3 * DAY;
    await story.reaches(ref, status);
  });

  it.each([
    ['staff', GOES_ON, 'needs_match'],
    ['end', ENDS, 'expired'],
  ] as const)('to “Which order?” is what the policy says: %s', async (otherwise, what, status) => {
    await start(`proof: { wait: 2d, otherwise: ${otherwise} }\n`);
    const ref = await story.respond('', ANA, { Message: 'please cancel my order' });
    await says(await story.mail(ANA, /Which order/), what);
    offset = 3 * DAY;
    await story.reaches(ref, status);
    if (status === 'expired') expect((await story.mail(ANA, /has ended/)).text).toContain('We got no answer from you');
  });

  it.each(['end', 'staff'])(
    'from the owner is nothing that a stranger is told of, where it leads to %s',
    async (otherwise) => {
      await start(`proof: { wait: 2d, otherwise: ${otherwise} }\n`);
      const [hit, miss] = [await story.respond('1001', MALLORY), await story.respond('7001', MALLORY)];
      await story.mail(ANA, /Was it you/);
      await story.reaches(miss, 'needs_match');
      for (const days of [3, 30]) {
        offset = days * DAY;
        if (days === 3) await story.reaches(hit, otherwise === 'end' ? 'needs_customer' : 'needs_match');
      }
      const seen = await Promise.all(
        [hit, miss].map(async (ref) => {
          const mail = await story.mail(MALLORY, new RegExp(`has ended.*${ref}`));
          const { html } = await story.openFrom(MALLORY, new RegExp(`We have your.*${ref}`));
          return `${mail.text}${html}`.replaceAll(ref, '');
        }),
      );
      expect(seen[0]).toBe(seen[1]);
      expect(seen[0]).toContain('has ended without a decision');
    },
  );
});
