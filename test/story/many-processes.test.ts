/** Several processes on one PostgreSQL: whatever their machines' clocks say, and when one is gone in mid-transaction. */
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/store/store.ts';
import type { IncomingResponse } from '../../src/domain/response.ts';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { newDatabase, storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';
import { generateOrders } from '../world/shopify/seed.ts';

const ORDERS = 24;
const APPROVED = 4;
const DAY_MS = 24 * 60 * 60_000;

describe.runIf(storeKinds().includes('postgres'))('many processes on PostgreSQL', () => {
  let desk: DeskUnderTest;
  let story: Story;
  const start = async (options: DeskOptions = {}) => {
    desk = await startDesk({ store: 'postgres', ...options });
    story = storyOf(desk);
  };
  afterEach(() => desk.close());
  const submit = (i: number) => desk.world.google.form.submit(customerOf(i), { '1a2b3c01': nameOf(i) });
  const records = () => desk.service.desk.store.records;

  describe('whose machines’ clocks differ', () => {
    const machine = (off: number) => ({
      wall: () => Date.now() + off,
      monotonic: () => performance.now(),
      uptime: () => performance.now(),
    });

    it('leave each other’s claims alone: no mail goes twice, one cancellation an order, no clock seems to go back', async () => {
      await start({
        sources: ['forms'],
        world: {
          google: { emailCollectionType: 'VERIFIED' },
          shopify: { orders: shopOf(ORDERS), lateMs: 300 },
        },
      });
      desk.world.inbox.faults.set({ kind: 'late' });
      desk.world.shopify.faults.set({ kind: 'late', only: ['CancelOrder'] });
      for (let i = 0; i < ORDERS; i += 1) submit(i);
      await waitFor('mails to be under way', () => story.mailsTo(SAM).length > 0);
      for (const off of [-10_000, 130_000]) await desk.join({ machine: machine(off) });
      for (let i = 0; i < APPROVED; i += 1) {
        const page = await story.openFrom(SAM, new RegExp(`cancel ${nameOf(i)}`));
        await sendForm(page, { decision: 'approve', confirm: String(1001 + i) });
      }
      for (let i = 0; i < APPROVED; i += 1) await story.mail(customerOf(i), /is cancelled/);
      await waitFor('nothing to be owed', async () => (await records().effects.countOpen()) === 0);
      const ids = desk.world.inbox.mails.map((mail) => mail.messageId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(APPROVED);
      expect(desk.logLines.filter((line) => line.includes('the clock went back'))).toEqual([]);
    });
  });

  describe('where somebody holds a lock', () => {
    it('go on when a machine was gone in mid-transaction, and it writes nothing when it is back', async () => {
      await start({ sources: ['forms'] });
      const polled = await waitFor('the first poll', async () =>
        (await records().sources.list()).find((one) => one.lastOkAt),
      );
      const gone = await openStore({
        databaseUrl: `${desk.config.databaseUrl}?idle_in_transaction_session_timeout=1500`,
        dataDir: '',
      });
      let comeBack: () => void = () => {};
      const inTransaction = gone.transaction(async (inside) => {
        await inside.sources.claim(polled.id, Date.now() + DAY_MS, 0);
        await new Promise<void>((resolve) => {
          comeBack = resolve;
        });
        await inside.settings.put('written by', 'a ghost');
      });
      await waitFor('the poll to wait for it', () => isBlocked(desk));
      desk.world.google.form.submit(ANA, { '1a2b3c01': '#1001' });
      await story.mail(SAM, /cancel #1001/);
      comeBack();
      await expect(inTransaction).rejects.toSatisfy((error) => gone.isAway(error));
      expect(await records().settings.get('written by')).toBeNull();
      await gone.close();
    });

    it('try again what waited in vain, and set nothing aside', async () => {
      const env = { DATABASE_URL: `${await newDatabase()}?lock_timeout=200` };
      await start({ sources: ['forms'], env, timings: { lease: 600 }, world: { shopify: { orders: shopOf(5) } } });
      submit(0);
      const page = await story.openFrom(SAM, /cancel #1001/);
      await desk.stopWorker();
      await sendForm(page, { decision: 'approve', confirm: '1001' });
      await story.respond(nameOf(1), customerOf(1));
      const fault = { id: 'kept', requestId: null, reason: 'a bug', nextTry: 0, now: Date.now() };
      await records().quarantine.keep(keptResponse(3), fault);
      const other = new pg.Client({ connectionString: env.DATABASE_URL });
      await other.connect();
      // Everything that is done writes into the history.
      await other.query('begin; lock table events in exclusive mode');
      await desk.restartWorker();
      submit(2);
      const isStopped = (part: string) =>
        desk.logLines.some((line) => line.includes(`"part":"${part}"`) && line.includes('55P03'));
      for (const part of ['poll forms', 'match', 'shopify_cancel', 'retake']) {
        await waitFor(`${part} to wait in vain`, () => isStopped(part));
      }
      const { status } = await sendWebhook(desk.origin, 'other', { answers: { 'Order number': nameOf(4) } });
      expect(status).toBe(503);
      await other.query('rollback');
      await other.end();
      await story.mail(customerOf(0), /is cancelled/);
      for (const i of [1, 2, 3]) await story.mail(SAM, new RegExp(`cancel ${nameOf(i)}`));
      expect(await records().quarantine.counts()).toEqual({ response: 0, request: 0, effect: 0 });
      expect(desk.logLines.filter((line) => /unexpectedly|could not be taken in/.test(line))).toEqual([]);
      expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(1);
    });
  });

  it('share Shopify’s points: nobody is refused for what the others have used', async () => {
    const bucket = { maximumAvailable: 400, restoreRate: 400 };
    await start({ world: { shopify: { orders: shopOf(ORDERS), bucket } } });
    const { shopify } = desk.world;
    const processes = [desk.service, await desk.join(), await desk.join(), await desk.join()];
    const ids = Array.from({ length: ORDERS }, (_, i) => shopify.state.order(nameOf(i)).id);
    // What a call takes is known after the first.
    for (const { desk: one } of processes) await one.orders.read(ids[0] as string);
    const before = shopify.requests.length;
    await Promise.all(processes.flatMap(({ desk: one }) => ids.map((id) => one.orders.read(id))));
    const calls = shopify.requests.slice(before);
    expect(calls.reduce((sum, { actualCost }) => sum + (actualCost ?? 0), 0)).toBeGreaterThan(
      2 * bucket.maximumAvailable,
    );
    expect(calls.filter(({ outcome }) => outcome === 'throttled')).toEqual([]);
  });
});

const nameOf = (i: number) => `#${1001 + i}`;
const customerOf = (i: number) => `customer-${1001 + i}@customer.example`;

function keptResponse(i: number): IncomingResponse {
  return {
    source: 'webhook',
    sourceId: 'webhook',
    externalId: `kept-${i}`,
    revision: '1',
    replaces: null,
    submittedAt: null,
    respondentEmail: customerOf(i),
    emailVerified: false,
    answers: [{ questionId: null, question: 'Order number', values: [nameOf(i)] }],
  };
}

function shopOf(orders: number) {
  return generateOrders(orders, Date.now(), 1001);
}

/** Somebody waits for a lock. */
async function isBlocked({ config }: DeskUnderTest): Promise<boolean> {
  const client = new pg.Client({ connectionString: config.databaseUrl ?? '' });
  await client.connect();
  const { rows } = await client.query(
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  await client.end();
  return rows.length > 0;
}
