/**
 * `npm run demo`: the service, as `npm start` runs it, next to a make-believe Shopify, Google and mail server.
 * `-- --once` plays one whole story by itself and exits 0, or 1 when any step fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld, type World } from '../test/world/server.ts';
import { playStory } from './demo-story.ts';

const STAFF = 'sam@pine-and-loom.example';
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const once = process.argv.includes('--once');
const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-demo-'));
const logFile = join(folder, 'service.log');
const world = await startWorld({ port: await freePort(8090), shopify: { jobMs: once ? 300 : 2_000 } });
const port = await freePort(8080);
const baseUrl = `http://127.0.0.1:${port}`;
let stopping = false;
const service = startService(world);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
await waitUntilReady(service);

if (once) {
  try {
    await playStory(world, STAFF);
    await stop(0);
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    console.error(readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n'));
    await stop(1);
  }
} else {
  console.log(`
Cancel Desk demo. Everything below is make-believe and ends with this command.

  1. Fill in the form as a customer    ${world.origin}/form
  2. Watch the mails arrive            ${world.origin}/inbox
     Open the one to ${STAFF}, decide
  3. See the order cancelled           ${world.origin}/admin

  The service itself listens on ${baseUrl}. Its log: ${logFile}
  Stop with Ctrl+C.
`);
}

function startService({ origin, shopify, google, inbox }: World): ChildProcess {
  const keyFile = join(folder, 'google-key.json');
  google.writeKeyFile(keyFile);
  const log = openSync(logFile, 'a');
  // Run in its own folder, so that no .env of yours is read; and without your settings.
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH,
      BASE_URL: baseUrl,
      PORT: String(port),
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
    },
  });
  child.on('exit', (code) => {
    if (stopping) return;
    console.error(`The service ended by itself (${code}). Its log:\n${readFileSync(logFile, 'utf8')}`);
    void stop(1);
  });
  return child;
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!stopping) {
    console.error(`The service did not come up. Its log:\n${readFileSync(logFile, 'utf8')}`);
    await stop(1);
  }
}

async function stop(code: number): Promise<never> {
  stopping = true;
  if (service.exitCode === null && service.signalCode === null) {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await ended;
  }
  await world.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

/** The wanted port, or any other when it is taken. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => (wanted === 0 ? reject(new Error('No free port')) : freePort(0).then(resolve, reject)));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
