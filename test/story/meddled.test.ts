/** Somebody works in the Shopify admin while a call of ours is lost: what is tried again must still be what was approved. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { type PageForm, sendAgreed, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Tap } from '../world/tap.ts';

const PLAIN = 'proof: { level: none }\nhold: false\n';
const DAY_MS = 24 * 60 * 60_000;

let desk: DeskUnderTest;
let story: Story;
afterEach(() => desk.close());

async function start(policy = PLAIN, more: Partial<Parameters<typeof startDesk>[0]> = {}): Promise<void> {
  desk = await startDesk({ policy, ...more });
  story = storyOf(desk);
}

const shop = () => desk.world.shopify;
const order = () => shop().state.order('#1001');
const lineId = () => order().lines[0]?.id ?? '';
const refunds = () => shop().state.ledger.flatMap(({ kind, amount }) => (kind === 'refund' ? [amount] : []));

async function asked(): Promise<{ ref: string; page: PageForm }> {
  const ref = await story.respond('1001');
  return { ref, page: await story.openFrom(SAM, new RegExp(ref)) };
}
const approve = (page: PageForm) => sendForm(page, { decision: 'approve', confirm: '1001' });
const approvePart = (page: PageForm) =>
  sendAgreed(page, { decision: 'part', [`take ${lineId()}`]: '1', confirm_part: '1001' });
const changeValues = () => ({ decision: 'change', [`keep ${lineId()}`]: '1', confirm_change: '1001' });
const approveChange = (page: PageForm) => sendAgreed(page, changeValues());

async function effectOf(ref: string, kind: string) {
  const request = await story.request(ref);
  const all = await desk.service.desk.store.records.effects.byRequest(request?.id ?? '');
  return all.find((effect) => effect.kind === kind) ?? null;
}

/** Lets the first call get lost, then lets somebody work in the admin, then lets ours go on. */
async function meanwhile(ref: string, kind: string, meddle: () => void): Promise<void> {
  await waitFor('a lost call', async () => ((await effectOf(ref, kind))?.attempts ?? 0) > 0);
  await desk.stopWorker();
  meddle();
  shop().faults.clear();
  await desk.restartWorker();
}

describe('what somebody did between the match and the approval', () => {
  it('is no witness to a part that was approved after it: it is called for again, and taken off once more', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.mail(SAM, new RegExp(ref));
    shop().state.refundByHand('#1001', 1890);
    const line = order().lines[0];
    if (line) Object.assign(line, { currentQuantity: 1, unfulfilledQuantity: 1 });
    desk.service.desk.freshOrder.forget(order().id);
    const page = await story.openFrom(SAM, new RegExp(ref));
    shop().faults.set({ kind: 'reset', only: ['RefundOrder'], times: 1 });
    await approvePart(page);
    await story.reaches(ref, 'part_cancelled');
    await story.mail(ANA, /Part of order #1001 is cancelled/);
    expect(refunds()).toEqual([1890, 1890]);
    expect(order().lines[0]).toMatchObject({ currentQuantity: 0 });
  });

  it('is what the page says and what the service does: no refund of ours beside one that was made by hand', async () => {
    await start(`${PLAIN}defaults: { amount: { less: 10 } }\n`);
    const ref = await story.respond('1001');
    await story.mail(SAM, new RegExp(ref));
    shop().state.refundByHand('#1001', 2000);
    desk.service.desk.freshOrder.forget(order().id);
    const page = await story.openFrom(SAM, new RegExp(ref));
    expect(page.html).toContain('Gives no money back: refund €122.20 yourself');
    await approve(page);
    const { payback } = await story.reaches(ref, 'cancelled');
    expect(payback).toMatchObject({ amount: { amount: '122.20' }, done: null });
    await story.mail(SAM, /pay €122.20 back/);
    expect(refunds()).toEqual([2000]);
  });
});

describe('while a part is being taken off', () => {
  it('somebody pays that very part back: it is done, and paid once', async () => {
    await start();
    const { ref, page } = await asked();
    shop().faults.set({ kind: 'reset', only: ['RefundOrder'] });
    await approvePart(page);
    await meanwhile(ref, 'shopify_part', () => {
      shop().state.refundByHand('#1001', 1890);
      const line = order().lines[0];
      if (line) Object.assign(line, { currentQuantity: 1, unfulfilledQuantity: 1 });
    });
    await story.reaches(ref, 'part_cancelled');
    expect(refunds()).toEqual([1890]);
  });

  it('somebody pays something else back: staff decide anew, and nothing of ours goes back', async () => {
    await start();
    const { ref, page } = await asked();
    shop().faults.set({ kind: 'reset', only: ['RefundOrder'] });
    await approvePart(page);
    await meanwhile(ref, 'shopify_part', () => shop().state.refundByHand('#1001', 500));
    expect((await story.reaches(ref, 'awaiting_decision')).trouble?.reason).toBe('order_changed');
    expect(refunds()).toEqual([500]);
  });
});

