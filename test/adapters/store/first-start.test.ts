/** The first start makes the tables. Killed in the middle, or beside another, it must leave a database that opens. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/adapters/store/store.ts';
import { temporaryFolder } from '../../support/stores.ts';

const OPEN = fileURLToPath(new URL('./killed-start.ts', import.meta.url));
const opens = async (dataDir: string) => {
  const store = await openStore({ databaseUrl: null, dataDir });
  const found = await store.records.requests.list({ limit: 1 });
  await store.close();
  return found;
};

it.each([1, 2, 3, 5, 8, 13, 21, 34, 55])('killed at statement %i, the next start makes the rest', async (statement) => {
  const dataDir = temporaryFolder();
  const { signal } = spawnSync(process.execPath, [OPEN, dataDir, String(statement)]);
  expect(signal).toBe('SIGKILL');
  expect(await opens(dataDir)).toEqual([]);
});

it('several at once in one empty folder all open it', async () => {
  const dataDir = temporaryFolder();
  const ends = await Promise.all(
    [1, 2, 3, 4].map(() => {
      const child = spawn(process.execPath, [OPEN, dataDir, 'none'], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      return new Promise<string>((resolve) => child.once('exit', (code) => resolve(code === 0 ? 'open' : said)));
    }),
  );
  expect(ends).toEqual(['open', 'open', 'open', 'open']);
});
