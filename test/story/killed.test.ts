/** The service is killed again and again, wherever it happens to be. The world's ledger judges. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/service-process.ts';
import { childSettings } from '../support/child-environment.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { newDatabase, type StoreKind, storeKinds, temporaryFolder } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { seededRandom } from '../world/faults.ts';
import { startWorld, type World } from '../world/server.ts';
import { generateOrders } from '../world/shopify/seed.ts';

const SERVICE = fileURLToPath(new URL('../support/quick-service.ts', import.meta.url));
/** `npm run torture` kills it at 1,000 moments. */
const REQUESTS = 16;
const KILLS = 6;
const SEED = 7;

describe.each(storeKinds())('killed with SIGKILL %s', (store) => {
  it(`${KILLS} times over ${REQUESTS} requests: every order is cancelled once, every customer told`, async () => {
    const world = await startWorld({
      shopify: { orders: generateOrders(REQUESTS, Date.now(), 1001), jobMs: 30 },
      google: { emailCollectionType: 'VERIFIED' },
    });
    const port = await freePort(0);
    const env = await environment(world, store, port);
    const random = seededRandom(SEED);
    let child: ChildProcess = start(env);
    try {
      for (let i = 0; i < REQUESTS; i += 1) {
        world.google.form.submit(`customer-${1001 + i}@customer.example`, { '1a2b3c01': `#${1001 + i}` });
      }
      const state = { done: false };
      const approving = approveAsMailsCome(world, state);
      for (let i = 0; i < KILLS; i += 1) {
        await waitFor(
          'it to listen',
          () =>
            fetch(`http://127.0.0.1:${port}/healthz`).then(
              (answer) => answer.ok,
              () => false,
            ),
          20_000,
        );
        // Not a wait for something to happen: the moment of the kill is what varies.
        await new Promise((resolve) => setTimeout(resolve, random() * 500));
        await kill(child);
        child = start(env);
      }
      const told = () =>
        new Set(world.inbox.mails.filter((mail) => /is cancelled/.test(mail.subject)).map((mail) => mail.messageId))
          .size;
      await waitFor('the last customer to be told', () => told() >= REQUESTS, 60_000);
      state.done = true;
      await approving;
      for (const kind of ['cancel', 'refund'] as const) {
        const orders = world.shopify.state.ledger
          .filter((entry) => entry.kind === kind)
          .map((entry) => entry.orderName);
        expect(orders).toHaveLength(REQUESTS);
        expect(new Set(orders).size).toBe(REQUESTS);
      }
      expect(told()).toBe(REQUESTS);
      const refs = new Set(world.inbox.mails.flatMap((mail) => /CR-\w+/.exec(mail.subject)?.[0] ?? []));
      expect(refs.size).toBe(REQUESTS);
    } finally {
      await kill(child);
      await world.close();
    }
  }, 180_000);
});

async function approveAsMailsCome(world: World, state: { done: boolean }): Promise<void> {
  const approved = new Set<string>();
  await waitFor(
    'the approvals',
    async () => {
      for (const mail of [...world.inbox.mails]) {
        const number = /cancel #(\d+)\?/.exec(mail.subject)?.[1];
        if (!number || approved.has(number)) continue;
        try {
          const page = await openPage(linkIn(mail.text, 'd'));
          const answer = await sendForm(page, { decision: 'approve', confirm: number });
          if (/approved it/.test(answer.html) || /approved it/.test(page.html)) approved.add(number);
        } catch {
          // It is down just now; the link works again when it is up.
        }
      }
      return state.done || approved.size === REQUESTS;
    },
    150_000,
  );
}

function start(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [SERVICE], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function environment(world: World, store: StoreKind, port: number): Promise<Record<string, string>> {
  const dataDir = temporaryFolder();
  // As built in, with the parcels held; but for the limit above which staff mails come as one list.
  writeFileSync(`${dataDir}/policy.yaml`, 'limits: { staff_mails: 10000 }\n');
  return {
    ...childSettings(world, dataDir),
    POLICY_FILE: `${dataDir}/policy.yaml`,
    BASE_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    DATA_DIR: dataDir,
    ...(store === 'postgres' ? { DATABASE_URL: await newDatabase() } : {}),
  };
}
