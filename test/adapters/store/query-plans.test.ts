/**
 * Everything that runs at every poll, page and look of the worker is found by an index, whatever is stored: asked of the
 * databases themselves, for the statements as the records really send them.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillStore, type Where } from '../../../scripts/fill-store.ts';
import { createShopifyOrders } from '../../../src/adapters/shopify/orders.ts';
import { openStore } from '../../../src/adapters/store/store.ts';
import { RETENTION_KINDS } from '../../../src/records/privacy.ts';
import { QUEUE_SORTS, type RequestFilter } from '../../../src/records/requests.ts';
import type { Records, Store } from '../../../src/records/store.ts';
import { newDatabase, storeKinds, temporaryFolder } from '../../support/stores.ts';
import { startWorld } from '../../world/server.ts';

/** What grows with every request. */
const LARGE = ['requests', 'responses', 'effects', 'events', 'tokens', 'deliveries'];
const ROWS = 12_000;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const EMAIL = 'customer-500@customer.example';
const ORDER = 'gid://shopify/Order/1';
const RESPONSE = {
  source: 'webhook',
  sourceId: 'webhook',
  externalId: 'ended-501',
  revision: '1',
  replaces: null,
  submittedAt: NOW,
  respondentEmail: EMAIL,
  emailVerified: false,
  answers: [],
} as const;

const filter = (more: Partial<RequestFilter> = {}): RequestFilter => ({
  stage: 'staff',
  text: null,
  assignedTo: null,
  snoozed: null,
  now: NOW,
  sort: 'oldest',
  offset: 0,
  limit: 51,
  ...more,
});

/** More than is held at a time. */
async function takeSome(all: AsyncIterable<unknown>): Promise<void> {
  let taken = 0;
  for await (const _ of all) {
    taken += 1;
    if (taken > 450) return;
  }
}

