/** The commands as an operator types them: real processes, exit codes, what is printed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childSettings } from '../support/child-environment.ts';
import { temporaryFolder } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { startWorld, type World } from '../world/server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('the command line', () => {
  let world: World;
  let env: Record<string, string>;
  const folder = temporaryFolder();

  beforeAll(async () => {
    world = await startWorld({ shopify: { jobMs: 10 }, google: { emailCollectionType: 'VERIFIED' } });
    env = childSettings(world, folder);
  });
  afterAll(() => world.close());

  interface Ran {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }

  /** Asynchronous, because the world answers from this very process. */
  function desk(args: string[], more: Record<string, string> = {}): Promise<Ran> {
    return run([CLI, ...args], more);
  }

  function run(args: string[], more: Record<string, string>, onStart?: (child: ChildProcess) => void): Promise<Ran> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: folder, env: { ...env, ...more } });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('exit', (code) => resolve({ code, out, err }));
      onStart?.(child);
    });
  }

  it('polls, lists, shows and decides', async () => {
    world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    world.google.form.submit('mallory@evil.example', { '1a2b3c01': '1002' });
    expect((await desk(['poll', '--once'])).code).toBe(0);
    const listed = JSON.parse((await desk(['requests', '--json'])).out) as {
      ref: string;
      status: string;
      email: string;
    }[];
    expect(listed.map((one) => one.status).sort()).toEqual(['awaiting_decision', 'needs_customer']);
    const anas = listed.find((one) => one.email === 'ana@customer.example')?.ref ?? '';
    const other = listed.find((one) => one.email !== 'ana@customer.example')?.ref ?? '';

    const shown = await desk(['show', anas.toLowerCase()]);
    expect(shown.out).toContain('#1001: reference agrees, email agrees');

    expect(await desk(['decide', anas, 'approve'])).toMatchObject({ code: 0, out: `${anas} is approved.\n` });
    expect((await desk(['decide', anas, 'decline', '--reason', 'no'])).err).toContain(
      "it can't be decided that way any more",
    );
    const settled = await desk(['poll', '--once', '--json']);
    expect(settled.code).toBe(0);
    await waitFor('the cancellation', async () => {
      await desk(['poll', '--once']);
      return (await desk(['requests', '--status', 'cancelled'])).out.includes(anas);
    });
    expect(world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel')).toHaveLength(1);

    expect((await desk(['decide', other, 'approve'])).err).toContain('has no order yet');
    expect(await desk(['decide', other, 'decline', '--order', '#1002', '--reason', 'Not yours'])).toMatchObject({
      code: 0,
    });
  }, 60_000);

  it('previews a mail without any settings', async () => {
    const shown = await desk(['preview', 'customer-received', '--locale', 'fi']);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/^Subject: .*CR-7K2M9QX/);
    const all = await desk(['preview', '--all', '--out', `${folder}/preview`]);
    expect(all.out).toMatch(/^Wrote \d+ mails in en/);
  });

  it('checks, explains and replays a policy', async () => {
    const good = `${folder}/good.yaml`;
    writeFileSync(good, 'rules:\n  - { name: small ones, when: { amount: { under: 10000 } }, then: approve }\n');
    writeFileSync(`${folder}/bad.yaml`, 'rules:\n  - { name: a, then: aprove }\n');
    expect(await desk(['policy', 'check', good])).toMatchObject({ code: 0, err: '' });
    const bad = await desk(['policy', 'check', `${folder}/bad.yaml`]);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('bad.yaml:2: rules[1].then: must be one of approve');

    world.google.form.submit('eino@customer.example', { '1a2b3c01': '1002' });
    await desk(['poll', '--once']);
    const [request] = JSON.parse((await desk(['requests', '--status', 'awaiting_decision', '--json'])).out) as {
      ref: string;
    }[];
    const explained = await desk(['policy', 'explain', request?.ref ?? '']);
    expect(explained).toMatchObject({ code: 0 });
    expect(explained.out).toContain('Order #1002: No rule of the policy applies.');
    const finnish = await desk(['policy', 'explain', request?.ref ?? '', '--locale', 'fi']);
    expect(finnish.out).toContain('Mikään sääntö ei päde.');
    const replayed = await desk(['policy', 'replay', '--since', '90d', '--policy', good]);
    expect(replayed.out).toMatch(/approve +0 then +\d+ now +\+\d+/);
    expect(replayed.out).toContain(`${request?.ref}  #1002       staff → approve (small ones)`);
    expect((await desk(['policy', 'replay', '--since', 'long ago'])).code).toBe(2);
  }, 60_000);

  it.each([
    [['requests', '--status', 'done'], 2, /Statuses: received/],
    [['show', 'CR-NOBODY1'], 1, /There is no request/],
    [['decide', 'CR-X', 'maybe'], 2, /approve, decline/],
    [['decide', 'CR-X', 'decline'], 2, /--reason/],
    [['frobnicate'], 2, /unknown command/],
    [['preview', 'customer-nothing'], 2, /customer-received/],
    [['preview', 'staff-decide', '--locale', 'ja'], 2, /no texts in "ja"/],
    [['staff', 'away', 'sam@pine-and-loom.example', '--until', 'soon'], 2, /is no day/],
    [['staff', 'add', 'nobody'], 2, /not one e-mail address/],
  ])('%j ends with %d and says why on stderr', async (args, code, why) => {
    const ran = await desk(args);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(why);
  });

  it('verifies the audit chain, and ends with 1 when it is shorter than a head that somebody kept', async () => {
    const good = await desk(['audit', 'verify']);
    expect(good).toMatchObject({ code: 0 });
    expect(good.out).toMatch(/\d+ events in the chain/);
    const cut = await desk(['audit', 'verify', '--anchor', `999999:${'a'.repeat(64)}`]);
    expect(cut.code).toBe(1);
    expect(cut.out).toContain('999999  the chain was longer');
    expect(await desk(['audit', 'verify', '--anchor', 'nonsense'])).toMatchObject({ code: 2 });
    expect((await desk(['audit', 'head'])).out).toMatch(/^\d+:/);
  });

  it('says so when the heads that were written down are gone', async () => {
    const file = `${folder}/data/audit-anchors.txt`;
    expect(readFileSync(file, 'utf8')).not.toBe('');
    renameSync(file, `${file}.aside`);
    for (const empty of [false, true]) {
      if (empty) writeFileSync(file, '');
      const { code, err } = await desk(['audit', 'verify']);
      expect(code).toBe(1);
      expect(err).toMatch(/heads were written down, last on \d{4}-\d\d-\d\d, but .*audit-anchors\.txt holds none/);
      expect(err).not.toContain('was changed in');
    }
    renameSync(`${file}.aside`, file);
    expect((await desk(['audit', 'verify'])).code).toBe(0);
  });

  it('keeps the staff list', async () => {
    await desk(['staff', 'add', 'Sue@pine-and-loom.example']);
    await desk(['staff', 'remove', 'sam@pine-and-loom.example']);
    const listed = JSON.parse((await desk(['staff', 'list', '--json'])).out) as { email: string; active: boolean }[];
    expect(listed).toContainEqual({
      email: 'sue@pine-and-loom.example',
      role: 'decide',
      active: true,
      awayUntil: null,
      standIn: null,
    });
    // STAFF_EMAILS names Sam still; who was removed stays removed.
    expect(listed).toContainEqual({
      email: 'sam@pine-and-loom.example',
      role: 'operate',
      active: false,
      awayUntil: null,
      standIn: null,
    });
  });

  it('doctor: all well is exit 0, anything wrong is exit 1 with what to do', async () => {
    const well = await desk(['doctor']);
    expect(well).toMatchObject({ code: 0 });
    expect(well.out).toMatch(/ok\s+Shopify\s+Pine & Loom/);
    expect(well.out).toMatch(/without read_all_orders: no orders older than 60 days/);
    world.google.faults.set({ kind: 'http_403' });
    const sick = await desk(['doctor', '--json'], { SHOPIFY_ACCESS_TOKEN: 'wrong', SMTP_URL: 'smtp://127.0.0.1:1' });
    world.google.faults.clear();
    expect(sick.code).toBe(1);
    const wrong = (JSON.parse(sick.out) as { name: string; ok: boolean; text: string }[]).filter((one) => !one.ok);
    expect(wrong.map((one) => one.name).sort()).toEqual(['Google Form', 'Mail', 'Shopify']);
    expect(wrong.find((one) => one.name === 'Shopify')?.text).toContain('make a new one');
  });

  it('doctor names whom a rule asks and who may not decide', async () => {
    const policy = `${folder}/names.yaml`;
    writeFileSync(policy, 'rules: [{ name: dear, then: staff, people: [gone@shop.example] }]\n');
    const { code, out } = await desk(['doctor'], { POLICY_FILE: policy });
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG\s+Policy\s+rule "dear" names gone@shop.example, who may not decide: add them/);
  });

  it('npm start with wrong settings lists every fault and ends with 78', async () => {
    const ran = await run([MAIN], { BASE_URL: 'x', SMTP_URL: '', MAIL_FROM: '', SHOPIFY_ACCESS_TOKEN: '' });
    expect(ran.code).toBe(78);
    for (const name of ['BASE_URL', 'SMTP_URL', 'MAIL_FROM', 'SHOPIFY_ACCESS_TOKEN'])
      expect(ran.err).toContain(`- ${name}`);
  });

  it('npm start without staff ends with 78', async () => {
    const ran = await run([MAIN], { STAFF_EMAILS: '', DATA_DIR: `${folder}/nobody` });
    expect(ran).toMatchObject({ code: 78, err: expect.stringContaining('STAFF_EMAILS') });
  });

  it('npm start with a policy file that is named and missing ends with 78, not without rules', async () => {
    const ran = await run([MAIN], { POLICY_FILE: `${folder}/elsewhere.yaml`, DATA_DIR: `${folder}/no-rules` });
    expect(ran).toMatchObject({ code: 78, err: expect.stringContaining("elsewhere.yaml: can't be read (ENOENT)") });
  });

  it('npm start answers until SIGTERM, then stops cleanly with 0', async () => {
    let address = '';
    const ran = await run([MAIN], { DATA_DIR: `${folder}/serve` }, (child) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (address) return;
        address = /"address":"([^"]+)"/.exec(String(chunk))?.[1] ?? '';
        if (!address) return;
        fetch(`${address}/healthz`).then(
          () => child.kill('SIGTERM'),
          () => child.kill('SIGKILL'),
        );
      });
    });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('stopping');
  });

  it('the launcher runs on whatever Node is installed', () => {
    const launcher = fileURLToPath(new URL('../../bin/cancel-desk.mjs', import.meta.url));
    const { stdout, status } = spawnSync('node', [launcher, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: cancel-desk');
  });
});
