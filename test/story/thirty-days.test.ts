/**
 * Thirty days in which nobody answers and nothing mends: at the end every request is over, or lies before people who have
 * been told again and again; and nothing is tried more often than at the beginning.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestStatus } from '../../src/domain/cancellation-request.ts';
import { sendForm } from '../support/page.ts';
import { signIn } from '../support/staff-browser.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { DAY, type DeskInVirtualTime, HOUR, MINUTE, startInVirtualTime } from '../support/virtual-time.ts';
import type { OrderSpec } from '../world/shopify/make-order.ts';

const BOSS = 'boss@pine-and-loom.example';
const POLICY = `
reminders: { after: 16h, escalate: [${BOSS}] }
limits: { staff_mails: 100000, mails_per_source: 100000 }
rules:
  - { name: two, when: { order_tags: [dear] }, then: staff, approvals: 2 }
  - { name: sam alone, then: staff, people: [${SAM}] }
`;

let desk: DeskInVirtualTime;
let story: Story;
afterEach(() => desk.close());

async function start(more = ''): Promise<void> {
  desk = await startInVirtualTime({
    policy: POLICY + more,
    sources: ['forms'],
    env: { STAFF_EMAILS: `${SAM},${BOSS}`, TIME_ZONE: 'Europe/Helsinki' },
    world: { google: { emailCollectionType: 'VERIFIED' } },
  });
  story = storyOf(desk);
}

interface Asked {
  readonly ref: string;
  readonly order: string;
  readonly email: string;
}

let people = 0;
/** Somebody who fills in the form, signed in with the address on the order. */
async function asks(spec: OrderSpec = {}): Promise<Asked> {
  people += 1;
  const email = `somebody-${people}@customer.example`;
  const order = desk.world.shopify.state.addOrder({ email, ...spec }).name;
  desk.world.google.form.submit(email, { '1a2b3c01': order });
  await desk.pass(MINUTE, MINUTE);
  const [request] = await desk.service.desk.store.records.requests.ofCustomer(email, 1);
  return { ref: request?.ref ?? '', order, email };
}

/** As Sam does by the mail. */
async function decide({ ref, order }: Asked, values: Record<string, string>): Promise<void> {
  const page = await story.openFrom(SAM, new RegExp(ref));
  expect((await sendForm(page, { confirm: order.slice(-4), ...values })).status).toBe(200);
  await desk.settle();
}
const approve = (asked: Asked) => decide(asked, { decision: 'approve' });
const reminders = (to: string, ref: string) =>
  story.mailsTo(to).filter(({ subject }) => /Reminder/.test(subject) && subject.includes(ref)).length;

/** The waits between tries are drawn by lot. */
const MOST_MORE = 1.3;

async function callsOfAnHour(): Promise<number> {
  const before = desk.calls();
  await desk.pass(HOUR, 4 * MINUTE);
  return desk.calls() - before;
}

/** Returns how often the outside was called in an hour of the sixteenth day, and in the same one of the thirtieth. */
async function passThirtyDays(): Promise<{ early: number; late: number }> {
  await desk.pass(HOUR, 20 * MINUTE);
  await desk.pass(15 * DAY, DAY);
  const early = await callsOfAnHour();
  await desk.pass(14 * DAY - HOUR, DAY);
  return { early, late: await callsOfAnHour() };
}

async function unreadiness(): Promise<unknown> {
  return ((await (await fetch(`${desk.origin}/readyz`)).json()) as { problems: unknown }).problems;
}

/** As the queue shows it. */
async function toDo(): Promise<string> {
  await desk.restartWorker();
  return (await (await signIn(desk)).open('/queue')).html;
}

/** What happens to a request, and how it ends; "to do": it doesn't, and lies before staff. */
type Situation = readonly [
  name: string,
  spec: OrderSpec,
  happens: (asked: Asked) => Promise<void>,
  ends: RequestStatus | 'to do',
];

const nothing = async () => {};
const SITUATIONS: readonly Situation[] = [
  ['nobody decides', {}, nothing, 'expired'],
  ['one of two people approves', { tags: ['dear'] }, approve, 'expired'],
  [
    'the customer doesn’t answer a question',
    {},
    (asked) => decide(asked, { decision: 'ask', question: 'Which?' }),
    'expired',
  ],
  [
    'the customer doesn’t answer an offer',
    {},
    (asked) => decide(asked, { decision: 'offer', offer: 'Keep it?' }),
    'expired',
  ],
  ['the payment never comes', { kind: 'pending' }, nothing, 'expired'],
  ['the label is never voided', { kind: 'label_bought' }, nothing, 'expired'],
  ['the fulfilment service never answers', { kind: 'in_progress' }, approve, 'to do'],
  ['Shopify’s job never ends', {}, approveWith('never'), 'to do'],
  ['Shopify’s job fails', {}, approveWith('fails'), 'to do'],
  ['the bank refuses the refund, and nobody pays it back', {}, approveWith('refund_fails'), 'to do'],
  [
    'no mail reaches the customer, and nobody tells them',
    {},
    async (asked) => {
      desk.world.inbox.refused.add(asked.email);
      await approve(asked);
    },
    'to do',
  ],
];

