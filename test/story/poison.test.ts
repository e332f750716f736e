/** What throws, for whatever reason, is set aside and stops nothing else. The database itself refuses the poisoned. */
import { afterEach, describe, expect, it } from 'vitest';
import { releaseSetAside } from '../../src/steps/quarantine.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage } from '../support/page.ts';
import { poison, takePoisonOut } from '../support/poison.ts';
import { runSql } from '../support/raw-database.ts';
import { storeKinds } from '../support/stores.ts';
import { SAM, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { generateOrders } from '../world/shopify/seed.ts';

/** `npm run torture` plays 10,000. */
const RESPONSES = 100;
const EVERY = 50;
const POISONED = RESPONSES / EVERY;

const FEW_MAILS = `
proof: { level: none }
hold: false
limits: { mails_per_address: 1, mails_per_source: 1, staff_mails: 1 }
`;

describe.each(storeKinds())('what throws unexpectedly, on %s', (store) => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  it(`stops none of ${RESPONSES} responses: ${2 * POISONED} are set aside with their reason, told once, and can be retried`, async () => {
    desk = await startDesk({
      store,
      sources: ['forms'],
      policy: FEW_MAILS,
      world: {
        google: { emailCollectionType: 'VERIFIED' },
        shopify: {
          orders: generateOrders(RESPONSES, Date.now(), 1001),
          bucket: { maximumAvailable: 200_000, restoreRate: 100_000 },
        },
      },
    });
    const { service, world, config } = desk;
    const { requests, quarantine, sources } = service.desk.store.records;
    await desk.stopWorker();
    await poison(desk.config, 'intake');
    await poison(desk.config, 'matching');
    for (let i = 0; i < RESPONSES; i += 1) {
      const bad = i % EVERY === 12 ? 'poisoned intake' : i % EVERY === 37 ? 'poisoned matching' : '';
      world.google.form.submit(`customer-${1001 + i}@customer.example`, {
        '1a2b3c01': `#${1001 + i}`,
        '1a2b3c04': bad,
      });
    }
    await desk.restartWorker();
    await waitFor(
      'all others to wait for a decision and the bad ones to be set aside',
      async () =>
        (await requests.counts()).awaiting_decision === RESPONSES - 2 * POISONED &&
        (await quarantine.list()).length === 2 * POISONED,
      120_000,
    );
    expect(await requests.counts()).toEqual({ awaiting_decision: RESPONSES - 2 * POISONED, received: POISONED });
    const items = await quarantine.list();
    expect(items.filter((item) => item.kind === 'response')).toHaveLength(POISONED);
    expect(items.filter((item) => item.kind === 'request')).toHaveLength(POISONED);
    for (const item of items)
      expect(item).toMatchObject({ reason: expect.stringContaining('no such data'), faults: 5 });
    await world.inbox.waitFor('to the operator', (mail) => mail.subject.includes('set_aside'));
    const [source] = await sources.list();
    expect(source).toMatchObject({ lastError: null });
    expect((await fetch(`${desk.origin}/readyz`)).status).toBe(200);
    // A poll brings the same responses again: they are known, and stay where they are.
    const { lastOkAt } = source ?? {};
    await waitFor('another poll', async () => ((await sources.list())[0]?.lastOkAt ?? 0) > (lastOkAt ?? 0));
    expect(await quarantine.list()).toHaveLength(2 * POISONED);
    expect(world.inbox.mails.filter((mail) => mail.subject.includes('set_aside'))).toHaveLength(1);

    await takePoisonOut(config, 'intake', 'matching');
    expect(await releaseSetAside(service.desk, items)).toBe(2 * POISONED);
    await waitFor(
      'all to wait for a decision',
      async () => (await requests.counts()).awaiting_decision === RESPONSES,
      60_000,
    );
    expect(await requests.counts()).toEqual({ awaiting_decision: RESPONSES });
    expect(await quarantine.list()).toEqual([]);
    expect(await service.desk.store.records.incidents.list()).toEqual([]);
    const orders = (await requests.list({ limit: RESPONSES })).map((request) => request.orderName);
    expect(new Set(orders).size).toBe(RESPONSES);
  }, 300_000);

  it('keeps a webhook’s response though it had to refuse it', async () => {
    desk = await startDesk({ store });
    await poison(desk.config, 'intake');
    const story = storyOf(desk);
    await expect(story.respond('1001', 'ana@customer.example', { Message: 'poisoned intake' })).rejects.toThrow('500');
    await takePoisonOut(desk.config, 'intake');
    const { quarantine, requests } = desk.service.desk.store.records;
    await waitFor('it to be taken in', async () => {
      await releaseSetAside(desk.service.desk, await quarantine.list());
      return (await requests.counts()).awaiting_decision === 1;
    });
  });

  it('sets aside a mail whose contents break, and no other; it goes out when they are mended', async () => {
    desk = await startDesk({ store });
    const story = storyOf(desk);
    const { world, service, config } = desk;
    world.inbox.faults.set({ kind: 'later' });
    const bad = await story.respond('1001');
    const good = await story.respond('1002', 'eino@customer.example');
    await story.reaches(bad, 'awaiting_decision');
    await story.reaches(good, 'awaiting_decision');
    await desk.stopWorker();
    const request = await story.request(bad);
    // As a version of the software wrote it that knew less of an order.
    await runSql(config, `update requests set order_snapshot = '{"name":"#1001"}' where ref = '${bad}'`);
    world.inbox.faults.clear();
    await desk.restartWorker();
    await story.mail(SAM, new RegExp(good));
    const { quarantine, requests } = service.desk.store.records;
    const items = await waitFor('its mails to be set aside', async () => {
      const all = await quarantine.list();
      return all.length > 1 ? all : null;
    });
    expect(items.map(({ what }) => what).sort()).toEqual(['mail customer-received', 'mail staff-decide']);
    for (const item of items) {
      expect(item).toMatchObject({ kind: 'effect', ref: bad });
      expect(item.reason).toMatch(/TypeError/);
    }
    expect(await story.events(bad)).toContain('set_aside');
    await story.mail(SAM, /set_aside/);

    const found = await story.request(bad);
    if (found && request) await requests.update(found, { order: request.order }, Date.now());
    expect(await releaseSetAside(service.desk, await quarantine.list())).toBe(2);
    const mail = await story.mail(SAM, new RegExp(bad));
    expect((await openPage(linkIn(mail.text, 'd'))).html).not.toContain('was set aside');
    expect(await story.events(bad)).toContain('taken_up_again');
  });

  it('sets aside an effect that nobody can carry out, shows it on the request, and carries out the others', async () => {
    desk = await startDesk({ store });
    const story = storyOf(desk);
    const ref = await story.respond('1001');
    const mail = await story.mail(SAM, new RegExp(ref));
    const request = await story.request(ref);
    const { effects, quarantine } = desk.service.desk.store.records;
    // Owed by a later version, of which this one knows nothing.
    const newer = { kind: 'shopify_refund', key: 'newer', requestId: request?.id ?? '', payload: {} } as never;
    await effects.insert(newer, 'e1', Date.now());
    await waitFor('it to be set aside', async () => (await quarantine.list()).length === 1);
    expect((await quarantine.list())[0]).toMatchObject({ id: 'e1', what: 'shopify_refund', ref });
    expect((await openPage(linkIn(mail.text, 'd'))).html).toContain('was set aside');
    const other = await story.respond('1002', 'eino@customer.example');
    await story.mail(SAM, new RegExp(other));
  });
});
