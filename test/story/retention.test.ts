/** Personal data goes by itself, kind by kind, when a request has been over for long enough. */
import { afterEach, describe, expect, it } from 'vitest';
import { fillStore } from '../../scripts/fill-store.ts';
import { verifyAudit } from '../../src/steps/audit.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { findBytes } from '../support/find-bytes.ts';
import { runDecision } from '../support/run-decision.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY = 24 * 60 * 60_000;
const MORE = { 'Your name': 'Ana Virtanen', 'Anything else?': 'My parrot Kolibri sat on the keyboard' };

describe.each(storeKinds())('retention, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let passed = 0;
  afterEach(() => desk.close());

  const start = async (env: Record<string, string> = {}) => {
    passed = 0;
    desk = await startDesk({ store, env, now: () => Date.now() + passed });
    story = storyOf(desk);
  };
  const records = () => desk.service.desk.store.records;
  const cancelled = async () => {
    const ref = await story.respond('1001', ANA, MORE);
    await runDecision(desk, ref);
    await story.reaches(ref, 'cancelled');
    await waitFor('nothing to be owed', async () => (await records().effects.countOpen()) === 0);
    return ref;
  };
  const beside = async (ref: string) => records().privacy.keptBeside((await story.request(ref))?.id ?? '');
  /** Since the request was over. */
  const pass = (days: number) => {
    passed = days * DAY + 60_000;
  };

  it('lets go of responses and mail addresses first, then of the customer on the order, then of the rest', async () => {
    await start();
    const ref = await cancelled();
    pass(31);
    const raw = await waitFor('the raw response to go', async () => {
      const kept = await beside(ref);
      return kept.responses[0]?.answers.length === 0 ? kept : null;
    });
    expect(JSON.stringify([raw.responses, raw.mails])).not.toContain(ANA);
    expect(await story.request(ref)).toMatchObject({ fields: { email: ANA }, order: { email: ANA } });
    pass(91);
    await waitFor('the customer to go', async () => (await story.request(ref))?.order?.email === null);
    expect((await story.request(ref))?.fields.email).toBe(ANA);
    pass(401);
    await waitFor('the person to go', async () => (await story.request(ref))?.erasedAt !== null);
    expect(await story.request(ref)).toMatchObject({ status: 'cancelled', orderName: '#1001', decision: { by: SAM } });
    expect(await story.events(ref)).toContain('erased');
    expect((await verifyAudit(records(), [])).faults).toEqual([]);
    await waitFor('the link to end', async () => (await beside(ref)).links.length === 0);
    expect(await desk.service.desk.store.compact()).toBe(true);
    expect(await findBytes(desk.config, [ANA, 'Virtanen', 'Kolibri'])).toEqual([]);
  });

  it('answers while there is much to let go', async () => {
    await start();
    const order = await desk.service.desk.orders.read(desk.world.shopify.state.order('#1001').id);
    if (!order) throw new Error('The world has no #1001');
    const long = Date.now() - 200 * DAY;
    await fillStore({ databaseUrl: desk.config.databaseUrl, dataDir: desk.config.dataDir }, 1_000, order, long);
    const left = async () => (await records().privacy.outlived('order', Date.now() - 91 * DAY, 1_000)).length;
    desk.service.desk.housekeeping.letGoAt = 0;
    await waitFor('the first to go', async () => (await left()) < 980);
    expect((await fetch(`${desk.origin}/healthz`)).status).toBe(200);
    expect(await left()).toBeGreaterThan(0);
    await waitFor('all to go', async () => (await left()) === 0, 90_000);
    await waitFor('nothing to be left', () => desk.service.desk.housekeeping.letGoAt > 0);
    const kept = await Promise.all([1, 30, 150, 899].map((i) => records().privacy.keptBeside(`ended-${i}`)));
    expect(kept.flatMap(({ responses }) => responses.map(({ answers }) => answers))).toEqual([[], [], [], []]);
  }, 120_000);

  it('lets go of nothing that is open, and of nothing when it is off', async () => {
    await start({ RETENTION_RAW: 'off', RETENTION_ORDER: 'off', RETENTION_PERSONAL: '10d' });
    const open = await story.respond('1002', 'eino@customer.example', MORE);
    await story.reaches(open, 'awaiting_decision');
    const ref = await cancelled();
    pass(9);
    desk.service.desk.housekeeping.letGoAt = 0;
    await waitFor('a look', () => desk.service.desk.housekeeping.letGoAt > 0);
    expect((await story.request(ref))?.fields.email).toBe(ANA);
    expect((await beside(ref)).responses[0]?.answers).not.toEqual([]);
    pass(11);
    await waitFor('the person to go', async () => (await story.request(ref))?.erasedAt !== null);
    expect((await story.request(open))?.fields.email).toBe('eino@customer.example');
  });
});
