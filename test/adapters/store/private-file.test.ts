/** Who can read the files of the embedded database, in a folder that everybody may look into. */
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sqliteFile } from '../../../src/adapters/store/database.ts';
import { holdFolder } from '../../../src/adapters/store/hold-folder.ts';
import { openStore } from '../../../src/adapters/store/store.ts';
import { temporaryFolder } from '../../support/stores.ts';

async function modesAfterStart(folder: string): Promise<Record<string, string>> {
  const held = holdFolder(folder);
  const store = await openStore({ databaseUrl: null, dataDir: folder });
  await store.records.settings.put('a', 'b');
  const modes = readdirSync(folder).map((name) => [name, (statSync(`${folder}/${name}`).mode & 0o777).toString(8)]);
  await store.close();
  held.release();
  return Object.fromEntries(modes);
}

function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  return folder;
}

const ALONE = { 'cancel-desk.sqlite': '600', 'cancel-desk.sqlite-wal': '600', 'cancel-desk.sqlite-shm': '600' };

describe('the embedded database', () => {
  it('is for its owner alone', async () => {
    expect(await modesAfterStart(openFolder())).toMatchObject(ALONE);
  });

  it('is taken from all others where a version before left it to them', async () => {
    const folder = openFolder();
    writeFileSync(sqliteFile(folder), '', { mode: 0o644 });
    expect(await modesAfterStart(folder)).toMatchObject(ALONE);
  });

  it('stays with the group that its operator gave it to', async () => {
    const folder = openFolder();
    writeFileSync(sqliteFile(folder), '');
    chmodSync(sqliteFile(folder), 0o640);
    expect(await modesAfterStart(folder)).toMatchObject({ 'cancel-desk.sqlite': '640' });
  });
});
