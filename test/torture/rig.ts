/** A world, a database, the service in processes that can be killed, and Sam, who approves whatever comes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/service-process.ts';
import type { Parts } from '../../src/serve.ts';
import { childSettings } from '../support/child-environment.ts';
import { WEBHOOK_SECRET } from '../support/desk-under-test.ts';
import { waitFor } from '../support/wait-for.ts';
import type { ReceivedMail } from '../world/mail/inbox.ts';
import { startWorld, type World, type WorldOptions } from '../world/server.ts';
import { generateOrders } from '../world/shopify/seed.ts';
import type { Moment, Outside } from '../world/tap.ts';
import { type Answering, type AnsweringPeople, APPROVING, answerWhatComes } from './people.ts';
import { loadChild, type ServiceChild } from './process.ts';

/** As built in, with the parcels held; but for the limits above which mails are kept back. */
const POLICY = 'limits: { staff_mails: 100000, mails_per_source: 100000, mails_per_address: 1000 }\n';
/** With every step there is: the money goes back in a step of its own, and the order is tagged. */
export const LONG_POLICY = `${POLICY}defaults: { amount: { less: 1.00 }, tags: [cancelled-on-request] }\n`;
/** Nothing is sent before a minute after the approval, by the service's clock. */
export const UNDO_POLICY = `${POLICY}undo: 1m\n`;
const CANCELLED = /^Order (#\d+) is cancelled/;
/** The mails of the other ends; whose order it is, the address says. */
const OTHER_ENDS = /^Part of order|^Order #\d+ is changed|^Return your order|discount code/;
export const FIRST = 1001;

export interface RigOptions {
  /** null: the embedded one. */
  readonly databaseUrl: string | null;
  readonly orders: number;
  readonly policy?: string;
  readonly world?: WorldOptions;
  readonly env?: Record<string, string>;
  /** Where the embedded database lies; left out: a temporary folder. */
  readonly dataDir?: string;
  /** Nobody answers unless told to. */
  readonly nobodyAnswers?: boolean;
  /** What is answered; left out: Sam approves whatever comes. */
  readonly answering?: readonly Answering[];
}

export interface Rig {
  readonly world: World;
  readonly env: Record<string, string>;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly people: AnsweringPeople;
  /** What the mails told of orders that were not cancelled then. */
  readonly lies: string[];
  /** Called at each outside call. */
  onCall: ((outside: Outside, moment: Moment) => void) | null;
  /** The service, when it is one process. */
  readonly child: ServiceChild;
  /** A process more: for many of them. */
  load(parts: Parts, env?: Record<string, string>): ServiceChild;
  start(): Promise<void>;
  /** The next process takes over from one that has ended. */
  restart(): Promise<void>;
  /** Returns the response's id. */
  submit(number: number, message?: string): string;
  /** Message-IDs of mails that told of the end: that this order is cancelled, in part, changed, … */
  told(number: number): Set<string>;
  allTold(first: number, last: number, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

export async function buildRig(options: RigOptions): Promise<Rig> {
  const told = new Map<string, Set<string>>();
  const lies: string[] = [];
  const onMail = (mail: ReceivedMail) => {
    const whose = OTHER_ENDS.test(mail.subject) ? /^customer-(\d+)@/.exec(mail.to)?.[1] : null;
    if (whose) told.set(`#${whose}`, (told.get(`#${whose}`) ?? new Set()).add(mail.messageId));
    const name = CANCELLED.exec(mail.subject)?.[1];
    if (!name) return;
    told.set(name, (told.get(name) ?? new Set()).add(mail.messageId));
    const done = world.shopify.state.ledger.some((entry) => entry.kind === 'cancel' && entry.orderName === name);
    if (!done) lies.push(`${name} was called cancelled before it was`);
  };
  const world: World = await startWorld({
    tap: (outside, moment) => rig.onCall?.(outside, moment),
    onMail,
    ...options.world,
    shopify: {
      orders: generateOrders(options.orders, options.world?.now?.() ?? Date.now(), FIRST),
      jobMs: 20,
      lateMs: 300,
      bucket: { maximumAvailable: 20_000, restoreRate: 2_000 },
      ...options.world?.shopify,
    },
    google: { emailCollectionType: 'VERIFIED', ...options.world?.google },
  });
  const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-torture-'));
  const dataDir = options.dataDir ?? join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  const port = await freePort(0);
  const env = environment(world, folder, dataDir, port, options);
  const people = answerWhatComes(world, options.answering ?? [APPROVING]);
  if (options.nobodyAnswers) people.pause();
  let current = loadChild(env);
  let standby = loadChild(env);
  const others: ServiceChild[] = [];
  const rig: Rig = {
    world,
    env,
    dataDir,
    databaseUrl: options.databaseUrl,
    people,
    lies,
    onCall: null,
    get child() {
      return current;
    },
    load(parts, more = {}) {
      const child = loadChild({ ...env, ...more }, parts);
      others.push(child);
      return child;
    },
    start: () => mustGo(current),
    async restart() {
      current = standby;
      standby = loadChild(env);
      await mustGo(current);
    },
    submit(number, message = '') {
      const answers = { '1a2b3c01': `#${number}`, '1a2b3c04': message };
      return world.google.form.submit(`customer-${number}@customer.example`, answers).responseId;
    },
    told: (number) => told.get(`#${number}`) ?? new Set(),
    async allTold(first, last, timeoutMs = 30_000) {
      await waitFor(
        `customers of #${first} to #${last} to be told`,
        () => {
          for (let number = first; number <= last; number += 1) if (rig.told(number).size === 0) return false;
          return true;
        },
        timeoutMs,
      );
    },
    async close() {
      await people.stop();
      await Promise.all([current, standby, ...others].map((child) => child.kill()));
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

/** One that was killed while starting is no failure here; one that ended by itself is. */
async function mustGo(child: ServiceChild): Promise<void> {
  await child.go();
}

function environment(
  world: World,
  folder: string,
  dataDir: string,
  port: number,
  { databaseUrl, policy = POLICY, env = {} }: RigOptions,
): Record<string, string> {
  writeFileSync(`${folder}/policy.yaml`, policy);
  return {
    ...childSettings(world, folder),
    BASE_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    DATA_DIR: dataDir,
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    POLICY_FILE: `${folder}/policy.yaml`,
    INTAKE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    TORTURE_LEASE: '600',
    ...env,
  };
}
