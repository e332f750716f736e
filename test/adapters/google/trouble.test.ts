/** What the sources do when Google, the credentials or the sheet are not as they should be. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGoogleAuth, type GoogleAuthSettings } from '../../../src/adapters/google/auth.ts';
import { wrapGoogleError } from '../../../src/adapters/google/errors.ts';
import { createFormsSource } from '../../../src/adapters/google/forms.ts';
import { createSheetsSource, rowsToResponses } from '../../../src/adapters/google/sheets.ts';
import { temporaryFolder } from '../../support/stores.ts';
import { startWorld, type World } from '../../world/server.ts';

const ANSWERS = { '1a2b3c01': '1001' };

describe('credentials', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  it('do not show in the error when Google refuses them', async () => {
    const refused = { ...world.google.oauth, refreshToken: 'refresh-canary', clientSecret: 'secret-canary' };
    const error = await failureOf(formsOf(world, { kind: 'oauth', ...refused }).poll(null));
    expect(error).toMatchObject({ system: 'google', fault: 'denied' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/canary/);
  });

  it('are told to be broken when the private key is', async () => {
    const keyFile = keyFileOf(world);
    const key = JSON.parse(readFileSync(keyFile, 'utf8'));
    writeFileSync(keyFile, JSON.stringify({ ...key, private_key: '-----BEGIN PRIVATE KEY-----\nabc\n' }));
    const error = await failureOf(formsOf(world, { kind: 'service_account', keyFile }).poll(null));
    expect(error).toMatchObject({ fault: 'denied', message: expect.stringContaining('private key') });
  });
});

describe('a token endpoint in trouble', () => {
  let world: World;
  let server: Server;
  let asked: number;
  let answer: number | 'never';
  let origin: string;

  beforeEach(async () => {
    world = await startWorld();
    asked = 0;
    server = createServer((_req, res) => {
      asked += 1;
      if (answer !== 'never') res.writeHead(answer).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await world.close();
  });

  it.each(['service_account', 'oauth'] as const)('that never answers does not hold the poll (%s)', async (kind) => {
    answer = 'never';
    const error = await failureOf(source(kind, 200).poll(null));
    expect(error).toMatchObject({ fault: 'unreachable' });
    expect(asked).toBe(1);
  });

  it.each(['service_account', 'oauth'] as const)('is not asked again within one poll (%s)', async (kind) => {
    answer = 503;
    const error = await failureOf(source(kind).poll(null));
    expect(error).toMatchObject({ fault: 'unreachable' });
    expect(asked).toBe(1);
  });

  function source(kind: 'service_account' | 'oauth', requestTimeout?: number) {
    const settings: GoogleAuthSettings =
      kind === 'oauth' ? { kind, ...world.google.oauth } : { kind, keyFile: keyFileOf(world) };
    const auth = createGoogleAuth(settings, origin, requestTimeout);
    return createFormsSource({ formId: world.google.form.formId, auth, apiOrigin: origin, now: Date.now });
  }
});

describe('the form', () => {
  let world: World;
  afterEach(() => world.close());

  it('is read from the beginning when the cursor is broken', async () => {
    world = await startWorld();
    world.google.form.submit('ana@customer.example', ANSWERS);
    const source = formsOf(world, { kind: 'oauth', ...world.google.oauth });
    for (const cursor of ['', '{broken', '{"since":"yesterday","sweptAt":0}', 'null']) {
      expect((await source.poll(cursor)).responses).toHaveLength(1);
    }
  });

  it('vouches for no address that came after it stopped verifying them', async () => {
    world = await startWorld({ google: { emailCollectionType: 'VERIFIED' } });
    const { form } = world.google;
    const source = formsOf(world, { kind: 'oauth', ...world.google.oauth });
    form.submit('ana@customer.example', ANSWERS);
    const { cursor, responses } = await source.poll(null);
    expect(responses.map((one) => one.emailVerified)).toEqual([true]);
    Object.assign(form, { emailCollectionType: 'RESPONDER_INPUT' });
    form.submit('mallory@attacker.example', ANSWERS);
    const after = await source.poll(cursor);
    const mallory = after.responses.find((one) => one.respondentEmail === 'mallory@attacker.example');
    expect(mallory?.emailVerified).toBe(false);
  });
});

describe('the sheet', () => {
  it('says nothing about its rows when even the header is gone', async () => {
    const world = await startWorld();
    try {
      world.google.form.header = () => [];
      const auth = createGoogleAuth({ kind: 'oauth', ...world.google.oauth }, world.origin);
      const { spreadsheetId } = world.google.form;
      const source = createSheetsSource({ spreadsheetId, range: null, auth, apiOrigin: world.origin, now: Date.now });
      expect(await source.poll(null)).toMatchObject({ responses: [], complete: false });
    } finally {
      await world.close();
    }
  });

  it('takes order numbers in the first column for no times', () => {
    const [response] = rowsToResponses('sheet', ['Order', 'Email'], [[45_123, 'ana@customer.example']], 'UTC');
    expect(response?.submittedAt).toBeNull();
    expect(response?.answers.map((answer) => answer.question)).toEqual(['Order', 'Email']);
  });

  it('finds times in a language it does not know beside empty rows', () => {
    const rows = [[46_349.5, 1001], [], [46_349.75, 1002]];
    const responses = rowsToResponses('sheet', ['Időbélyeg', 'Order'], rows, 'UTC');
    expect(responses.map((one) => one.submittedAt)).toEqual([
      Date.parse('2026-11-23T12:00:00Z'),
      Date.parse('2026-11-23T18:00:00Z'),
    ]);
  });
});

describe('Retry-After', () => {
  const wait = (header: string) =>
    wrapGoogleError({ status: 429, response: { headers: new Headers({ 'retry-after': header }) } }, 'The form')
      .retryAfter;

  it('is understood as seconds and as a date', () => {
    expect(wait('7')).toBe(7_000);
    expect(wait(new Date(Date.now() + 3_600_000).toUTCString())).toBeGreaterThan(3_500_000);
    expect(wait('soon')).toBeNull();
  });
});

function formsOf(world: World, settings: GoogleAuthSettings) {
  const auth = createGoogleAuth(settings, world.origin);
  return createFormsSource({ formId: world.google.form.formId, auth, apiOrigin: world.origin, now: Date.now });
}

function keyFileOf(world: World): string {
  const keyFile = `${temporaryFolder()}/key.json`;
  world.google.writeKeyFile(keyFile);
  return keyFile;
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('It should have failed'),
    (error: unknown) => error,
  );
}
