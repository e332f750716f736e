/** GET /metrics: for whoever is on this machine itself, or knows METRICS_TOKEN. */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Router } from 'express';
import { OPEN_STATUSES } from '../domain/lifecycle.ts';
import type { Desk } from '../steps/desk.ts';
import { createHistogram, EXPOSITION_TYPE, type Family, type Histogram, type Sample, toText } from './exposition.ts';

export interface MetricsOptions {
  /** null: nobody but this machine itself. */
  readonly token: string | null;
  readonly shopifyCost: () => { requests: number; requestedCost: number; actualCost: number };
}

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS = ['GET', 'HEAD', 'POST'];

export function createHttpDurations(): Histogram {
  return createHistogram('cancel_desk_http_request_duration_seconds', 'Time to answer, by route.', BOUNDS);
}

export function noteDurations(durations: Histogram): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    res.on('finish', () => {
      // The route's pattern: an address may hold a key, and there is no end of them.
      const route = String(req.route?.path ?? 'none');
      const method = METHODS.includes(req.method) ? req.method : 'other';
      durations.observe({ method, route, status: String(res.statusCode) }, (performance.now() - started) / 1000);
    });
    next();
  };
}

export function metrics(desk: Desk, durations: Histogram, options: MetricsOptions): Router {
  const router = express.Router();
  router.get('/metrics', async (req, res) => {
    res.set('Cache-Control', 'no-store');
    if (!mayRead(req, options.token)) {
      res
        .status(403)
        .type('text/plain')
        .send('Only from this machine itself, or with METRICS_TOKEN as a bearer token.\n');
      return;
    }
    const families = [...(await familiesOf(desk)), ...ofShopify(options), ...ofProcess()];
    res.set('Content-Type', EXPOSITION_TYPE).end(toText(families) + durations.text());
  });
  return router;
}

/** Behind a proxy everybody seems to be on this machine: what was forwarded needs the token. */
function mayRead(req: Request, token: string | null): boolean {
  const given = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '')?.[1];
  if (given !== undefined) return token !== null && isSame(given, token);
  return isLoopback(req.socket.remoteAddress ?? '') && !wasForwarded(req);
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

const FORWARDED = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

function wasForwarded(req: Request): boolean {
  return Object.keys(req.headers).some((name) => FORWARDED.test(name));
}

async function familiesOf(desk: Desk): Promise<Family[]> {
  const { requests, effects, quarantine, incidents, sources } = desk.store.records;
  const now = desk.now();
  // Those that are over would have to be counted one by one.
  const counts = await requests.counts(OPEN_STATUSES);
  const oldest = await requests.oldestOpen();
  const open = await incidents.list();
  const polled = (await sources.list()).filter(({ lastOkAt }) => lastOkAt !== null);
  const age = (at: number) => Math.max(0, now - at) / 1000;
  return [
    gauge(
      'requests',
      'Cancellation requests that are not over, by status.',
      OPEN_STATUSES.map((status) => ({ labels: { status }, value: counts[status] ?? 0 })),
    ),
    gauge('oldest_open_request_age_seconds', 'Age of the oldest request that is not over; 0: there is none.', [
      { value: oldest === null ? 0 : age(oldest) },
    ]),
    gauge(
      'effects_open',
      'What is owed to Shopify and customers and not done yet.',
      byLabel('kind', await effects.countOpenByKind()),
    ),
    gauge(
      'set_aside',
      'What could not be worked off; see "cancel-desk dead list".',
      byLabel('kind', await quarantine.counts()),
    ),
    gauge('incidents_open', 'What needs the operator.', [{ value: open.length }]),
    gauge(
      'incident_open',
      'The same by code.',
      open.map(({ code }) => ({ labels: { code }, value: 1 })),
    ),
    gauge(
      'poll_last_ok_age_seconds',
      'Since a source was last read without fault.',
      polled.map(({ id, lastOkAt }) => ({ labels: { source: id.split(':')[0] ?? id }, value: age(lastOkAt ?? now) })),
    ),
    counter('mails_total', 'Mails of this process, by what came of them.', byLabel('outcome', { ...desk.mailTally })),
  ];
}

function ofShopify({ shopifyCost }: MetricsOptions): Family[] {
  const { requests, requestedCost, actualCost } = shopifyCost();
  return [
    counter('shopify_calls_total', 'Calls of the Admin API by this process.', [{ value: requests }]),
    counter('shopify_cost_points_total', 'Query cost points spent by this process.', [{ value: actualCost }]),
    counter('shopify_cost_points_asked_total', 'Query cost points asked for by this process.', [
      { value: requestedCost },
    ]),
  ];
}

/** Under the names that every Prometheus client gives them. */
function ofProcess(): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return [
    { name: 'process_resident_memory_bytes', help: 'Memory in use.', type: 'gauge', samples: [{ value: rss }] },
    { name: 'nodejs_heap_size_used_bytes', help: 'Heap in use.', type: 'gauge', samples: [{ value: heapUsed }] },
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time.',
      type: 'counter',
      samples: [{ value: (user + system) / 1_000_000 }],
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the process started, in seconds since 1970.',
      type: 'gauge',
      samples: [{ value: performance.timeOrigin / 1000 }],
    },
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `cancel_desk_${name}`, help, type: 'gauge', samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `cancel_desk_${name}`, help, type: 'counter', samples };
}

function byLabel(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([text, value]) => ({ labels: { [label]: text }, value }));
}
