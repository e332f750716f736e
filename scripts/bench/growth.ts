/** Pages, intake and polls over few and over many stored requests: they should not differ. */
import { createShopifyOrders } from '../../src/adapters/shopify/orders.ts';
import { readConfig } from '../../src/config.ts';
import type { Order } from '../../src/domain/order.ts';
import { createLog } from '../../src/log.ts';
import { buildService, type Service } from '../../src/service.ts';
import { letGo } from '../../src/steps/let-go.ts';
import { pollSource, sourceName } from '../../src/steps/poll-source.ts';
import { startWorld, type World } from '../../test/world/server.ts';
import { fillStore, refOfEnded, type Where } from '../fill-store.ts';
import { STAFF, serviceEnvironment } from '../service-process.ts';
import type { Bed } from './databases.ts';
import { type Figures, percentile } from './figures.ts';
import { residentMb, sendResponses, WEBHOOK_SECRET } from './load.ts';
import { withServices } from './services.ts';

const LOOKS = 9;
const RESPONSES = 100;
const POLLS = 9;
const KEEP_ALL = { RETENTION_RAW: 'off', RETENTION_ORDER: 'off', RETENTION_PERSONAL: 'off' };
const LETTING_GO_MS = 2_000;
/** Stands in the form, and is read again at every poll. */
const IN_THE_FORM = 300;

export async function measureGrowth(figures: Figures, bed: Bed, sizes: readonly number[], runs: number): Promise<void> {
  for (const stored of sizes) {
    const where = await bed.fresh();
    const began = performance.now();
    await fillStore(where, stored, await anOrder(), Date.now() - stored * 60_000);
    console.log(`  ${bed.kind}: ${stored} requests written in ${Math.round((performance.now() - began) / 1000)} s`);
    const over = `${bed.kind}, ${stored.toLocaleString('en-US')} stored`;
    // A million at once of what has had its time is no shop's store: letting go of it is a figure of its own.
    await withServices({ where, orders: 1, processes: null, env: KEEP_ALL }, async ({ world, services, origins }) => {
      const [origin = ''] = origins;
      const cookie = await signInTo(world, origin);
      for (let run = 0; run < runs; run += 1) {
        for (const [page, path] of Object.entries(pagesOver(stored))) {
          figures.add(`${page}, ${over}`, 'ms', await medianOf(LOOKS, () => look(origin + path, cookie)));
        }
      }
      // After the pages: what the responses set off would be worked on meanwhile.
      for (let run = 0; run < runs; run += 1) {
        const { ms } = await sendResponses(origins, RESPONSES, 1, 10_000_000 + run * RESPONSES);
        figures.add(`webhook, ${over}`, 'ms', percentile(ms, 0.5));
      }
      for (const { pid } of services) figures.add(`resident, ${over}`, 'MB', residentMb(pid));
    });
    await measurePolls(figures, where, over, runs);
    await measureLettingGo(figures, where, over, runs);
  }
}

function pagesOver(stored: number): Record<string, string> {
  return {
    'queue page': '/queue',
    'queue page by shipping': '/queue?sort=ships_next',
    'queue page of ended ones': '/queue?view=ended&sort=newest',
    'search for an order': `/queue?view=ended&q=${stored - 2}`,
    'search for a part of an address': `/queue?view=ended&q=mer-${Math.floor(stored / 10) - 1}`,
    'request page': `/requests/${refOfEnded(501)}`,
  };
}

async function look(url: string, cookie: string): Promise<void> {
  const answer = await fetch(url, { headers: { cookie } });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
}

async function signInTo(world: World, origin: string): Promise<string> {
  const post = async (path: string, body: Record<string, string>, cookie = '') => {
    const headers = { origin, cookie };
    const sent = { method: 'POST', headers, body: new URLSearchParams(body), redirect: 'manual' } as const;
    return (await fetch(origin + path, sent)).headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const asking = await post('/sign-in', { email: STAFF });
  const mail = await world.inbox.waitFor('the link to sign in', (one) => /Sign in/.test(one.subject));
  const link = /https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? origin;
  return post(new URL(link).pathname, { me: 'yes' }, asking);
}

/** Each brings one new response. */
async function measurePolls(figures: Figures, where: Where, over: string, runs: number): Promise<void> {
  const world = await startWorld();
  const { form } = world.google;
  for (let i = 0; i < IN_THE_FORM; i += 1) form.submit(`poll-${i}@customer.example`, { '1a2b3c01': `#${i}` });
  const service = await serviceOver(world, where, KEEP_ALL);
  const { desk } = service;
  const pollAll = async () => {
    for (const source of desk.sources) {
      await desk.store.records.sources.makeDue(sourceName(source), desk.now());
      await pollSource(desk, source);
    }
  };
  await pollAll();
  for (let run = 0; run < runs; run += 1) {
    const poll = async (i: number) => {
      form.submit(`new-${run}-${i}@customer.example`, { '1a2b3c01': `#${run} ${i}` });
      await pollAll();
    };
    figures.add(`poll of form and sheet, ${over}`, 'ms', await medianOf(POLLS, poll));
  }
  await service.close();
  await world.close();
}

/** Most of what is stored is past its time by the built-in settings. */
async function measureLettingGo(figures: Figures, where: Where, over: string, runs: number): Promise<void> {
  const world = await startWorld();
  const service = await serviceOver(world, where, {});
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    let done = 0;
    let last = 1;
    while (last > 0 && performance.now() - began < LETTING_GO_MS) {
      last = await letGo(service.desk);
      done += last;
    }
    if (done > 0) figures.add(`let go, ${over}`, 'per s', (done * 1_000) / (performance.now() - began));
  }
  await service.close();
  await world.close();
}

function serviceOver(world: World, where: Where, env: Record<string, string>): Promise<Service> {
  const environment = {
    ...serviceEnvironment(world, where.dataDir),
    BASE_URL: 'http://127.0.0.1:8080',
    DATA_DIR: where.dataDir,
    ...(where.databaseUrl ? { DATABASE_URL: where.databaseUrl } : {}),
    INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ...env,
  };
  return buildService(readConfig(environment), { log: createLog('silent', 'json') });
}

async function medianOf(times: number, work: (i: number) => Promise<void>): Promise<number> {
  const ms: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const before = performance.now();
    await work(i);
    ms.push(performance.now() - before);
  }
  return percentile(ms, 0.5);
}

async function anOrder(): Promise<Order> {
  const world = await startWorld();
  const auth = { kind: 'token', accessToken: world.shopify.accessToken } as const;
  const shopify = { storeDomain: 'pine-and-loom.myshopify.com', apiVersion: '2026-10', apiOrigin: world.origin };
  const { orders } = createShopifyOrders({ ...shopify, auth, now: Date.now });
  const order = await orders.read(world.shopify.state.order('#1001').id);
  await world.close();
  if (!order) throw new Error('The world has no #1001');
  return order;
}
