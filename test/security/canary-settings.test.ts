/** Settings that are wrong, or stand in the wrong place: what is said about them names them and never repeats them. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { fields } from '../../src/config-fields.ts';
import { type Canaries, findCanaries, makeCanary } from '../support/canaries.ts';
import { CHILD_ENVIRONMENT } from '../support/child-environment.ts';
import { temporaryFolder } from '../support/stores.ts';
import { startWorld, type World } from '../world/server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const NAMES = Object.keys(fields.shape);

describe('what is said about a setting never repeats it', () => {
  let world: World;
  let good: Record<string, string>;
  const folder = temporaryFolder();
  beforeAll(async () => {
    world = await startWorld();
    good = {
      BASE_URL: 'http://127.0.0.1:8080',
      PORT: '0',
      DATA_DIR: `${folder}/data`,
      SHOPIFY_STORE_DOMAIN: 'pine-and-loom.myshopify.com',
      SHOPIFY_ACCESS_TOKEN: world.shopify.accessToken,
      SHOPIFY_API_ORIGIN: world.origin,
      GOOGLE_API_ORIGIN: world.origin,
      INTAKE_WEBHOOK_SECRET: 'whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcw==',
      SMTP_URL: world.inbox.url,
      MAIL_FROM: 'desk@pine-and-loom.example',
      STAFF_EMAILS: 'sam@pine-and-loom.example',
    };
  });
  afterAll(() => world.close());

  /** What the real process prints until it ends by itself. */
  function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; said: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: folder, env: { ...CHILD_ENVIRONMENT, ...env } });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
      child.on('exit', (code) => resolve({ code, said }));
    });
  }

  function read(env: Record<string, string>): string {
    try {
      readConfig(env);
      return '';
    } catch (error) {
      return String(error instanceof Error ? error.stack : error);
    }
  }

  const one = (name: string): Canaries => new Map([[name, makeCanary(name)]]);
  const secretOf = (canaries: Canaries, name: string) => canaries.get(name) ?? '';

  it.each(NAMES)('%s: a secret that was put there by mistake, or where its file should be named', (name) => {
    const canaries = one(name);
    const secret = secretOf(canaries, name);
    const { [name]: _, ...others } = good;
    const shapes = [
      secret,
      `${secret},${secret}`,
      ...['smtp', 'postgres', 'https'].map((kind) => `${kind}://desk:${secret}@[x`),
    ];
    const said = shapes.flatMap((text, i) => [
      [`${name} ${i}`, read({ ...good, [name]: text })] as const,
      [`${name}_FILE ${i}`, read({ ...others, [`${name}_FILE`]: text })] as const,
    ]);
    expect(findCanaries(said, canaries)).toEqual([]);
    expect(said.filter(([, text]) => /^(?!ConfigError)./.test(text))).toEqual([]);
    expect(said[1]?.[1]).toContain(`${name}_FILE`);
  });

  it('by the process that is started with all of them wrong', async () => {
    const canaries = new Map(NAMES.map((name) => [name, makeCanary(name)]));
    const { code, said } = await run([MAIN], Object.fromEntries(canaries));
    expect(code).toBe(78);
    expect(findCanaries([['stderr', said]], canaries)).toEqual([]);
  });

  it.each([
    [
      'a key that stands where its file should be named',
      'GOOGLE_APPLICATION_CREDENTIALS',
      (key: string) => `{"type":"service_account","private_key":"${key}"}`,
    ],
    [
      'a database that isn’t there',
      'DATABASE_URL',
      (key: string) =>
        `${(inject('postgresUrl') ?? 'postgres://desk@127.0.0.1:1').replace('desk@', `desk:${encodeURIComponent(key)}@`)}/no_such`,
    ],
    [
      'a policy file that is something else',
      'POLICY_FILE',
      (key: string) => fileWith(`SMTP_URL=smtp://desk:${key}@mail.example.com\nkey: ${key}\n${key}: 1\n`),
    ],
  ])(
    'by the process that is started with %s',
    async (_, name, value) => {
      const canaries = one(name);
      const env = { ...good, GOOGLE_FORM_ID: 'form', [name]: value(secretOf(canaries, name)) };
      const { code, said } = await run([MAIN], env);
      expect(code).not.toBe(0);
      expect(findCanaries([['stderr', said]], canaries)).toEqual([]);
    },
    60_000,
  );

  it('on a command line, by which everybody on the machine can read it', async () => {
    const canaries = one('DATABASE_URL');
    // In the place of the real one: says what it was called with.
    const told = fileWith('#!/bin/sh\necho "$@" >&2\nexit 1\n', 'pg_dump');
    for (const at of ['desk:PASSWORD@127.0.0.1/desk', 'desk@127.0.0.1/desk?password=PASSWORD']) {
      const url = `postgres://${at.replace('PASSWORD', encodeURIComponent(secretOf(canaries, 'DATABASE_URL')))}`;
      const env = { ...good, DATABASE_URL: url, PATH: `${dirname(told)}:${process.env.PATH}` };
      const { said } = await run([CLI, 'backup', `${folder}/backup`], env);
      expect(said).toContain('--dbname=postgres://desk@127.0.0.1/desk');
      expect(findCanaries([['pg_dump', said]], canaries)).toEqual([]);
    }
  }, 60_000);

  function fileWith(text: string, name = 'file'): string {
    const file = `${temporaryFolder()}/${name}`;
    writeFileSync(file, text, { mode: 0o700 });
    return file;
  }
});
