/** The service against a world, in one process or in several on one database. */
import { startWorld, type World } from '../../test/world/server.ts';
import { generateOrders } from '../../test/world/shopify/seed.ts';
import type { Where } from '../fill-store.ts';
import { freePort, type ServiceProcess, startServiceProcess } from '../service-process.ts';
import { WEBHOOK_SECRET } from './load.ts';

/** Webhooks prove nothing about an address, and hundreds of customers won't confirm; all else is as built in. */
const POLICY = `
proof: { level: none }
limits: { mails_per_address: 100000, mails_per_source: 1000000, staff_mails: 1000000 }
`;
export const FIRST_ORDER = 1001;
/** A large bucket: what is measured is the service, not a plan's rate limit. */
const BUCKET = { maximumAvailable: 100_000, restoreRate: 10_000 };

export interface Setup {
  readonly where: Where;
  /** How many orders the shop has. */
  readonly orders: number;
  /** Processes for pages and webhooks, and for the work. null: one does all. */
  readonly processes: { readonly web: number; readonly workers: number } | null;
  readonly env?: Record<string, string>;
}

export interface Running {
  readonly world: World;
  readonly services: readonly ServiceProcess[];
  /** Of those that listen. */
  readonly origins: readonly string[];
}

export async function withServices(
  { where, orders, processes, env = {} }: Setup,
  work: (running: Running) => Promise<void>,
): Promise<void> {
  const shopify = { orders: generateOrders(orders, Date.now(), FIRST_ORDER), jobMs: 50, bucket: BUCKET };
  const world = await startWorld({ shopify });
  const settings = {
    DATA_DIR: where.dataDir,
    ...(where.databaseUrl ? { DATABASE_URL: where.databaseUrl } : {}),
    INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    LOG_LEVEL: 'warn',
    ...env,
  };
  const start = async (part: 'all' | 'web' | 'worker', more: Record<string, string> = {}) =>
    startServiceProcess(world, await freePort(0), { ...settings, ...more }, POLICY, part);
  const services: ServiceProcess[] = [];
  try {
    services.push(await start(processes ? 'web' : 'all'));
    // Links in mails lead to the first.
    const BASE_URL = services[0]?.baseUrl ?? '';
    for (let i = 1; i < (processes?.web ?? 1); i += 1) services.push(await start('web'));
    const origins = services.map(({ baseUrl }) => baseUrl);
    for (let i = 0; i < (processes?.workers ?? 0); i += 1) services.push(await start('worker', { BASE_URL }));
    await work({ world, services, origins });
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await world.close();
  }
}
