/** Exporting, erasing and handing in what came back as an operator types it, beside a service that runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childSettings } from '../support/child-environment.ts';
import { findBytes } from '../support/find-bytes.ts';
import { temporaryFolder } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { deliveryReport } from '../world/mail/delivery-report.ts';
import { startWorld, type World } from '../world/server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const ANA = 'ana@customer.example';

describe('export, erase and bounce', () => {
  let world: World;
  let env: Record<string, string>;
  let service: ChildProcess;
  let log = '';
  let ref = '';
  const folder = temporaryFolder();
  const dataDir = `${folder}/data`;

  beforeAll(async () => {
    world = await startWorld({ google: { emailCollectionType: 'VERIFIED' } });
    env = { ...childSettings(world, folder), POLL_INTERVAL: '200ms' };
    service = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    service.stdout?.on('data', (chunk) => (log += chunk));
    await waitFor('the service', () => log.includes('cancel-desk is running'), 20_000);
    world.google.form.submit(ANA, { '1a2b3c01': '1001', '1a2b3c04': 'My parrot Kolibri did it' });
    const mail = await world.inbox.waitFor('to Sam', (one) => one.to === 'sam@pine-and-loom.example');
    ref = /CR-\w+/.exec(mail.subject)?.[0] ?? '';
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await ended;
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function desk(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('exit', (code) => resolve({ code, out, err }));
    });
  }

  it('wants one address', async () => {
    for (const verb of ['export', 'erase']) {
      expect(await desk(verb, 'ana')).toMatchObject({ code: 2, out: '' });
    }
    expect((await desk('erase', 'sam@pine-and-loom.example', '--yes')).err).toMatch(/in the staff list/);
  });

  it('takes a mail that is piped in, and is content with any', async () => {
    expect(await desk('bounce', `${folder}/nowhere.eml`)).toMatchObject({ code: 1 });
    const others = `${folder}/other.eml`;
    writeFileSync(others, 'Subject: hello\n\nno report\n');
    expect(await desk('bounce', others)).toMatchObject({ code: 0, err: '' });
    const mail = await world.inbox.waitFor('to Sam', (one) => one.to === 'sam@pine-and-loom.example');
    const report = `${folder}/report.eml`;
    writeFileSync(report, deliveryReport(mail));
    expect(await desk('bounce', report)).toMatchObject({ code: 0, out: `Came back: a mail of ${ref}.\n` });
  });

  it('exports a person as JSON', async () => {
    const { code, out } = await desk('export', 'Ana <ANA@customer.example>');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      email: ANA,
      requests: [{ ref, fields: { message: expect.stringContaining('Kolibri') } }],
    });
  });

  it('says which other addresses look alike, beside the export, and leaves them out', async () => {
    expect((await desk('export', ANA)).err).toBe('');
    const { out, err } = await desk('export', 'ana+shop@customer.example');
    expect(JSON.parse(out).requests).toEqual([]);
    expect(err).toBe(
      `Not exported: 1 other address that looks alike: ${ANA}. If it is the same person’s, run the same for it.\n`,
    );
    const erased = await desk('erase', 'ana+shop@customer.example', '--yes');
    expect(erased.err).toContain(`Not erased: 1 other address that looks alike: ${ANA}.`);
    expect(JSON.parse((await desk('export', ANA)).out).requests).toMatchObject([{ ref }]);
  });

  it('erases nobody whose request is open, and says which it is', async () => {
    expect(await desk('erase', ANA, '--yes')).toEqual({
      code: 1,
      out: '',
      err: `Nothing was erased. ${ref} is still open: decide it or let the customer withdraw it first.\n`,
    });
  });

  it('erases to the last byte, while the service runs and reads the form on', async () => {
    expect((await desk('decide', ref, 'decline', '--reason', 'Too late')).code).toBe(0);
    await world.inbox.waitFor('the refusal', (mail) => mail.to === ANA && !/We have/.test(mail.subject));
    expect(await findBytes({ databaseUrl: null, dataDir }, [ANA, 'Kolibri'])).not.toEqual([]);
    // What was owed is settled a moment after the mail has left.
    await waitFor('the erasure', async () => (await desk('erase', ANA, '--yes')).code === 0, 30_000);
    expect(await findBytes({ databaseUrl: null, dataDir }, [ANA, 'Kolibri', 'Virtanen'])).toEqual([]);
    const again = await desk('erase', ANA, '--yes', '--json');
    expect(JSON.parse(again.out)).toEqual({ requests: [], setAside: 0, mentions: 0, compacted: true });
    expect(JSON.parse((await desk('export', ANA)).out).requests).toEqual([]);
    const { out } = await desk('requests', '--json');
    expect(JSON.parse(out)).toMatchObject([{ ref, status: 'declined', email: null }]);
    expect(log).not.toMatch(/ana@|Kolibri/);
  });
});