it('while a refund waits for Shopify, somebody pays by hand: nothing more goes back by itself, staff see to the rest', async () => {
  await start(`${PLAIN}defaults: { amount: { less_percent: 60 } }\n`);
  const { ref, page } = await asked();
  shop().faults.set({ kind: 'http_503', only: ['RefundOrder'] });
  await approve(page);
  await story.reaches(ref, 'cancelled');
  await meanwhile(ref, 'shopify_refund', () => shop().state.refundByHand('#1001', 4000));
  await story.mail(SAM, /pay .* back/);
  expect(refunds()).toEqual([4000]);
  expect((await story.request(ref))?.payback?.done).toBeNull();
});

it('while a change is lost, somebody changes the order: staff decide anew, and nothing is changed back', async () => {
  await start();
  const { ref, page } = await asked();
  shop().faults.set({ kind: 'reset', only: ['CommitEdit'], times: 1 });
  await approveChange(page);
  await meanwhile(ref, 'shopify_change', () => {
    const line = order().lines[0];
    if (line) Object.assign(line, { currentQuantity: 3, unfulfilledQuantity: 3 });
    shop().state.refundByHand('#1001', 100);
  });
  expect((await story.reaches(ref, 'awaiting_decision')).trouble?.reason).toBe('order_changed');
  expect(order().lines[0]?.currentQuantity).toBe(3);
  expect(story.ledger()).not.toContain('edit');
});

it('a cancellation whose answer is lost, and whose job takes longer than the settling time, is found done', async () => {
  await start(PLAIN, { world: { shopify: { jobMs: 1_500 } } });
  const { ref, page } = await asked();
  shop().faults.set({ kind: 'reset_after', only: ['CancelOrder'], times: 1 });
  await approve(page);
  await waitFor('Ana to be told', () => story.mailsTo(ANA).some((mail) => /is cancelled/.test(mail.subject)), 10_000);
  expect((await story.request(ref))?.status).toBe('cancelled');
  expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(1);
  expect(story.mailsTo(SAM).filter((mail) => /could not be cancelled/.test(mail.subject))).toEqual([]);
});

it('a lost call of a clock that was a day ahead is settled as soon as any, once the clock is right', async () => {
  let ahead = DAY_MS;
  await start(PLAIN, { now: () => Date.now() + ahead, world: { now: Date.now } });
  const { ref, page } = await asked();
  shop().faults.set({ kind: 'reset', only: ['CancelOrder'], times: 1 });
  await approve(page);
  await story.reaches(ref, 'executing');
  ahead = 0;
  await story.reaches(ref, 'cancelled');
  expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(1);
});

describe('while its order is read, somebody else writes to the request: it is looked at anew, and done once', () => {
  const approveReturn = (page: PageForm) =>
    sendForm(page, { decision: 'return', instructions: 'Send it back', confirm_return: '1001' });
  it.each([
    ['whole', approve, 'cancelled', 'cancel'],
    ['part', approvePart, 'part_cancelled', 'refund'],
    ['change', approveChange, 'changed', 'edit'],
    ['return', approveReturn, 'return_opened', 'return'],
  ] as const)('%s', async (way, decide, ends, done) => {
    let meddle: (() => void) | null = null;
    const tap: Tap = (outside, moment) => {
      if (outside !== 'shopify' || moment !== 'answering') return;
      meddle?.();
      meddle = null;
    };
    await start(PLAIN, { world: { tap } });
    if (way === 'return') shop().state.fulfilByHand('#1001');
    const { ref, page } = await asked();
    await desk.stopWorker();
    await decide(page);
    meddle = () => {
      const file = new DatabaseSync(`${desk.config.dataDir}/cancel-desk.sqlite`);
      file.exec('update requests set revision = revision + 1');
      file.close();
    };
    await desk.restartWorker();
    await story.reaches(ref, ends);
    expect(meddle).toBeNull();
    expect(story.ledger().filter((kind) => kind === done)).toHaveLength(1);
  });
});

describe('what was carried out, and can’t be looked at afterwards', () => {
  it.each([
    ['return', 'return_opened', 'return', 'reset'],
    ['return', 'return_opened', 'return', 'bad_request'],
    ['change', 'changed', 'edit', 'reset'],
    ['change', 'changed', 'edit', 'bad_request'],
  ] as const)('is found done: %s, %s, %s, %s', async (way, ends, done, kind) => {
    let armed = true;
    const tap: Tap = (outside, moment) => {
      const isDone = armed && outside === 'shopify' && moment === 'answering' && story.ledger().includes(done);
      if (!isDone) return;
      armed = false;
      shop().faults.set({ kind, only: ['OrderForDecision'], times: kind === 'reset' ? 4 : 1 });
    };
    await start(PLAIN, { world: { tap } });
    if (way === 'return') shop().state.fulfilByHand('#1001');
    const { ref, page } = await asked();
    const opening = { decision: 'return', instructions: 'Send it back', confirm_return: '1001' };
    await (way === 'return' ? sendForm(page, opening) : approveChange(page));
    await story.reaches(ref, ends);
    expect(armed).toBe(false);
    expect(story.ledger().filter((one) => one === done)).toHaveLength(1);
    if (way === 'change') await waitFor('the difference to go back', () => refunds().length === 1);
  });
});