function approveWith(kind: 'never' | 'fails' | 'refund_fails') {
  return (asked: Asked) => {
    desk.world.shopify.jobFaults.set({ kind, times: 1 });
    return approve(asked);
  };
}

describe('after thirty days', () => {
  it('every request is over, or staff have it in the queue and were told again and again', async () => {
    await start('hold: false\n');
    const asked: Asked[] = [];
    for (const [, spec, happens] of SITUATIONS) {
      const one = await asks(spec);
      await happens(one);
      asked.push(one);
    }
    // These two are never vouched for: the address on the order is asked, and says nothing.
    const { name } = desk.world.shopify.state.addOrder({ email: 'silent@customer.example' });
    const unproven = [
      await story.respond(name, 'silent@customer.example'),
      await story.respond('', 'silent@customer.example'),
    ];
    await desk.pass(20 * MINUTE, 5 * MINUTE);
    const stuck = asked[SITUATIONS.findIndex(([what]) => /never ends/.test(what))]?.ref ?? '';
    expect((await story.mail(SAM, new RegExp(`${stuck}.*could not be cancelled`))).text).toContain('for a long time');

    const { early, late } = await passThirtyDays();
    expect(late).toBeLessThan(MOST_MORE * early);
    const queue = await toDo();
    for (const [i, [what, , , ends]] of SITUATIONS.entries()) {
      const { ref, email } = asked[i] as Asked;
      if (ends === 'to do') {
        expect(queue, what).toContain(ref);
        expect(
          [reminders(SAM, ref), reminders(BOSS, ref)].every((count) => count > 2),
          what,
        ).toBe(true);
      } else {
        expect(queue, what).not.toContain(ref);
        expect((await story.request(ref))?.status, what).toBe(ends);
        await story.mail(email, new RegExp(`has ended.*${ref}`));
      }
    }
    for (const ref of unproven) expect((await story.request(ref))?.status).toBe('expired');
  }, 60_000);

  it('of a mail server that is away: what waits is in the queue, what was to be said is a task, and staff are told when it is back', async () => {
    await start();
    const [undecided, cancelled] = [await asks(), await asks()];
    await approve(cancelled);
    await desk.world.inbox.goAway();
    await desk.pass(MINUTE, MINUTE);
    expect(story.ledger()).toContain('cancel');
    const later = await asks();
    const { early, late } = await passThirtyDays();
    expect(late).toBeLessThan(MOST_MORE * early);
    expect(await unreadiness()).toEqual(['smtp_unreachable']);
    expect(desk.world.inbox.mails.filter(({ subject }) => /is cancelled|has ended/.test(subject))).toEqual([]);
    await desk.world.inbox.comeBack();
    await desk.pass(3 * DAY, 12 * HOUR);
    expect(await unreadiness()).toEqual([]);
    const queue = await toDo();
    for (const { ref } of [undecided, cancelled, later]) {
      // The first and the last have expired; that nobody could say so is left to do.
      expect((await story.request(ref))?.undelivered?.notices).toHaveLength(
        ref === cancelled.ref ? 1 : ref === later.ref ? 2 : 1,
      );
      expect(queue).toContain(ref);
      expect(reminders(SAM, ref)).toBeGreaterThan(0);
    }
  }, 60_000);

  it('of a Shopify that refuses us: nothing is lost, staff have what was approved, promised and held', async () => {
    await start();
    const [approved, declined, promised] = [await asks(), await asks(), await asks()];
    await decide(promised, { decision: 'offer', offer: 'Keep it, and get a code.', percent: '10' });
    await desk.settle();
    desk.world.shopify.faults.set({ kind: 'access_denied' });
    await approve(approved);
    await decide(declined, { decision: 'decline', reason: 'It is engraved already.' });
    await sendForm(await story.openFrom(promised.email, /Before we cancel/), { action: 'offer', offer: 'accept' });
    const { name } = desk.world.shopify.state.addOrder({ email: 'late@customer.example' });
    const received = await story.respond(name, 'late@customer.example');
    const { early, late } = await passThirtyDays();
    expect(late).toBeLessThan(MOST_MORE * early);
    expect(await unreadiness()).toEqual(['shopify_denied']);
    for (const person of [SAM, BOSS]) {
      expect(story.mailsTo(person).filter(({ subject }) => /shopify_denied/.test(subject))).toHaveLength(1);
    }
    await story.mail(SAM, new RegExp(`${promised.ref}.*code could not be made`));
    expect((await story.request(received))?.status).toBe('received');
    desk.world.shopify.faults.clear();
    const queue = await toDo();
    for (const { ref } of [approved, declined]) {
      expect(queue).toContain(ref);
      expect(reminders(BOSS, ref)).toBeGreaterThan(2);
    }
    await desk.stopWorker();
    await desk.pass(3 * HOUR, HOUR);
    expect((await story.request(approved.ref))?.status).toBe('cancelled');
    expect((await story.request(declined.ref))?.hold?.state).toBe('released');
    expect((await story.request(received))?.status).toBe('needs_customer');
  }, 60_000);
});