const USES: [what: string, use: (records: Records) => Promise<unknown>][] = [
  ...QUEUE_SORTS.flatMap((sort): [string, (records: Records) => Promise<unknown>][] => [
    [`the queue, ${sort}`, ({ requests }) => requests.search(filter({ sort, snoozed: false }))],
    [`the ended ones, ${sort}`, ({ requests }) => requests.search(filter({ sort, stage: 'ended' }))],
  ]),
  ['the queue, one’s own', ({ requests }) => requests.search(filter({ assignedTo: 'sam@pine-and-loom.example' }))],
  ['what was assigned to somebody who is gone', ({ requests }) => requests.unassign('gone@pine-and-loom.example')],
  ['the queue, one order', ({ requests }) => requests.search(filter({ stage: 'ended', text: '501' }))],
  ['the queue, later pages', ({ requests }) => requests.search(filter({ stage: 'ended', offset: 50 }))],
  [
    'the queue, later pages of a search',
    ({ requests }) => requests.search(filter({ stage: 'ended', text: 'mer-5', offset: 50 })),
  ],
  [
    'the queue, later pages of a name',
    ({ requests }) => requests.search(filter({ stage: 'ended', text: 'virtanen5', offset: 50 })),
  ],
  ['the queue, a part of a name', ({ requests }) => requests.search(filter({ stage: 'ended', text: 'virtanen5' }))],
  ['the queue, a part of an address', ({ requests }) => requests.search(filter({ stage: 'ended', text: 'mer-5' }))],
  ...RETENTION_KINDS.map((kind): [string, (records: Records) => Promise<unknown>] => [
    `what has had its time, ${kind}`,
    ({ privacy }) => privacy.outlived(kind, NOW, 20),
  ]),
  ['links that have ended', ({ tokens }) => tokens.removeEnded(0)],
  ['the numbers above the queue', ({ requests }) => requests.countOpen()],
  ['what is put off', ({ requests }) => requests.countSnoozed(NOW)],
  ['a request page', ({ requests }) => requests.byRef('CR-F501')],
  ['its history', ({ events }) => events.byRequest('ended-501')],
  ['its effects', ({ effects }) => effects.byRequest('ended-501')],
  ['its responses', ({ responses }) => responses.byRequest('ended-501')],
  ['others of the customer', ({ requests }) => requests.ofCustomer(EMAIL, 6)],
  ['a decision link', ({ tokens }) => tokens.find('hash-ended-501')],
  ['dead links', ({ tokens }) => tokens.revokeForRequest('ended-501', 'staff', NOW)],
  ['a poll: what is stored', ({ responses }) => responses.stored('webhook', 'webhook', [RESPONSE])],
  ['a poll: which request', ({ responses }) => responses.knownRequest('webhook', 'webhook', 'ended-501', null)],
  ['an intake: what is known', ({ responses }) => responses.lookUp([{ ...RESPONSE, digest: 'ended-501' }])],
  ['an intake: what it is called', ({ requests }) => requests.refs(['ended-501'])],
  ['a poll: the same from elsewhere', ({ responses }) => responses.twins('ended-501')],
  ['a poll: rows of a sheet', ({ responses }) => responses.present('sheets', 'sheet-1')],
  ['a poll: what they said', ({ responses }) => responses.asStored('sheets', 'sheet-1', ['x'])],
  ['a poll: rows that are gone', ({ responses }) => responses.markGone('sheets', 'sheet-1', ['x'], NOW)],
  ['a webhook again', ({ responses }) => responses.requestsOfDeliveries(['message-ended-501'])],
  ['what is to be matched', ({ requests }) => requests.claimDue(NOW, 1_000, 50)],
  ['what is to be done', ({ effects }) => effects.claim(NOW, 1_000, 16, ['mail'])],
  ['what has run out', ({ requests }) => requests.expired(NOW, 100)],
  ['what was put off until now', ({ requests }) => requests.awake(NOW, 100)],
  ['what staff are reminded of', ({ requests }) => requests.toRemind(NOW, 100)],
  ['who holds an order', ({ requests }) => requests.holderOf(`${ORDER}ended501`)],
  ['whether an order was asked for before', ({ requests }) => requests.everFor(`${ORDER}ended501`)],
  ['how much of a customer was cancelled', ({ requests }) => requests.countCancelled(EMAIL, 0)],
  ['an effect by its key', ({ effects }) => effects.byKey('customer-received:ended-501:v1')],
  ['what is taken back', ({ effects }) => effects.skipPending('ended-501', 'mail', NOW)],
  ['how many effects are open', ({ effects }) => effects.countOpen()],
  ['how many effects are open, by kind', ({ effects }) => effects.countOpenByKind()],
  ['the oldest that is open', ({ requests }) => requests.oldestOpen()],
  ['a view from end to end', async ({ requests }) => takeSome(requests.all(filter({ stage: 'ended' })))],
  [
    'a view from end to end, newest first',
    async ({ requests }) => takeSome(requests.all(filter({ stage: 'ended', sort: 'newest' }))),
  ],
  [
    'a view from end to end, by shipping',
    async ({ requests }) => takeSome(requests.all(filter({ stage: 'ended', sort: 'ships_next' }))),
  ],
  ['how many wait', ({ requests }) => requests.countWaiting(NOW, 31)],
  ['a digest', ({ requests }) => requests.search(filter({ snoozed: false, offset: 500, limit: 500 }))],
  ['how many there are of some statuses', ({ requests }) => requests.counts(['needs_match', 'awaiting_decision'])],
  ['the newest requests', ({ requests }) => requests.list({ limit: 50 })],
  ['the requests since', async ({ requests }) => await requests.since(NOW)[Symbol.asyncIterator]().next()],
];

