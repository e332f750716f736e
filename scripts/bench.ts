/**
 * `npm run bench`: the service in a process of its own against the world. Prints a table and writes bench/results.json.
 * The world's Shopify gives a large bucket here: what is measured is the service, not a plan's rate limit.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createShopifyOrders } from '../src/adapters/shopify/orders.ts';
import { openStore } from '../src/adapters/store/store.ts';
import { type MatchingScore, scoreMatching } from '../test/match/score-matching.ts';
import { WEBHOOK_SECRET } from '../test/support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../test/support/page.ts';
import { temporaryFolder } from '../test/support/stores.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { sendWebhook } from '../test/support/webhook.ts';
import { startWorld, type World } from '../test/world/server.ts';
import { generateOrders } from '../test/world/shopify/seed.ts';
import { fillStore } from './fill-store.ts';
import { freePort, type ServiceProcess, STAFF, startServiceProcess } from './service-process.ts';

/** Webhooks prove nothing about an address, and 500 customers won't confirm; all else is as built in. */
const policy = `
proof: { level: none }
limits: { mails_per_address: 10000, mails_per_source: 100000, staff_mails: 100000 }
`;
const REQUESTS = 500;
const FIRST = 1001;
const STORED = 100_000;
const PAGES = {
  queue: '/queue',
  queue_ships_next: '/queue?sort=ships_next',
  queue_ended_newest: '/queue?view=ended&sort=newest',
  queue_order_name: '/queue?view=ended&q=99998',
  queue_part_of_address: '/queue?view=ended&q=mer-99',
  request: '/requests/CR-F100',
};
const results: Record<string, number | string> = {
  node: process.version,
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  date: new Date().toISOString().slice(0, 10),
};

for (const concurrency of [1, 8, 32]) await measureStory(concurrency);
await measureStart();
await measurePages();
measureMatching();
mkdirSync('bench', { recursive: true });
writeFileSync('bench/results.json', `${JSON.stringify(results, null, 2)}\n`);
console.table(results);
process.exit(0);

async function withService(work: (world: World, service: ServiceProcess) => Promise<void>): Promise<void> {
  const bucket = { maximumAvailable: 100_000, restoreRate: 10_000 };
  const world = await startWorld({
    shopify: { orders: generateOrders(REQUESTS, Date.now(), FIRST), jobMs: 50, bucket },
  });
  const service = await startServiceProcess(
    world,
    await freePort(0),
    {
      INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      LOG_LEVEL: 'warn',
    },
    policy,
  );
  try {
    await work(world, service);
  } finally {
    await service.stop();
    await world.close();
  }
}

async function measureStory(concurrency: number): Promise<void> {
  await withService(async (world, service) => {
    const sentAt = new Map<number, number>();
    const answerMs: number[] = [];
    const started = performance.now();
    await inParallel(concurrency, REQUESTS, async (i) => {
      const number = FIRST + i;
      sentAt.set(number, performance.timeOrigin + performance.now());
      const before = performance.now();
      const body = {
        respondentEmail: `customer-${number}@customer.example`,
        answers: { 'Order number': `#${number}` },
      };
      const { status } = await sendWebhook(service.baseUrl, `bench-${number}`, body);
      if (status !== 202) throw new Error(`The webhook answered ${status}`);
      answerMs.push(performance.now() - before);
    });
    const taken = performance.now() - started;
    const isStaff = (subject: string) => /cancel #(\d+)\?/.exec(subject)?.[1];
    await waitFor(
      'the last staff mail',
      () => world.inbox.mails.filter((mail) => isStaff(mail.subject)).length >= REQUESTS,
      300_000,
    );
    const whole = performance.now() - started;
    const mailMs = world.inbox.mails.flatMap((mail) => {
      const number = isStaff(mail.subject);
      return number ? [mail.at - (sentAt.get(Number(number)) ?? 0)] : [];
    });
    const key = `intake_c${concurrency}`;
    record(`${key}_webhooks_per_s`, REQUESTS / (taken / 1000));
    record(`${key}_webhook_ms_p50`, percentile(answerMs, 0.5));
    record(`${key}_webhook_ms_p99`, percentile(answerMs, 0.99));
    record(`${key}_to_staff_mail_per_s`, REQUESTS / (whole / 1000));
    record(`${key}_to_staff_mail_ms_p50`, percentile(mailMs, 0.5));
    record(`${key}_to_staff_mail_ms_p99`, percentile(mailMs, 0.99));
    if (concurrency === 1) measureHolds(world, sentAt);
    if (concurrency === 8) await measureDecisions(world, service);
  });
}

