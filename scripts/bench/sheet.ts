/** A long sheet, read whole at every poll. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGoogleAuth } from '../../src/adapters/google/auth.ts';
import { createSheetsSource } from '../../src/adapters/google/sheets.ts';
import { startWorld } from '../../test/world/server.ts';
import type { Figures } from './figures.ts';

const ROWS = 20_000;
const POLLS = 10;

export async function measureSheet(figures: Figures): Promise<void> {
  const world = await startWorld();
  const { form, requests } = world.google;
  form.submit('ana@customer.example', { '1a2b3c01': '1001', '1a2b3c02': 'Ana Virtanen', '1a2b3c04': 'Thank you!' });
  const [row = []] = form.rows;
  for (let i = 1; i < ROWS; i += 1) form.rows.push([...row.slice(0, 2), `#${1001 + i}`, ...row.slice(3)]);
  const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-sheet-'));
  const keyFile = join(folder, 'key.json');
  world.google.writeKeyFile(keyFile);
  const auth = createGoogleAuth({ kind: 'service_account', keyFile }, world.origin);
  const settings = { spreadsheetId: form.spreadsheetId, range: null, auth, apiOrigin: world.origin, now: Date.now };
  const source = createSheetsSource(settings);
  let cursor: string | null = null;
  const poll = async () => {
    const before = performance.now();
    ({ cursor } = await source.poll(cursor));
    return performance.now() - before;
  };
  figures.add(`sheet of ${ROWS} rows, read and taken apart`, 'ms', await poll());
  const before = { heap: heapAfterCollection(), reads: requests.length };
  for (let i = 0; i < POLLS; i += 1) figures.add(`sheet of ${ROWS} rows, as it was last time`, 'ms', await poll());
  figures.add(`sheet of ${ROWS} rows, reads a poll`, '', (requests.length - before.reads) / POLLS);
  figures.add(`sheet of ${ROWS} rows, heap kept by ${POLLS} polls`, 'MB', heapAfterCollection() - before.heap);
  await world.close();
  rmSync(folder, { recursive: true });
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