describe.each(storeKinds())('on %s', (kind) => {
  let store: Store;
  let explain: (query: CompiledQuery) => Promise<string[]>;
  let close: () => Promise<void>;
  let sent: CompiledQuery[] = [];

  beforeAll(async () => {
    const where: Where =
      kind === 'sqlite'
        ? { databaseUrl: null, dataDir: temporaryFolder() }
        : { databaseUrl: await newDatabase(), dataDir: '' };
    await fillStore(where, ROWS, await anOrder(), NOW - ROWS * 60_000);
    store = await openStore({ ...where, onQuery: (query) => sent.push(query) });
    [explain, close] = where.databaseUrl ? await onPostgres(where.databaseUrl) : onSqlite(where.dataDir);
  });
  afterAll(async () => {
    await close();
    await store.close();
  });

  it.each(USES)('%s is found by an index', async (_, use) => {
    sent = [];
    await use(store.records);
    expect(sent).not.toHaveLength(0);
    for (const query of sent) expect(await explain(query), query.sql).toEqual([]);
  });

  it('a customer of long ago is found by what their name or surname begins with, in whatever case and with whatever accents', async () => {
    const { requests } = store.records;
    const oldest = await requests.get('ended-1');
    if (!oldest?.order) throw new Error('The store is not filled');
    const named = { order: { ...oldest.order, customerName: 'Ödön  Kaleva Åström' } };
    const written = { fields: { ...oldest.fields, name: 'O_Hara 100%' } };
    expect(await requests.update(oldest, { ...named, ...written }, oldest.updatedAt)).toBe(true);
    const found = async (text: string, stage: RequestFilter['stage'] = 'ended') =>
      (await requests.search(filter({ stage, text }))).map(({ id }) => id);
    const accents = ['öd', 'ÖDÖN KAL', 'ödön   kaleva åström', 'åst', 'od', 'Odon Kaleva', 'astrom'];
    for (const text of [...accents, 'o_h', 'O_HARA 100%', '100%']) {
      expect([text, await found(text)]).toEqual([text, ['ended-1']]);
    }
    for (const text of ['ödöna', 'o-h', 'o%', 'åströma']) expect([text, await found(text)]).toEqual([text, []]);
    expect(await found('åst', 'staff')).toEqual([]);
  });

  it('what no index fits is told from it', async () => {
    sent = [];
    await store.records.tokens.revokeForPerson('sam@pine-and-loom.example', NOW);
    expect((await Promise.all(sent.map(explain))).flat()).not.toEqual([]);
  });
});

type Explaining = [explain: (query: CompiledQuery) => Promise<string[]>, close: () => Promise<void>];

/** What reads through a large table from end to end, in the database's own words. */
function onSqlite(dataDir: string): Explaining {
  const file = new DatabaseSync(join(dataDir, 'cancel-desk.sqlite'));
  const explain = async ({ sql, parameters }: CompiledQuery) =>
    file
      .prepare(`explain query plan ${sql}`)
      .all(...(parameters as string[]))
      .map(({ detail }) => String(detail))
      .filter((detail) => LARGE.some((table) => new RegExp(`^SCAN ${table}(?! USING .*INDEX)`).test(detail)));
  return [explain, async () => file.close()];
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

async function onPostgres(url: string): Promise<Explaining> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const scans = (plan: Plan): string[] => [
    ...(plan['Node Type'] === 'Seq Scan' && LARGE.includes(plan['Relation Name'] ?? '')
      ? [`Seq Scan on ${plan['Relation Name']}`]
      : []),
    ...(plan.Plans ?? []).flatMap(scans),
  ];
  const explain = async ({ sql, parameters }: CompiledQuery) => {
    const { rows } = await client.query(`explain (format json) ${sql}`, [...parameters]);
    return (rows[0]['QUERY PLAN'] as { Plan: Plan }[]).flatMap(({ Plan: plan }) => scans(plan));
  };
  return [explain, () => client.end()];
}

async function anOrder() {
  const world = await startWorld();
  const { orders } = createShopifyOrders({
    storeDomain: 'pine-and-loom.myshopify.com',
    apiVersion: '2026-10',
    apiOrigin: world.origin,
    auth: { kind: 'token', accessToken: world.shopify.accessToken },
    now: Date.now,
  });
  const order = await orders.read(world.shopify.state.order('#1001').id);
  await world.close();
  if (!order) throw new Error('The world has no #1001');
  return order;
}
