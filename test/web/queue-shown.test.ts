/** What the queue says and does of several requests at once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const KIM = 'kim@pine-and-loom.example';

describe.each(storeKinds())('the queue, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let sam: StaffBrowser;
  async function start(policy: string): Promise<void> {
    desk = await startDesk({ store, policy: PLAIN_POLICY + policy, env: { STAFF_EMAILS: `${SAM},${KIM}` } });
    story = storyOf(desk);
    sam = await signIn(desk);
  }

  describe('of many', () => {
    beforeAll(async () => {
      await start('');
      for (let i = 0; i < 55; i += 1) await story.respond(`70${i}`, `many${i}@bulk.example`);
      const { requests } = desk.service.desk.store.records;
      await waitFor('all to wait', async () => (await requests.counts(['needs_match'])).needs_match === 55, 20_000);
    }, 60_000);
    afterAll(() => desk.close());

    const linkTo = (html: string, text: string) =>
      (new RegExp(`href="([^"]*)"[^>]*>${text}<`).exec(html)?.[1] ?? '')
        .replaceAll('&#x3D;', '=')
        .replaceAll('&amp;', '&');
    const refs = (html: string) => [...html.matchAll(/name="ref" value="([^"]*)"/g)].map(([, ref = '']) => ref);

    it('goes on with what fits in part on the next page', async () => {
      expect(refs((await sam.open('/queue?q=bulk.example')).html)).toHaveLength(50);
      expect(refs((await sam.open('/queue?q=bulk.example&page=2')).html)).toHaveLength(5);
    });

    it('says in which other view something is found, and who asks', async () => {
      const { html } = await sam.open('/queue?view=ended&q=many3@bulk.example');
      expect(html.replaceAll('&#x3D;', '=')).toMatch(
        /found in:\s*<a href="\/queue\?view=to_do[^"]*q=many3%40bulk.example">To do/,
      );
      expect((await sam.open('/queue?q=many3@bulk.example')).html).toContain('many3@bulk.example</span>');
    });

    it('fits into 60 KB with as many as a page shows', async () => {
      expect((await sam.open('/queue')).html.length).toBeLessThan(60_000);
    });

    it('chooses all of a page by a link, and none by another', async () => {
      const page = await sam.open('/queue');
      const all = await sam.open(linkTo(page.html, 'Choose all on this page'));
      expect(all.html.match(/ checked>/g)).toHaveLength(50);
      const none = await sam.open(linkTo(all.html, 'Choose none'));
      expect(none.html).not.toContain(' checked>');
    });

    it('has the buttons for several before the first of them as well as after the last', async () => {
      const { html } = await sam.open('/queue');
      const places = [...html.matchAll(/name="bulk" value="approve"/g)].map(({ index }) => index);
      expect(places).toHaveLength(2);
      expect(places[0]).toBeLessThan(html.indexOf('name="ref"'));
      expect(places[1]).toBeGreaterThan(html.lastIndexOf('name="ref"'));
    });

    it('has none where nothing can be chosen', async () => {
      expect((await sam.open('/queue?view=ended')).html).not.toContain('name="bulk"');
    });

    it('is a table of all of them, not of a page', async () => {
      const { html } = await sam.open('/queue.csv');
      expect(html.trim().split('\r\n')).toHaveLength(56);
    });

    it('takes no character of control for a search', async () => {
      expect(refs((await sam.open('/queue?q=%00many3@bulk.example')).html)).toHaveLength(1);
    });

    it('declines as many at once as a page shows', async () => {
      const page = await sam.open('/queue');
      const summary = await sam.send(page, { bulk: 'decline', ref: refs(page.html) });
      expect(summary.html).toContain('Decline 50 requests?');
    });
  });

  describe('of a few', () => {
    afterEach(() => desk.close());

    it('says of each row why it is there, and what the customer said', async () => {
      await start('rules: [{ name: two, when: { amount: { over: 100 } }, then: staff, approvals: 2 }]\n');
      const words = 'I ordered the same blanket twice by mistake, once on my phone and once at my desk, sorry';
      const two = await story.respond('1001', ANA, { 'Reason for cancelling': words });
      await story.reaches(two, 'awaiting_decision');
      const unknown = await story.respond('7001', 'nobody@nowhere.example');
      await story.reaches(unknown, 'needs_match');
      await sam.send(await sam.open(`/requests/${two}`), { decision: 'approve' });
      const { html } = await sam.open('/queue');
      expect(html).toContain('1 of 2 approved');
      expect(html).toContain(`<q class="soft">${words.slice(0, 80).trimEnd()}…</q>`);
      expect(html).toContain('No order of that name was found');
    });

    it('says what is sorted by what ships next, and by when it is to leave', async () => {
      await start('');
      const order = desk.world.shopify.state.order('#1001');
      for (const one of order.fulfillmentOrders) one.fulfillBy = '2026-12-24T10:00:00Z';
      await waiting('1001');
      const { html } = await sam.open('/queue?sort=ships_next');
      expect(html).toContain('Ship by 24 Dec 2026');
      expect(html).toContain('Parcels being packed come first');
      expect((await sam.open('/queue')).html).not.toContain('Parcels being packed come first');
    });

    const summaryOf = async (bulk: 'approve' | 'decline', ...ref: string[]) =>
      sam.send(await sam.open('/queue'), { bulk, ref });
    const waiting = async (order: string, email?: string) => {
      const ref = await story.respond(order, email);
      await story.reaches(ref, 'awaiting_decision');
      return ref;
    };

    it('says of an order that two have to approve who is left, and does not count it among those it cancels', async () => {
      await start('rules: [{ name: two, when: { amount: { over: 100 } }, then: staff, approvals: 2 }]\n');
      const [two, one] = [await waiting('1001'), await waiting('1002', 'eino@customer.example')];
      const summary = await summaryOf('approve', two, one);
      expect(summary.html).toContain('Approve 2 requests?');
      expect(summary.html).toContain('After you, 1 more person has to approve the same before it is cancelled.');
      expect(summary.html).toContain('Approve 2: cancel 1 order<');
      const done = await sam.send(summary, {}, '/queue/decide');
      expect(done.html).toContain('approved by you; 1 more person must approve the same');
      await story.reaches(one, 'cancelled');
      expect((await story.request(two))?.status).toBe('awaiting_decision');
      const again = await summaryOf('approve', two);
      expect(again.html).toContain('You have approved this already.');
      expect(again.html).toContain('Nothing to approve');
      const kim = await signIn(desk, KIM);
      const last = await kim.send(await kim.open('/queue'), { bulk: 'approve', ref: two });
      expect(last.html).toContain('Approve 1: cancel 1 order<');
      await kim.send(last, {}, '/queue/decide');
      await story.reaches(two, 'cancelled');
    });

    it('says what each would do: the items, the money, the stock, who is told, and what is not proven', async () => {
      await start('defaults: { restock: false }\n');
      const ref = await waiting('1001');
      const { html } = await summaryOf('approve', ref);
      expect(html).toContain('Ana Virtanen · 4 items · ');
      expect(html).toContain('Nothing goes back to stock.');
      expect(html).toContain('ana@customer.example is told by e-mail, in English.');
      expect(html).toContain('Nobody has shown that the order is theirs.');
      expect((await summaryOf('decline', ref)).html).toContain('Ana Virtanen · 4 items · ');
    });

    it('says why one of them can’t be approved', async () => {
      await start('');
      const shipped = await waiting('1003');
      const unknown = await story.respond('7001', 'nobody@nowhere.example');
      await story.reaches(unknown, 'needs_match');
      const { html } = await summaryOf('approve', shipped, unknown);
      expect(html).toContain('Part of the order has been fulfilled. Offer a return instead.');
      expect(html).toContain('Choose the order first.');
      expect(html).not.toContain('/queue/decide"><button');
      desk.world.shopify.faults.set({ kind: 'http_503' });
      await desk.reopen(async () => {});
      sam = await signIn(desk);
      expect((await summaryOf('approve', shipped)).html).toContain('answer just now');
    });

    it('offers nobody what is for others to approve', async () => {
      await start(`rules: [{ name: kims, then: staff, people: [${KIM}] }]\n`);
      const ref = await story.respond('1001');
      await story.reaches(ref, 'awaiting_decision');
      const summary = await sam.send(await sam.open('/queue'), { bulk: 'approve', ref });
      expect(summary.html).toContain('Nothing to approve');
      expect(summary.html).toContain('The policy names other people for this request.');
      const page = await sam.open(`/requests/${ref}`);
      expect(page.html).toContain('The policy names other people for this request.');
      expect(page.html).not.toContain('value="approve"');
    });

    it('shows whoever may only look no buttons to decide', async () => {
      await start('');
      const ref = await story.respond('1001');
      await story.reaches(ref, 'awaiting_decision');
      const { staff } = desk.service.desk.store.records;
      const kim = await staff.get(KIM);
      if (kim) await staff.put({ ...kim, role: 'view' }, Date.now());
      const { html } = await (await signIn(desk, KIM)).open('/queue');
      expect(html).toContain(ref);
      expect(html).not.toMatch(/name="bulk"|\/requests\/new/);
    });
  });
});