describe('a call that the app has no permission for', () => {
  it.each([
    ['return', 'OpenReturn', 'return_refused', /no return could be opened for #1001/],
    ['change', 'BeginEdit', 'change_refused', /#1001 could not be changed/],
  ] as const)('is a person’s after some tries: %s', async (way, only, reason, told) => {
    await start(PLAIN, { timings: { deniedPause: 50 } });
    if (way === 'return') shop().state.fulfilByHand('#1001');
    const { ref, page } = await asked();
    const opening = { decision: 'return', instructions: 'Send it back', confirm_return: '1001' };
    // Staff see what a change comes to before it is refused.
    const shown = way === 'change' ? await sendForm(page, changeValues()) : page;
    shop().faults.set({ kind: 'access_denied', only: [only] });
    await sendForm(shown, way === 'return' ? opening : changeValues());
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe(reason);
    await story.mail(SAM, told);
  });

  it('stands as open until a call of it is answered, and is told in one mail', async () => {
    await start(PLAIN, { timings: { deniedPause: 50 } });
    const { ref, page } = await asked();
    shop().faults.set({ kind: 'access_denied', only: ['CancelOrder'] });
    await approve(page);
    const calls = () => shop().requests.filter(({ operationName }) => operationName === 'CancelOrder').length;
    await waitFor('many tries', () => calls() >= 6, 20_000);
    const { incidents } = desk.service.desk.store.records;
    expect((await incidents.list()).map(({ code }) => code)).toEqual(['shopify_denied']);
    expect(story.mailsTo(SAM).filter(({ subject }) => subject.includes('shopify_denied'))).toHaveLength(1);
    shop().faults.clear();
    await story.reaches(ref, 'cancelled');
    await waitFor('the incident to be over', async () => (await incidents.list()).length === 0);
  });
});

describe('a call that Shopify refuses in no way that we know', () => {
  it.each([
    ['part', approvePart, 'part_cancelled'],
    ['change', approveChange, 'changed'],
    ['whole', approve, 'cancelled'],
  ] as const)('once, is made again: %s', async (_, decide, ends) => {
    await start();
    const { ref, page } = await asked();
    await desk.stopWorker();
    await decide(page);
    shop().faults.set({ kind: 'bad_request', times: 1 });
    await desk.restartWorker();
    await story.reaches(ref, ends);
  });

  it.each([
    ['reading the order', approvePart, 'OrderForDecision'],
    ['orderCancel', approve, 'CancelOrder'],
  ] as const)('again and again, is a person’s, who is told what Shopify said: %s', async (_, decide, only) => {
    await start();
    const { ref, page } = await asked();
    shop().faults.set({ kind: 'bad_request', only: [only] });
    await decide(page);
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe('shopify_refused');
    await story.mail(SAM, /could not be cancelled/);
    expect(story.ledger()).toEqual([]);
  });

  it('for a return, is a person’s at once', async () => {
    await start();
    shop().state.fulfilByHand('#1001');
    const { ref, page } = await asked();
    shop().faults.set({ kind: 'bad_request', only: ['OpenReturn'] });
    await sendForm(page, { decision: 'return', instructions: 'Send it back', confirm_return: '1001' });
    expect((await story.reaches(ref, 'failed')).trouble?.reason).toBe('return_refused');
  });

  it('for a promised code, ends with staff, who make one by hand', async () => {
    await start();
    const { page } = await asked();
    await sendForm(page, { decision: 'offer', offer: 'Keep it for less.', percent: '10' });
    shop().faults.set({ kind: 'bad_request', only: ['CreateDiscount'] });
    await sendForm(await story.openFrom(ANA, /Before we cancel/), { action: 'offer', offer: 'accept' });
    await story.mail(SAM, /discount code could not be made/);
  });

  it('for the hold, is shown to staff, and the operator has it', async () => {
    await start('proof: { level: none }\n');
    shop().faults.set(
      { kind: 'reset', only: ['HoldFulfillmentOrder'], times: 1 },
      { kind: 'bad_request', only: ['HoldsOfOrder'] },
    );
    const ref = await story.respond('1001');
    await waitFor('the page to say so', async () => (await story.request(ref))?.hold?.state === 'refused');
    const { quarantine } = desk.service.desk.store.records;
    await waitFor('it to be set aside', async () => (await quarantine.counts()).effect === 1, 15_000);
  });
});
