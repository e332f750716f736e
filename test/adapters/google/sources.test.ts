/** Forms and Sheets sources against the world, over HTTP and with Google's own client. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGoogleAuth } from '../../../src/adapters/google/auth.ts';
import { createFormsSource } from '../../../src/adapters/google/forms.ts';
import { serialReader } from '../../../src/adapters/google/serial-date.ts';
import { createSheetsSource, rowsToResponses } from '../../../src/adapters/google/sheets.ts';
import type { ResponseSource } from '../../../src/ports.ts';
import { temporaryFolder } from '../../support/stores.ts';
import { startWorld, type World, type WorldOptions } from '../../world/server.ts';

const HOUR = 3_600_000;

describe('Google sources', () => {
  let world: World;
  let at: number;
  const now = () => at;

  async function start(
    google: WorldOptions['google'] = {},
  ): Promise<{ forms: ResponseSource; sheets: ResponseSource }> {
    world = await startWorld({ now, google });
    const keyFile = `${temporaryFolder()}/key.json`;
    world.google.writeKeyFile(keyFile);
    const auth = createGoogleAuth({ kind: 'service_account', keyFile }, world.origin);
    const shared = { auth, apiOrigin: world.origin, now };
    const { formId, spreadsheetId } = world.google.form;
    return {
      forms: createFormsSource({ formId, ...shared }),
      sheets: createSheetsSource({ spreadsheetId, range: null, ...shared }),
    };
  }

  beforeEach(() => {
    at = Date.now();
  });
  afterEach(() => world.close());

  it('reads responses with titles for question ids, as the person typed them', async () => {
    const { forms } = await start();
    world.google.form.submit('ana@customer.example', { '1a2b3c01': '0001001', '1a2b3c04': 'ä\n=IMPORTDATA("x")' });
    const { responses, complete } = await forms.poll(null);
    expect(complete).toBe(false);
    expect(responses).toMatchObject([
      {
        source: 'forms',
        respondentEmail: 'ana@customer.example',
        emailVerified: false,
        submittedAt: at,
        answers: [
          { questionId: '1a2b3c01', question: 'Order number', values: ['0001001'] },
          { questionId: '1a2b3c04', question: 'Anything else?', values: ['ä\n=IMPORTDATA("x")'] },
        ],
      },
    ]);
  });

  it('follows every page, whatever their order', async () => {
    const { forms } = await start({ pageSize: 3 });
    for (let i = 0; i < 10; i += 1) {
      at += 1_000;
      world.google.form.submit(`c${i}@customer.example`, { '1a2b3c01': `#${i}` });
    }
    const { responses } = await forms.poll(null);
    expect(new Set(responses.map((one) => one.externalId)).size).toBe(10);
  });

  it('asks only for what is new and the day before it, and sweeps everything once a day', async () => {
    const { forms } = await start();
    world.google.form.submit('old@customer.example', { '1a2b3c01': '1' });
    at += 30 * HOUR;
    world.google.form.submit('new@customer.example', { '1a2b3c01': '2' });
    const first = await forms.poll(null);
    expect(first.responses).toHaveLength(2);
    at += 1_000;
    const second = await forms.poll(first.cursor);
    expect(second.responses.map((one) => one.respondentEmail)).toEqual(['new@customer.example']);
    expect(world.google.requests.at(-1)?.query.filter).toMatch(/^timestamp >= \d{4}-\d\d-\d\dT[\d:.]+Z$/);
    at += 25 * HOUR;
    expect((await forms.poll(second.cursor)).responses).toHaveLength(2);
  });

  it('sweeps everything when the clock has gone back since the last time', async () => {
    const { forms } = await start();
    const right = at;
    at += 90 * 24 * HOUR;
    world.google.form.submit('ahead@customer.example', { '1a2b3c01': '1' });
    const ahead = await forms.poll(null);
    at = right;
    world.google.form.submit('right@customer.example', { '1a2b3c01': '2' });
    const { responses } = await forms.poll(ahead.cursor);
    expect(responses.map((one) => one.respondentEmail)).toContain('right@customer.example');
  });

  it('gives an edited response again under the same id with another revision', async () => {
    const { forms } = await start();
    const { responseId } = world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    const before = await forms.poll(null);
    at += 5_000;
    world.google.form.edit(responseId, { '1a2b3c01': '1002' });
    const after = await forms.poll(before.cursor);
    expect(after.responses[0]?.externalId).toBe(before.responses[0]?.externalId);
    expect(after.responses[0]?.revision).not.toBe(before.responses[0]?.revision);
    expect(after.responses[0]?.answers[0]?.values).toEqual(['1002']);
  });

  it('vouches for an address only where Google does', async () => {
    const { forms } = await start({ emailCollectionType: 'VERIFIED' });
    world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    expect((await forms.poll(null)).responses[0]?.emailVerified).toBe(true);
  });

  it("reads a Finnish sheet: Aikaleima, numbers, the sheet's own zone", async () => {
    const { sheets } = await start({
      sheetWords: { timestamp: 'Aikaleima', email: 'Sähköpostiosoite' },
      timeZone: 'Europe/Helsinki',
    });
    world.google.form.submit('eino@customer.example', { '1a2b3c01': '1002', '1a2b3c04': '+358' });
    const { responses, complete } = await sheets.poll(null);
    expect(complete).toBe(true);
    expect(responses).toMatchObject([
      {
        respondentEmail: 'eino@customer.example',
        emailVerified: false,
        submittedAt: Math.floor(at / 1000) * 1000,
        answers: [
          { question: 'Order number', values: ['1002'] },
          { question: 'Anything else?', values: ['+358'] },
        ],
      },
    ]);
  });

  it('gives a row the same id after sorting and deleting others, and another after a cell is corrected', async () => {
    const { sheets } = await start();
    for (const order of ['1001', '1002', '1003']) {
      at += 60_000;
      world.google.form.submit('ana@customer.example', { '1a2b3c01': order });
    }
    const idOf = async (order: string) =>
      (await sheets.poll(null)).responses.find((one) => one.answers[0]?.values[0] === order)?.externalId;
    const before = await idOf('1002');
    world.google.form.rows.reverse();
    world.google.form.rows.splice(0, 1);
    expect(await idOf('1002')).toBe(before);
    const row = world.google.form.rows.find((one) => one.includes(1002));
    row?.splice(row.indexOf(1002), 1, 1022);
    expect(await idOf('1022')).not.toBe(before);
  });

  it('reads 20,000 rows in one call a poll, and finds nothing new in a sheet that stayed as it was', async () => {
    const { sheets } = await start();
    const { form, requests } = world.google;
    world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    const [row = []] = form.rows;
    for (let i = 1; i < 20_000; i += 1) form.rows.push([...row.slice(0, 2), `#${1001 + i}`]);
    const first = await sheets.poll(null);
    expect(first.responses).toHaveLength(20_000);
    const reads = requests.length;
    const second = await sheets.poll(first.cursor);
    expect(second).toMatchObject({ responses: [], cursor: first.cursor, complete: false });
    expect(requests.length).toBe(reads + 1);
    form.rows.splice(0, 1);
    const third = await sheets.poll(second.cursor);
    expect(third).toMatchObject({ responses: { length: 19_999 }, complete: true });
    expect(third.cursor).not.toBe(first.cursor);
  });

  it.each([
    ['http_429', 'throttled'],
    ['http_403', 'denied'],
    ['http_500', 'unreachable'],
    ['http_503', 'unreachable'],
    ['reset', 'unreachable'],
  ] as const)('tells %s as %s', async (kind, fault) => {
    const { forms, sheets } = await start();
    world.google.faults.set({ kind });
    await expect(forms.poll(null)).rejects.toMatchObject({ system: 'google', fault });
    await expect(sheets.poll(null)).rejects.toMatchObject({ system: 'google', fault });
  });

  it('waits as long as Google asks', async () => {
    const { forms } = await start();
    world.google.faults.set({ kind: 'http_429' });
    await expect(forms.poll(null)).rejects.toMatchObject({ retryAfter: 1_000 });
  });

  it('says what to do when the credentials have ended', async () => {
    const { forms } = await start();
    world.google.faults.set({ kind: 'invalid_grant', only: ['token'] });
    await expect(forms.poll(null)).rejects.toMatchObject({
      fault: 'denied',
      message: expect.stringContaining('invalid_grant'),
    });
  });

  it('is refused with a key that is not the account’s', async () => {
    const { forms } = await start();
    const keyFile = `${temporaryFolder()}/key.json`;
    world.google.writeKeyFile(keyFile);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(keyFile, JSON.stringify({ ...JSON.parse(readFileSync(keyFile, 'utf8')), private_key }));
    const auth = createGoogleAuth({ kind: 'service_account', keyFile }, world.origin);
    const source = createFormsSource({ formId: world.google.form.formId, auth, apiOrigin: world.origin, now });
    await expect(source.poll(null)).rejects.toMatchObject({ fault: 'denied' });
    await expect(forms.poll(null)).resolves.toBeDefined();
  });

  it('works with the OAuth of a person', async () => {
    await start();
    world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    const auth = createGoogleAuth({ kind: 'oauth', ...world.google.oauth }, world.origin);
    const source = createFormsSource({ formId: world.google.form.formId, auth, apiOrigin: world.origin, now });
    expect((await source.poll(null)).responses).toHaveLength(1);
  });

  it('says which form it may not see', async () => {
    await start();
    const auth = createGoogleAuth({ kind: 'oauth', ...world.google.oauth }, world.origin);
    const source = createFormsSource({ formId: 'nobody', auth, apiOrigin: world.origin, now });
    await expect(source.poll(null)).rejects.toMatchObject({
      fault: 'denied',
      message: expect.stringContaining('The form nobody: not found (404)'),
    });
  });
});

describe('rows of a sheet', () => {
  it('takes ragged, empty and repeated rows, and columns without a title', () => {
    const header = ['Timestamp', 'Order', '', 'Message'];
    const rows = [[46_349.5, 1001], [], ['', ''], [46_349.5, 1001], [46_350, 'x', 'note of staff', 'hello']];
    const responses = rowsToResponses('sheet', header, rows, 'UTC');
    expect(responses.map((one) => one.answers.map((answer) => answer.values[0]))).toEqual([['1001'], ['x', 'hello']]);
  });

  it('finds the stamp in a language it does not know', () => {
    const [response] = rowsToResponses('sheet', ['Időbélyeg', 'Order'], [[46_349.5, 1001]], 'UTC');
    expect(response?.submittedAt).toBe(Date.parse('2026-11-23T12:00:00Z'));
  });
});

describe('serial dates', () => {
  it.each([
    [46_349.5, 'UTC', ['2026-11-23T12:00:00.000Z']],
    [46_349.5, 'Europe/Helsinki', ['2026-11-23T10:00:00.000Z']],
    [46_349.5, 'GMT-07:00', ['2026-11-23T19:00:00.000Z']],
    // 03:30 comes twice on 25 October 2026.
    [46_320 + 3.5 / 24, 'Europe/Helsinki', ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']],
    // 03:30 does not exist on 29 March 2026.
    [46_110 + 3.5 / 24, 'Europe/Helsinki', ['2026-03-29T00:30:00.000Z']],
    [1e12, 'Europe/Helsinki', []],
  ])('%d in %s is %j', (serial, zone, expected) => {
    expect(serialReader(zone)(serial).map((at) => new Date(at).toISOString())).toEqual(expected);
  });
});
