/** What is left to do of a request that is decided: nobody forgets it, and its link is always a living one. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { signWebhook } from '../support/webhook.ts';
import { deliveryReport } from '../world/mail/delivery-report.ts';

const EVA = 'eva@customer.example';
const BOSS = 'boss@pine-and-loom.example';
const DAY = 24 * 3_600_000;
const ALWAYS = 'working_time: { days: [mon, tue, wed, thu, fri, sat, sun], opens: "00:00", closes: "23:59" }';
const REMINDED = `${ALWAYS}\nreminders: { after: 1d, escalate: [${BOSS}] }\n`;

describe('what is left to do', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let offset = 0;
  async function start(policy: string): Promise<void> {
    offset = 0;
    desk = await startDesk({
      policy: `${policy}rules: [{ name: sams, then: staff, people: [${SAM}] }]\n`,
      now: () => Date.now() + offset,
      env: { STAFF_EMAILS: `${SAM},${BOSS}` },
    });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());
  const reminders = (to: string) => story.mailsTo(to).filter(({ subject }) => /^Reminder/.test(subject));

  async function paidByHand(): Promise<string> {
    const order = desk.world.shopify.state.addOrder({ email: EVA, gatewayNames: ['Bank Deposit'] });
    for (const one of order.transactions) Object.assign(one, { gateway: 'Bank Deposit' });
    const ref = await story.respond(order.name, EVA);
    const page = await story.openFrom(SAM, new RegExp(`${ref}: cancel`));
    await sendForm(page, { decision: 'approve', confirm: order.name.slice(-4) });
    await story.reaches(ref, 'cancelled');
    return ref;
  }

  it('is reminded of, money to pay back, with a link that lives, and escalated, until it is done', async () => {
    await start(PLAIN_POLICY + REMINDED);
    const ref = await paidByHand();
    const first = linkIn((await story.mail(SAM, /pay .* back/)).text, 'd');
    for (const time of [1, 2]) {
      offset += 2 * DAY;
      await waitFor(`reminder ${time}`, () => reminders(SAM).length === time);
    }
    expect(reminders(BOSS)).toHaveLength(1);
    expect((await openPage(first)).status).toBe(404);
    const { text } = reminders(SAM)[1] ?? { text: '' };
    expect(text).toContain('to pay back');
    expect(text).not.toContain('still waits for an answer');
    await sendForm(await openPage(linkIn(text, 'd')), {
      decision: 'paid_back',
      how: 'bank transfer',
      on: '2026-11-24',
    });
    expect((await story.request(ref))?.payback?.done).not.toBeNull();
    offset += 5 * DAY;
    await story.respond('#7001', 'nobody@nowhere.example');
    await story.mail(SAM, /which order/);
    expect(reminders(SAM)).toHaveLength(2);
  });

  it('is reminded of, a customer whom no mail reaches', async () => {
    await start(PLAIN_POLICY + REMINDED);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, /cancel #1001/), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    const report = deliveryReport(await story.mail(ANA, /is cancelled/));
    await fetch(`${desk.origin}/intake/bounce`, { method: 'POST', headers: signWebhook('b', report), body: report });
    await story.mail(SAM, /could not be told/);
    offset += 2 * DAY;
    await waitFor('the reminder', () => reminders(SAM).length === 1);
    const { text } = reminders(SAM)[0] ?? { text: '' };
    expect(text).toContain(`No mail gets through to ${ANA}`);
    await sendForm(await openPage(linkIn(text, 'd')), { decision: 'correct_address', email: 'ana@new.example' });
    await story.mail('ana@new.example', /is cancelled/);
  });

  it('comes back with a mail when it was put off', async () => {
    await start(PLAIN_POLICY);
    const ref = await paidByHand();
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'snooze', days: '1' });
    expect((await browser.open('/queue')).html).not.toContain(ref);
    offset += 2 * DAY;
    await waitFor('a mail', () => reminders(SAM).length === 1);
    expect((await (await signIn(desk)).open('/queue')).html).toContain(ref);
  });

  it('stands in the list of what waits', async () => {
    await start(PLAIN_POLICY.replace('staff_mails: 100000', 'staff_mails: 1'));
    const ref = await paidByHand();
    const others = [await story.respond('#7001', 'nobody@nowhere.example'), await story.respond('1001')];
    const list = await story.mail(SAM, /3 cancellation requests wait/);
    for (const one of [ref, ...others]) expect(list.text).toContain(one);
  });
});
