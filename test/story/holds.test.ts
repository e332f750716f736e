/** The parcel waits while people think: held by our handle, released by it, nobody else's touched. */
import { afterEach, describe, expect, it } from 'vitest';
import { TIMINGS } from '../../src/steps/desk.ts';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const NO_PROOF = 'proof: { level: none }\n';
const READ_ONLY = ['read_orders', 'write_orders', 'read_merchant_managed_fulfillment_orders'];

describe.each(storeKinds())('holds, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;

  async function start(options: DeskOptions = {}): Promise<void> {
    desk = await startDesk({ store, policy: NO_PROOF, ...options });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  const holdsOn = (name: string) => desk.world.shopify.state.order(name).fulfillmentOrders.flatMap((one) => one.holds);
  const held = (ref: string) =>
    waitFor(`${ref} to hold`, async () => {
      const state = (await story.request(ref))?.hold?.state;
      return state && state !== 'asked' ? state : null;
    });
  const decline = async (ref: string) =>
    sendForm(await openPage(linkIn((await story.mail(SAM, new RegExp(ref))).text, 'd')), {
      decision: 'decline',
      reason: 'Too late',
    });

  it('holds under a handle of the request, says so, and lets go when staff decline', async () => {
    await start();
    const ref = await story.respond('1001');
    expect(await held(ref)).toBe('held');
    expect(holdsOn('#1001').map((hold) => hold.handle)).toEqual([`cancel-desk-${ref}-1`]);
    expect((await story.openFrom(SAM, new RegExp(ref))).html).toContain('The parcel is held.');
    await decline(ref);
    await waitFor('the release', () => holdsOn('#1001').length === 0);
    expect(story.ledger()).toEqual(['hold', 'release_hold']);
  });

  it('says that it has let go also after a question that was answered, which is another version', async () => {
    await start();
    const ref = await story.respond('1001');
    await held(ref);
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(page, { decision: 'ask', question: 'Which colour?' });
    const asked = await openPage(linkIn((await story.mail(ANA, /A question/)).text, 'r'));
    await sendForm(asked, { action: 'answer', answer: 'Moss' });
    await story.reaches(ref, 'awaiting_decision');
    const again = await desk.world.inbox.waitFor(
      'the second mail to Sam',
      ({ to, subject }) => to === SAM && subject.includes(ref) && story.mailsTo(SAM).length > 1,
    );
    const last = story.mailsTo(SAM).at(-1) ?? again;
    await sendForm(await openPage(linkIn(last.text, 'd')), { decision: 'decline', reason: 'Too late' });
    await waitFor('the release', async () => (await story.request(ref))?.hold?.state === 'released');
    expect(holdsOn('#1001')).toEqual([]);
  });

  it("never releases somebody else's hold", async () => {
    await start();
    desk.world.shopify.state.holdByHand('#1001', 'fraud-check');
    const ref = await story.respond('1001');
    await held(ref);
    await decline(ref);
    await waitFor('the release', () => story.ledger().includes('release_hold'));
    expect(holdsOn('#1001').map((hold) => hold.handle)).toEqual(['fraud-check']);
  });

  it.each([
    ['the customer withdraws', 'withdrawn'],
    ['nobody decides in time', 'expired'],
  ] as const)('lets go when %s', async (_, status) => {
    await start(status === 'expired' ? { timings: { requestExpires: 400 } } : {});
    const ref = await story.respond('1001');
    await held(ref);
    if (status === 'withdrawn') {
      const page = await story.openFrom(ANA, /We have your/);
      await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    }
    await story.reaches(ref, status);
    await waitFor('the release', () => holdsOn('#1001').length === 0);
  });

  it('holds the other order when an edited response names it, and lets go of the first', async () => {
    await start({ sources: ['forms'] });
    const response = desk.world.google.form.submit(ANA, { '1a2b3c01': '1001' });
    await waitFor('the first hold', () => holdsOn('#1001').length === 1);
    desk.world.google.form.edit(response.responseId, { '1a2b3c01': '1002' });
    await waitFor('the release', () => holdsOn('#1001').length === 0);
    expect(story.ledger().filter((kind) => kind === 'release_hold')).toHaveLength(1);
  });

  it('holds again when an edited response names the same order', async () => {
    await start({ sources: ['forms'] });
    const response = desk.world.google.form.submit(ANA, { '1a2b3c01': '1001' });
    await waitFor('the first hold', () => holdsOn('#1001').length === 1);
    desk.world.google.form.edit(response.responseId, { '1a2b3c04': 'please hurry' });
    await waitFor('the second hold alone', () =>
      /^cancel-desk-CR-\w+-2$/.test(
        holdsOn('#1001')
          .map((hold) => hold.handle)
          .join(' '),
      ),
    );
  });

  it('holds nothing after the release was owed, though Shopify was away until then', async () => {
    await start();
    await desk.service.desk.shop();
    desk.world.shopify.faults.set({ kind: 'http_503', only: ['HoldFulfillmentOrder'] });
    const ref = await story.respond('1001');
    await decline(ref);
    desk.world.shopify.faults.clear();
    await waitFor('both to be over', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
    expect(holdsOn('#1001')).toEqual([]);
  });

  it.each([
    ['the answer to the hold is lost', 'HoldFulfillmentOrder'],
    ['the answer to the release is lost', 'ReleaseHolds'],
  ])('holds once and releases once when %s', async (_, operation) => {
    await start();
    desk.world.shopify.faults.set({ kind: 'reset_after', only: [operation], times: 2 });
    const ref = await story.respond('1001');
    await held(ref);
    await decline(ref);
    await waitFor('the release', () => holdsOn('#1001').length === 0 && story.ledger().length === 2);
    expect(story.ledger()).toEqual(['hold', 'release_hold']);
  });

  describe('when the process stood still while it held, and another one has let go meanwhile', () => {
    let ahead: number;
    /** Declines while a call of the hold is under way, and lets another process see to what is owed. */
    async function standStill(...faults: Parameters<typeof desk.world.shopify.faults.set>): Promise<void> {
      ahead = 0;
      await start({ now: () => Date.now() + ahead });
      desk.world.shopify.faults.set(...faults);
      const ref = await story.respond('1001');
      await story.mail(SAM, new RegExp(ref));
      await waitFor('the call', () => desk.world.shopify.faults.waiting === 1);
      await decline(ref);
      ahead = 2 * TIMINGS.lease;
      const { effects } = (await desk.join()).desk.store.records;
      await waitFor('the other one to have let go', async () => (await effects.countOpen()) === 0);
    }

    it('releases again what was held after that', async () => {
      await standStill({ kind: 'kept_waiting', only: ['HoldFulfillmentOrder'], times: 1 });
      expect(story.ledger()).toEqual([]);
      desk.world.shopify.faults.clear();
      await waitFor('the release', () => story.ledger().includes('release_hold'));
      expect(story.ledger()).toEqual(['hold', 'release_hold']);
      expect(holdsOn('#1001')).toEqual([]);
    });

    it('holds nothing more', async () => {
      await standStill(
        { kind: 'http_503', only: ['HoldFulfillmentOrder'], times: 1 },
        // Looked at before the second try.
        { kind: 'kept_waiting', only: ['HoldsOfOrder'], times: 1 },
      );
      desk.world.shopify.faults.clear();
      await desk.stopWorker();
      expect(story.ledger()).toEqual([]);
    });
  });

  it('keeps trying to let go when Shopify refuses, and does not say that it has', async () => {
    await start();
    const ref = await story.respond('1001');
    await held(ref);
    desk.world.shopify.state.refusesReleases = true;
    await decline(ref);
    await waitFor('a refusal', () => desk.logLines.some((line) => line.includes('refuses to release')));
    expect((await story.request(ref))?.hold?.state).toBe('held');
    desk.world.shopify.state.refusesReleases = false;
    await waitFor('the release', () => holdsOn('#1001').length === 0);
    await waitFor('the word', async () => (await story.request(ref))?.hold?.state === 'released');
  });

  it('goes on without the scope, and the page warns', async () => {
    await start({ world: { shopify: { scopes: READ_ONLY } } });
    const ref = await story.respond('1001');
    expect(await held(ref)).toBe('no_scope');
    const page = await story.openFrom(SAM, new RegExp(ref));
    expect(page.html).toContain('lacks the scope write_merchant_managed_fulfillment_orders');
    expect(page.buttons).toContain('approve');
  });

  it('says honestly when it came too late', async () => {
    await start();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA, kind: 'in_progress' });
    const ref = await story.respond(name);
    expect(await held(ref)).toBe('too_late');
    expect((await story.openFrom(SAM, new RegExp(ref))).html).toContain(
      'the warehouse had begun before the request came',
    );
  });

  it('asks a fulfilment service that has accepted the order, and cancels when it lets go', async () => {
    await start();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA, kind: 'in_progress' });
    const ref = await story.respond(name);
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(page, { decision: 'approve', confirm: name.slice(-4) });
    await waitFor('the question', () => story.ledger().includes('ask_warehouse'));
    await waitFor('another look', async () => (await story.events(ref)).includes('warehouse_asked'));
    expect(story.ledger()).not.toContain('cancel');
    desk.world.shopify.state.answerAsWarehouse(name, true);
    await story.reaches(ref, 'cancelled');
    expect(story.ledger().filter((kind) => kind === 'ask_warehouse' || kind === 'cancel')).toEqual([
      'ask_warehouse',
      'cancel',
    ]);
  });

  it('leaves an order to staff that the fulfilment service keeps', async () => {
    await start();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA, kind: 'in_progress' });
    const ref = await story.respond(name);
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: name.slice(-4) });
    await waitFor('the question', () => story.ledger().includes('ask_warehouse'));
    desk.world.shopify.state.answerAsWarehouse(name, false);
    const request = await story.reaches(ref, 'failed');
    expect(request.trouble?.reason).toBe('warehouse_refused');
    expect(story.ledger()).not.toContain('cancel');
  });
});
