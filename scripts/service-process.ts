/** The service as `npm start` runs it, in a process and folder of its own, pointed at a world. For demo and bench. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from '../test/world/server.ts';
import { COMPILE_CACHE } from './compile-cache.ts';

export const STAFF = 'sam@pine-and-loom.example';
/** Parts in processes of their own are started through the command line. */
const ENTRIES = { all: ['main.ts'], web: ['cli/main.ts', 'web'], worker: ['cli/main.ts', 'worker'] } as const;
export type Part = keyof typeof ENTRIES;
const SRC = fileURLToPath(new URL('../src', import.meta.url));
const UP_WITHIN_MS = 20_000;

export interface ServiceProcess {
  readonly baseUrl: string;
  readonly pid: number;
  readonly logFile: string;
  /** From the start of the process to its first answer. */
  readonly startMs: number;
  log(): string;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

export async function startServiceProcess(
  world: World,
  port: number,
  env: Record<string, string> = {},
  policy: string | null = null,
  part: Part = 'all',
): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-'));
  const logFile = join(folder, 'service.log');
  if (policy !== null) writeFileSync(join(folder, 'policy.yaml'), policy);
  const baseUrl = `http://127.0.0.1:${port}`;
  const log = () => readFileSync(logFile, 'utf8');
  const started = performance.now();
  const child = spawnService(world, folder, logFile, { BASE_URL: baseUrl, ...env, PORT: String(port) }, part);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  // A worker listens nowhere.
  while (part !== 'worker' && !(await answers(`${baseUrl}/readyz`))) {
    if (child.exitCode !== null || performance.now() - started > UP_WITHIN_MS) {
      child.kill('SIGKILL');
      throw new Error(`The service did not come up. Its log:\n${log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    baseUrl,
    pid: child.pid ?? 0,
    logFile,
    startMs: performance.now() - started,
    log,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function spawnService(
  world: World,
  folder: string,
  logFile: string,
  env: Record<string, string>,
  part: Part,
): ChildProcess {
  const [entry, ...verb] = ENTRIES[part];
  const log = openSync(logFile, 'a');
  // As scripts/run.mjs starts it.
  return spawn(process.execPath, ['--max-semi-space-size=2', `${SRC}/${entry}`, ...verb], {
    // Its own folder and none of your settings: no .env is read.
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...serviceEnvironment(world, folder),
      ...env,
    },
  });
}

/** Settings that point a service at a world, with `folder` for its files. */
export function serviceEnvironment({ origin, shopify, google, inbox }: World, folder: string): Record<string, string> {
  const keyFile = join(folder, 'google-key.json');
  google.writeKeyFile(keyFile);
  return {
    DATA_DIR: join(folder, 'data'),
    SHOPIFY_STORE_DOMAIN: 'pine-and-loom.myshopify.com',
    SHOPIFY_ACCESS_TOKEN: shopify.accessToken,
    SHOPIFY_API_ORIGIN: origin,
    GOOGLE_API_ORIGIN: origin,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    GOOGLE_FORM_ID: google.form.formId,
    GOOGLE_SHEET_ID: google.form.spreadsheetId,
    POLL_INTERVAL: '2s',
    SMTP_URL: inbox.url,
    MAIL_FROM: 'Pine & Loom <desk@pine-and-loom.example>',
    STAFF_EMAILS: STAFF,
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** The wanted port, or any other when it is taken. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (wanted === 0 ? reject(error) : freePort(0).then(resolve, reject)));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
