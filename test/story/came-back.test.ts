/** Mails that their server took and that came back later. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { signWebhook } from '../support/webhook.ts';
import { deliveryReport, type ReportOptions } from '../world/mail/delivery-report.ts';
import type { ReceivedMail } from '../world/mail/inbox.ts';

describe('a mail that comes back', () => {
  let desk: DeskUnderTest;
  let story: Story;

  beforeEach(async () => {
    desk = await startDesk({ policy: null });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  async function post(raw: string, headers = signWebhook('bounce', raw)) {
    const answer = await fetch(`${desk.origin}/intake/bounce`, { method: 'POST', headers, body: raw });
    return { status: answer.status, json: (await answer.json()) as { noted?: number } };
  }
  const comesBack = (mail: ReceivedMail, options?: ReportOptions) => post(deliveryReport(mail, options));

  async function cancelled(): Promise<{ ref: string; mail: ReceivedMail }> {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await sendForm(await story.openFrom(SAM, /cancel #1001\?/), { decision: 'approve', confirm: '1001' });
    return { ref, mail: await story.mail(ANA, /Order #1001 is cancelled/) };
  }

  it('is a task for staff, with the address, until it is corrected; the cancellation stays done once', async () => {
    const { ref, mail } = await cancelled();
    await story.reaches(ref, 'cancelled');
    expect(await comesBack(mail)).toEqual({ status: 202, json: { noted: 1 } });
    expect((await story.mail(SAM, /could not be told/)).text).toContain(ANA);
    const browser = await signIn(desk);
    expect((await browser.open('/queue')).html).toContain(ref);
    const page = await browser.open(`/requests/${ref}`);
    expect(page.html).toContain('came back: 5.1.1');
    await browser.send(page, { decision: 'correct_address', email: 'ana@new.example' });
    await story.mail('ana@new.example', /Order #1001 is cancelled/);
    expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(1);
  });

  it('is noted once, however often the report comes', async () => {
    const { ref, mail } = await cancelled();
    await story.reaches(ref, 'cancelled');
    await comesBack(mail, { quotes: 'mail' });
    expect((await comesBack(mail)).json).toEqual({ noted: 0 });
    expect((await story.events(ref)).filter((type) => type === 'mail_failed')).toHaveLength(1);
  });

  it('is found by its recipient when a provider has changed the Message-ID', async () => {
    const { ref, mail } = await cancelled();
    await story.reaches(ref, 'cancelled');
    expect((await comesBack(mail, { messageId: '<0102018f@eu-west-1.amazonses.example>' })).json).toEqual({ noted: 1 });
    expect((await story.request(ref))?.undelivered).toEqual({ address: ANA, notices: ['customer-cancelled'] });
  });

  it('ends the waiting for an answer that can’t come', async () => {
    const ref = await story.respond('1001');
    await comesBack(await story.mail(ANA, /Was it you/));
    expect((await story.reaches(ref, 'awaiting_decision')).trouble?.reason).toBe('bounced_confirmation');
  });

  it('changes nothing when it is only late, was delivered, or is nobody’s', async () => {
    const { ref, mail } = await cancelled();
    await story.reaches(ref, 'cancelled');
    for (const action of ['delayed', 'delivered'] as const) {
      expect((await comesBack(mail, { action })).json).toEqual({ noted: 0 });
    }
    const others = deliveryReport(mail).replaceAll('@pine-and-loom.example', '@elsewhere.example');
    expect((await post(others)).json).toEqual({ noted: 0 });
    expect((await post('Subject: hello\r\n\r\nHow are you?')).json).toEqual({ noted: 0 });
    expect((await story.request(ref))?.undelivered).toBeNull();
  });

  it('is not believed without our signature', async () => {
    const { ref, mail } = await cancelled();
    await story.reaches(ref, 'cancelled');
    const raw = deliveryReport(mail);
    expect((await post(raw, signWebhook('bounce', `${raw} `))).status).toBe(401);
    expect((await post(raw, {} as ReturnType<typeof signWebhook>)).status).toBe(401);
    expect((await story.request(ref))?.undelivered).toBeNull();
  });

  it('of staff is in the history, and stops nothing', async () => {
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await comesBack(await story.mail(SAM, /cancel #1001\?/));
    await waitFor('the note', async () => (await story.events(ref)).includes('mail_failed'));
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });
});
