/** The service as it runs, against the world: real store, real HTTP, real SMTP. */

import { rmSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createWebServer, type PATIENCE } from '../../src/serve.ts';
import { buildService, type Service, type ServiceOptions } from '../../src/service.ts';
import type { Timings } from '../../src/steps/desk.ts';
import type { Worker } from '../../src/worker.ts';
import { startWorld, type World, type WorldOptions } from '../world/server.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { QUICK } from './quick-timings.ts';
import { sharedRenderer } from './shared-renderer.ts';
import { newDatabase, type StoreKind, temporaryFolder } from './stores.ts';

export const WEBHOOK_SECRET = 'whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcw==';

export interface DeskOptions {
  readonly world?: WorldOptions;
  readonly store?: StoreKind;
  readonly timings?: Partial<Timings>;
  readonly now?: () => number;
  /** Of the web server with slow senders. */
  readonly patience?: Partial<typeof PATIENCE>;
  readonly env?: Record<string, string> | ((world: World) => Record<string, string>);
  readonly sources?: ('forms' | 'sheets')[];
  /** Text of policy.yaml; null: none, so that the built-in policy holds. */
  readonly policy?: string | null;
}

export interface DeskUnderTest {
  readonly world: World;
  readonly service: Service;
  /** Where the pages are. */
  readonly origin: string;
  readonly logLines: string[];
  readonly config: Config;
  readonly policyFile: string;
  /** Stops the worker and starts another, as a restart does. */
  restartWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Another process on the same database, with a worker; it ends with the desk. */
  join(options?: Partial<ServiceOptions>): Promise<Service>;
  /** Ends the service, does something to its database, and starts it again. */
  reopen(between: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startDesk(options: DeskOptions = {}): Promise<DeskUnderTest> {
  const world = await startWorld({
    ...(options.now ? { now: options.now } : {}),
    ...options.world,
    shopify: { jobMs: 20, ...options.world?.shopify },
  });
  const dataDir = temporaryFolder();
  const keyFile = `${dataDir}/key.json`;
  world.google.writeKeyFile(keyFile);
  const policyFile = `${dataDir}/policy.yaml`;
  const { policy = PLAIN_POLICY } = options;
  if (policy !== null) writeFileSync(policyFile, policy);
  let app: RequestListener | null = null;
  const server = createWebServer((req, res) => app?.(req, res), options.patience);
  const origin = await listen(server);
  const config = readConfig(await environment(options, world, origin, dataDir, keyFile));
  const logLines: string[] = [];
  const log = createLog('info', 'json', { write: (line) => logLines.push(line) });
  const build = (more: Partial<ServiceOptions> = {}) =>
    buildService(config, {
      log,
      makeRenderer: sharedRenderer,
      timings: { ...QUICK, ...options.timings },
      ...(options.now ? { now: options.now } : {}),
      ...more,
    });
  const joined: { readonly service: Service; readonly worker: Worker }[] = [];
  let service = await build();
  app = (req, res) => service.app(req, res);
  let worker: Worker | null = service.startWorker();

  const stopWorker = async () => {
    await worker?.stop();
    worker = null;
  };
  return {
    world,
    get service() {
      return service;
    },
    origin,
    logLines,
    config,
    policyFile,
    stopWorker,
    async restartWorker() {
      await stopWorker();
      worker = service.startWorker();
    },
    async join(more) {
      const other = await build(more);
      joined.push({ service: other, worker: other.startWorker() });
      return other;
    },
    async reopen(between) {
      await stopWorker();
      await service.close();
      await between();
      service = await build();
      worker = service.startWorker();
    },
    async close() {
      await Promise.all([stopWorker(), ...joined.map((other) => other.worker.stop())]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const other of joined) await other.service.close();
      await service.close();
      await world.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function environment(options: DeskOptions, world: World, origin: string, dataDir: string, keyFile: string) {
  const sources = options.sources ?? [];
  return {
    BASE_URL: origin,
    DATA_DIR: dataDir,
    ...(options.store === 'postgres' ? { DATABASE_URL: await newDatabase() } : {}),
    SHOPIFY_STORE_DOMAIN: 'pine-and-loom.myshopify.com',
    SHOPIFY_ACCESS_TOKEN: world.shopify.accessToken,
    SHOPIFY_API_ORIGIN: world.origin,
    GOOGLE_API_ORIGIN: world.origin,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    ...(sources.includes('forms') ? { GOOGLE_FORM_ID: world.google.form.formId } : {}),
    ...(sources.includes('sheets') ? { GOOGLE_SHEET_ID: world.google.form.spreadsheetId } : {}),
    INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    SMTP_URL: world.inbox.url,
    MAIL_FROM: 'Pine & Loom <desk@pine-and-loom.example>',
    ...(options.policy === null ? {} : { POLICY_FILE: `${dataDir}/policy.yaml` }),
    STAFF_EMAILS: 'sam@pine-and-loom.example',
    ...(typeof options.env === 'function' ? options.env(world) : options.env),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