/** From the webhook's call to the hold in the shop's own ledger. With a form the poll interval comes on top. */
function measureHolds(world: World, sentAt: ReadonlyMap<number, number>): void {
  const seconds = world.shopify.state.ledger.flatMap((entry) => {
    const sent = sentAt.get(Number(entry.orderName.slice(1)));
    return entry.kind === 'hold' && sent !== undefined ? [(entry.at - sent) / 1000] : [];
  });
  record('response_to_hold_s_p50', percentile(seconds, 0.5));
  record('response_to_hold_s_p99', percentile(seconds, 0.99));
  record('held_percent', (100 * seconds.length) / REQUESTS);
}

async function measureDecisions(world: World, service: ServiceProcess): Promise<void> {
  const mails = world.inbox.mails.filter((mail) => mail.to === STAFF);
  const started = performance.now();
  await inParallel(8, mails.length, async (i) => {
    const mail = mails[i];
    if (!mail) return;
    const page = await openPage(linkIn(mail.text, 'd'));
    const number = /cancel #(\d+)\?/.exec(mail.subject)?.[1] ?? '';
    const answer = await sendForm(page, { decision: 'approve', confirm: number });
    if (!answer.html.includes('approved it'))
      throw new Error(`The decision on #${number} was not taken (HTTP ${answer.status})`);
  });
  const told = () => world.inbox.mails.filter((mail) => /is cancelled/.test(mail.subject)).length;
  await waitFor('the last customer mail', () => told() >= REQUESTS, 300_000);
  record('decision_to_customer_mail_per_s', REQUESTS / ((performance.now() - started) / 1000));
  const cost = world.shopify.requests.reduce((sum, request) => sum + request.requestedCost, 0);
  record('shopify_cost_points_per_cancellation', cost / REQUESTS);
  record('resident_mb_after_500_stories', residentMb(service.pid));
}

async function measureStart(): Promise<void> {
  const starts: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    await withService(async (_world, service) => {
      starts.push(service.startMs);
      if (i === 0) record('resident_mb_after_start', residentMb(service.pid));
    });
  }
  record('start_ms_median_of_3', percentile(starts, 0.5));
}

/** Pages of signed-in staff over many stored requests, on the embedded database: the median of 9, and the largest answer. */
async function measurePages(): Promise<void> {
  const world = await startWorld();
  const dataDir = temporaryFolder();
  const store = await openStore({ databaseUrl: null, dataDir });
  const auth = { kind: 'token', accessToken: world.shopify.accessToken } as const;
  const shopify = { storeDomain: 'pine-and-loom.myshopify.com', apiVersion: '2026-10', apiOrigin: world.origin };
  const { orders } = createShopifyOrders({ ...shopify, auth, now: Date.now });
  const order = await orders.read(world.shopify.state.order('#1001').id);
  if (!order) throw new Error('The world has no #1001');
  await fillStore(store, STORED, order);
  await store.close();
  const service = await startServiceProcess(world, await freePort(0), { DATA_DIR: dataDir, LOG_LEVEL: 'warn' });
  try {
    const cookie = await signInTo(world, service.baseUrl);
    for (const [name, path] of Object.entries(PAGES)) {
      const times: number[] = [];
      let bytes = 0;
      for (let i = 0; i < 9; i += 1) {
        const before = performance.now();
        const answer = await fetch(service.baseUrl + path, { headers: { cookie } });
        bytes = Math.max(bytes, (await answer.arrayBuffer()).byteLength);
        if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
        times.push(performance.now() - before);
      }
      record(`page_${name}_ms_at_${STORED}`, percentile(times, 0.5));
      record(`page_${name}_kb`, bytes / 1024);
    }
  } finally {
    await service.stop();
    await world.close();
  }
}

async function signInTo(world: World, origin: string): Promise<string> {
  const post = (path: string, body: Record<string, string>) =>
    fetch(origin + path, { method: 'POST', headers: { origin }, body: new URLSearchParams(body), redirect: 'manual' });
  await post('/sign-in', { email: STAFF });
  const mail = await world.inbox.waitFor('the link to sign in', (one) => /Sign in/.test(one.subject));
  const answer = await post(new URL(/https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? origin).pathname, {
    me: 'yes',
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** The labelled set of test/match, ten of them. */
function measureMatching(): void {
  const scores = Array.from({ length: 10 }, (_, i) => scoreMatching(i + 1));
  const sum = (of: (score: MatchingScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const wrong = sum((score) => score.wrongExact.length);
  const exact = sum((score) => score.exact);
  record(
    'matching_cases',
    sum((score) => score.cases),
  );
  record('matching_wrong_exact', wrong);
  record('matching_exact_precision_percent', (100 * (exact - wrong)) / exact);
  record('matching_exact_recall_percent', (100 * (exact - wrong)) / sum((score) => score.mayBeExact));
  record('matching_found_or_suggested_percent', (100 * sum((score) => score.found)) / sum((score) => score.withTruth));
}

async function inParallel(width: number, count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** Linux only; elsewhere the figure is left out. */
function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

function record(name: string, value: number): void {
  if (!Number.isNaN(value)) results[name] = Math.round(value * 100) / 100;
}
