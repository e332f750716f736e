/** Putting a backup back: nobody else gets at the folder meanwhile, and nothing of it stays behind. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { backUpSqlite, restoreSqlite } from '../../../src/adapters/store/backup.ts';
import { FolderTakenError, holdFolder } from '../../../src/adapters/store/hold-folder.ts';
import { openStore } from '../../../src/adapters/store/store.ts';
import { temporaryFolder } from '../../support/stores.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');

describe('restoring', () => {
  let dataDir: string;
  let backup: string;
  const settingOf = async (key: string) => {
    const store = await openStore({ databaseUrl: null, dataDir });
    const value = await store.records.settings.get(key);
    await store.close();
    return value;
  };
  const put = async (key: string, value: string) => {
    const store = await openStore({ databaseUrl: null, dataDir });
    await store.records.settings.put(key, value);
    await store.close();
  };
  beforeEach(async () => {
    dataDir = temporaryFolder();
    backup = `${temporaryFolder()}/backup`;
    await put('state', 'backed up');
    backUpSqlite(dataDir, backup);
    await put('state', 'later');
  });

  it('keeps a service from starting until it is over, and lets it start then', async () => {
    let refused: unknown = null;
    const aside = await restoreSqlite(dataDir, backup, {
      force: true,
      now: NOW,
      prepare: async () => {
        try {
          holdFolder(dataDir);
        } catch (error) {
          refused = error;
        }
      },
    });
    expect(refused).toBeInstanceOf(FolderTakenError);
    expect(await settingOf('state')).toBe('backed up');
    expect(readdirSync(dataDir)).toContain(aside?.split('/').at(-1));
    holdFolder(dataDir).release();
  });

  it('is refused while a service runs', async () => {
    const service = holdFolder(dataDir);
    const restoring = restoreSqlite(dataDir, backup, { force: true, now: NOW, prepare: async () => {} });
    await expect(restoring).rejects.toThrow('Stop the service first');
    service.release();
    expect(await settingOf('state')).toBe('later');
  });

  it('stops before anything is put in place when somebody has begun to use the database', async () => {
    let open: Awaited<ReturnType<typeof openStore>> | null = null;
    const restoring = restoreSqlite(dataDir, backup, {
      force: true,
      now: NOW,
      prepare: async () => {
        open = await openStore({ databaseUrl: null, dataDir });
        await open.records.settings.put('state', 'in use');
      },
    });
    await expect(restoring).rejects.toThrow('in use');
    await (open as unknown as { close(): Promise<void> }).close();
    expect(await settingOf('state')).toBe('in use');
  });

  it('leaves no copy behind, of its own or of one that was killed', async () => {
    mkdirSync(`${dataDir}/restoring-killed`);
    writeFileSync(`${dataDir}/restoring-killed/cancel-desk.sqlite`, 'personal data');
    await restoreSqlite(dataDir, backup, { force: true, now: NOW, prepare: async () => {} });
    expect(readdirSync(dataDir).filter((name) => name.startsWith('restoring-'))).toEqual([]);
  });
});
