/** Backing up, restoring and retrying as an operator types them: real processes, files and exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childSettings } from '../support/child-environment.ts';
import { runSql } from '../support/raw-database.ts';
import { newDatabase, storeKinds, temporaryFolder } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWorld, type World } from '../world/server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('backup, restore and dead', () => {
  let world: World;
  let env: Record<string, string>;
  const folder = temporaryFolder();
  const dataDir = `${folder}/data`;

  beforeAll(async () => {
    world = await startWorld({ shopify: { jobMs: 10 }, google: { emailCollectionType: 'VERIFIED' } });
    env = childSettings(world, folder);
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function desk(args: string[], more: Record<string, string> = {}): Promise<Ran> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...env, ...more } });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('exit', (code) => resolve({ code, out, err }));
    });
  }

  async function serve(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let log = '';
    child.stdout?.on('data', (chunk) => (log += chunk));
    await waitFor('the service', () => log.includes('cancel-desk is running'), 20_000);
    return child;
  }

  async function stop(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  it('has nothing to back up before there is a database', async () => {
    const ran = await desk(['backup', `${folder}/early`]);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toBe(`There is no database in ${dataDir}.\n`);
    expect(existsSync(`${folder}/early`)).toBe(false);
  });

  it('backs up while the service runs, refuses to restore then, and restores when it is stopped', async () => {
    const file = `${folder}/desk.backup`;
    const service = await serve();
    try {
      world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
      await world.inbox.waitFor('to Sam', (mail) => mail.to === 'sam@pine-and-loom.example');
      const made = await desk(['backup', file]);
      expect(made).toMatchObject({ code: 0, err: '' });
      expect(made.out).toContain('verified');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect((await desk(['backup', file])).err).toContain('exists already');
      const refused = await desk(['restore', file, '--force']);
      expect(refused).toMatchObject({ code: 1, err: 'The database is in use. Stop the service first.\n' });
    } finally {
      await stop(service);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect((await desk(['restore', file])).err).toContain('With --force it is moved aside');
    const done = await desk(['restore', file, '--force']);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain('looked at anew');
    const aside = readdirSync(dataDir).filter((name) => name.includes('before-restore'));
    expect(aside).toHaveLength(1);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('restoring'))).toEqual([]);
    expect(statSync(`${dataDir}/cancel-desk.sqlite`).mode & 0o777).toBe(0o600);
    const [request] = JSON.parse((await desk(['requests', '--json'])).out) as { status: string }[];
    expect(request?.status).toBe('received');
    await desk(['poll', '--once']);
    expect((await desk(['requests', '--status', 'awaiting_decision'])).out).toContain('#1001');
  }, 60_000);

  it('refuses a file that is broken, cut short, or something else', async () => {
    const good = readFileSync(`${folder}/desk.backup`);
    const broken = Buffer.from(good);
    broken.fill(7, 8_192, 40_000);
    writeFileSync(`${folder}/broken`, broken);
    writeFileSync(`${folder}/short`, good.subarray(0, good.length / 2));
    writeFileSync(`${folder}/other`, 'Dear diary');
    for (const name of ['broken', 'short', 'other', 'missing']) {
      const ran = await desk(['restore', `${folder}/${name}`], { DATA_DIR: `${folder}/elsewhere` });
      expect(ran).toMatchObject({ code: 1, out: '' });
      expect(ran.err).toMatch(/is not a whole backup of Cancel Desk|There is no file/);
      expect(existsSync(`${folder}/elsewhere/cancel-desk.sqlite`)).toBe(false);
    }
  }, 30_000);

  it('takes heads of what a restore threw away for no fault, tells of the restore each time, and finds a cut all the same', async () => {
    const file = `${folder}/for-heads`;
    const anchors = `${dataDir}/audit-anchors.txt`;
    await desk(['poll', '--once']);
    expect(await desk(['backup', file])).toMatchObject({ code: 0 });
    const before = (await desk(['audit', 'head'])).out.trim();
    for (const name of ['sue', 'tom']) await desk(['staff', 'add', `${name}@pine-and-loom.example`]);
    await desk(['poll', '--once']);
    const lost = (await desk(['audit', 'head'])).out.trim();
    expect(Number.parseInt(lost, 10)).toBeGreaterThan(Number.parseInt(before, 10));
    // As on the next day.
    appendFileSync(anchors, `${new Date().toISOString()} ${lost.replace(':', ' ')}\n`);
    expect((await desk(['audit', 'verify'])).code).toBe(0);

    expect(await desk(['restore', file, '--force'])).toMatchObject({ code: 0, err: '' });
    for (const args of [[], ['--anchor', lost], ['--anchor', before]]) {
      const verified = await desk(['audit', 'verify', ...args]);
      expect(verified).toMatchObject({ code: 0, err: '' });
      expect(verified.out).toMatch(/A backup was put back on .* The head written down .* If nobody put a backup back/);
    }
    const { restores } = JSON.parse((await desk(['audit', 'verify', '--json'])).out) as {
      restores: { position: number }[];
    };
    expect(restores.at(-1)?.position).toBe(Number.parseInt(before, 10));

    const cutAt = Number.parseInt(before, 10) - 2;
    await runSql(
      { databaseUrl: null, dataDir },
      `drop trigger guard_audit_delete; delete from audit_chain where position > ${cutAt}; delete from events where position > ${cutAt}`,
    );
    const cut = await desk(['audit', 'verify']);
    expect(cut.code).toBe(1);
    expect(cut.out).toContain(`${before.split(':')[0]}  the chain was longer when its head was written down`);
    expect(cut.err).toMatch(/changed in one place\..*\n.*docs\/operating\.md/);
  }, 60_000);

  it('says of what was changed which request it is about, and what to do', async () => {
    await desk(['poll', '--once']);
    const [request] = JSON.parse((await desk(['requests', '--json'])).out) as { ref: string }[];
    await runSql({ databaseUrl: null, dataDir }, "update events set data = '{}' where type = 'received'");
    const { code, out, err } = await desk(['audit', 'verify']);
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(`an event was changed after it was sealed; there is now "received" of ${request?.ref}, 20`),
    );
    expect(err).toContain(`Look at ${request?.ref}`);
  }, 30_000);

  it('erases and removes again who was erased or removed after it, and says whom it can’t', async () => {
    const other = await startWorld({ shopify: { jobMs: 10 }, google: { emailCollectionType: 'VERIFIED' } });
    mkdirSync(`${folder}/people`);
    const elsewhere = { ...childSettings(other, `${folder}/people`), DATA_DIR: `${folder}/people/data` };
    const run = (...args: string[]) => desk(args, elsewhere);
    const endFor = async (email: string, order: string) => {
      other.google.form.submit(email, { '1a2b3c01': order });
      await run('poll', '--once');
      const [{ ref } = { ref: '' }] = JSON.parse((await run('requests', '--json')).out) as { ref: string }[];
      await run('decide', ref, 'decline', '--reason', 'Packed');
      await run('poll', '--once');
      return ref;
    };
    await run('staff', 'add', 'sue@pine-and-loom.example');
    await run('staff', 'add', 'kai@pine-and-loom.example', '--role', 'operate');
    const ana = await endFor('ana@customer.example', '1001');
    const file = `${folder}/people.backup`;
    expect(await run('backup', file)).toMatchObject({ code: 0 });
    const eino = await endFor('eino@customer.example', '1002');
    for (const name of ['ana', 'eino']) {
      expect(await run('erase', `${name}@customer.example`, '--yes')).toMatchObject({ code: 0 });
    }
    await run('staff', 'remove', 'sue@pine-and-loom.example');
    await run('staff', 'add', 'kai@pine-and-loom.example', '--role', 'view');
    await run('staff', 'add', 'lee@pine-and-loom.example', '--role', 'operate');

    const restored = await run('restore', file, '--force');
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toContain(`Erased again, as in the database that was there: ${ana}.`);
    expect(restored.out).toContain(`Erased there, and not in this backup: ${eino}.`);
    expect(restored.out).toMatch(
      /Removed from the staff or given less to do, as there: kai@pine-and-loom.example, sue@pine-and-loom.example\./,
    );
    const bytes = readFileSync(`${elsewhere.DATA_DIR}/cancel-desk.sqlite`);
    expect(bytes.includes('ana@customer.example')).toBe(false);
    await run('poll', '--once');
    expect((await run('export', 'ana@customer.example')).out).not.toContain(ana);
    const staff = JSON.parse((await run('staff', 'list', '--json')).out) as { email: string }[];
    expect(staff).toContainEqual(expect.objectContaining({ email: 'sue@pine-and-loom.example', active: false }));
    expect(staff).toContainEqual(expect.objectContaining({ email: 'kai@pine-and-loom.example', role: 'view' }));
    // Or nobody might be left to operate it.
    expect(staff).toContainEqual(expect.objectContaining({ email: 'lee@pine-and-loom.example', active: true }));
    expect(await run('audit', 'verify')).toMatchObject({ code: 0 });
    await other.close();
  }, 90_000);

  it('restores into an empty folder', async () => {
    const elsewhere = { DATA_DIR: `${folder}/new/data` };
    const restored = await desk(['restore', `${folder}/desk.backup`], elsewhere);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.out).toMatch(/no earlier database to read.*\n.*sam@pine-and-loom.example \(operate\)/);
    expect((await desk(['requests'], elsewhere)).out).toContain('CR-');
  });

  it.each([
    [['restore'], /Say which backup/],
    [['restore', 'x', '--mark'], /Say which backup/],
    [['dead', 'retry'], /Say which/],
    [['dead', 'retry', 'x', '--all'], /Say which/],
  ])('%j ends with 2', async (args, why) => {
    const ran = await desk(args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(why);
  });

  it('lists what is set aside and puts it back', async () => {
    expect((await desk(['dead', 'list'])).out).toBe('Nothing is set aside.\n');
    await runSql(
      { databaseUrl: null, dataDir },
      `insert into effects (id, key, kind, state, payload, outcome, due_at, created_at, faults, fault)
       values ('e1', 'k1', 'mail', 'pending', '{"notice":"staff-decide","to":"x@y.example","locale":"en"}', '{}', 0, 0, 5, 'Error: why')`,
    );
    const listed = await desk(['dead', 'list']);
    expect(listed.out).toMatch(/^e1 {2}effect {4}mail staff-decide .*Error: why\n$/);
    expect(JSON.parse((await desk(['dead', 'list', '--json'])).out)).toMatchObject([{ id: 'e1', kind: 'effect' }]);
    expect((await desk(['dead', 'retry', 'nothing'])).code).toBe(1);
    expect(await desk(['dead', 'retry', 'e1'])).toMatchObject({ code: 0, out: '1 put back to work.\n' });
    expect((await desk(['dead', 'list', '--json'])).out).toBe('[]\n');

    const [{ ref } = { ref: '' }] = JSON.parse((await desk(['requests', '--json'])).out) as { ref: string }[];
    await runSql(
      { databaseUrl: null, dataDir },
      `insert into effects (id, key, kind, state, payload, outcome, due_at, created_at, faults, fault, request_id)
       select 'e' || n, 'k' || n, 'chat', 'pending', '{}', '{}', 0, 0, 5, 'Error: why', id
       from requests, (select 2 as n union select 3) where ref = '${ref}'`,
    );
    expect((await desk(['dead', 'list'])).out).toContain(ref);
    expect(await desk(['dead', 'retry', ref.toLowerCase()])).toMatchObject({ code: 0, out: '2 put back to work.\n' });
    expect(await desk(['dead', 'retry', ref])).toMatchObject({
      code: 1,
      err: `Nothing is set aside under ${ref}. "cancel-desk dead list" shows what is.\n`,
    });
  }, 30_000);

  it.runIf(storeKinds().includes('postgres'))(
    'on PostgreSQL backs up by pg_dump, says so where there is none, and marks what was restored',
    async () => {
      const postgres = { DATABASE_URL: await newDatabase() };
      await desk(['poll', '--once'], postgres);
      const file = `${folder}/pg.backup`;
      expect(await desk(['backup', file], postgres)).toMatchObject({ code: 0, err: '' });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const without = await desk(['backup', `${folder}/none`], { ...postgres, PATH: folder });
      expect(without).toMatchObject({ code: 1, out: '' });
      expect(without.err).toContain('there is no pg_dump here');
      expect((await desk(['restore', file], postgres)).err).toContain('restore --mark');
      expect(await desk(['restore', '--mark'], postgres)).toMatchObject({ code: 0 });
      expect((await desk(['requests'], postgres)).out).toContain('received');
    },
    60_000,
  );
});
