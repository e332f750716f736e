/** Copies of the database in one file each: written while others use it, verified, and put back. */

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Earlier } from '../../records/privacy.ts';
import type { Store } from '../../records/store.ts';
import { RESTORED_MARK } from '../../records/upkeep.ts';
import { sqliteFile } from './database.ts';
import { readEarlier } from './earlier-database.ts';
import { FolderTakenError, holdFolder } from './hold-folder.ts';
import { openStore } from './store.ts';

/** Its message is a sentence for the operator. */
export class BackupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BackupError';
  }
}

const OWNER_ONLY = 0o600;

/** The file appears whole or not at all. */
export function backUpSqlite(dataDir: string, file: string): void {
  const source = sqliteFile(dataDir);
  if (!existsSync(source)) throw new BackupError(`There is no database in ${dataDir}.`);
  writeWhole(file, (part) => {
    const database = new DatabaseSync(source);
    try {
      // One reading transaction: writers go on meanwhile, and none of what they write is in it.
      database.exec('pragma busy_timeout = 10000');
      database.prepare('vacuum into ?').run(part);
    } finally {
      database.close();
    }
    markCopy(part);
    checkSqlite(part);
  });
}

/** Also who copies the file back by hand has put back a backup. */
function markCopy(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    copy
      .prepare('insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
      .run(...RESTORED_MARK);
  } finally {
    copy.close();
  }
}

/** By pg_dump. The password goes by the environment: a command line can be read by everybody on the machine. */
export function backUpPostgres(databaseUrl: string, file: string): void {
  const url = new URL(databaseUrl);
  const password = url.searchParams.get('password') ?? decodeURIComponent(url.password);
  url.password = '';
  url.searchParams.delete('password');
  writeWhole(file, (part) => {
    const env = { ...process.env, ...(password ? { PGPASSWORD: password } : {}) };
    run('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${part}`, `--dbname=${url.href}`], env);
    run('pg_restore', ['--list', part], env);
  });
}

/** Throws BackupError unless the file is a whole database of this service. */
export function checkSqlite(file: string): void {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`);
  let problem: string | null = null;
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const [found] = database.prepare('pragma integrity_check(1)').all() as { integrity_check: string }[];
      if (found?.integrity_check !== 'ok') problem = found?.integrity_check ?? 'no answer';
      const dangling = database.prepare('pragma foreign_key_check').all().length;
      if (dangling > 0) problem ??= `${dangling} rows belong to rows that are missing`;
      database.prepare('select count(*) from requests, effects, settings where 0').get();
    } finally {
      database.close();
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  if (problem) throw new BackupError(`${file} is not a whole backup of Cancel Desk: ${problem}.`);
}

export type Prepare = (store: Store, earlier: Earlier | null) => Promise<unknown>;

/**
 * Puts a backup in the place of the database. Returns where the one that was there is now; null: there was none.
 * @param prepare what is done to the restored database before it is in its place, with what the one that was there knows;
 * null: there was none, or it can't be read
 */
export async function restoreSqlite(
  dataDir: string,
  file: string,
  { force, now, prepare }: { force: boolean; now: number; prepare: Prepare },
): Promise<string | null> {
  checkSqlite(file);
  const target = sqliteFile(dataDir);
  // No service may start before it is over: it would write beside the file that is put in place.
  const folder = holdForRestore(dataDir);
  try {
    const isThere = existsSync(target);
    if (isThere) refuseWhileInUse(target);
    if (isThere && !force) {
      throw new BackupError(`There is a database in ${dataDir}. With --force it is moved aside, not deleted.`);
    }
    removeLeftovers(dataDir);
    const earlier = isThere ? readEarlier(target) : null;
    const fresh = await prepareCopy(dataDir, file, (store) => prepare(store, earlier));
    flush(fresh);
    const aside = isThere ? `${target}.before-restore-${new Date(now).toISOString().replaceAll(':', '')}` : null;
    if (aside) {
      // The command line takes no lock: somebody may have begun to use it.
      refuseWhileInUse(target);
      keepAside(target, aside);
    }
    // In one step: whoever looks finds the one or the other, also after a crash.
    renameSync(fresh, target);
    flush(dataDir);
    return aside;
  } finally {
    removeLeftovers(dataDir);
    folder.release();
  }
}

const COPIES = 'restoring-';

function holdForRestore(dataDir: string): { release(): void } {
  try {
    return holdFolder(dataDir);
  } catch (error) {
    throw error instanceof FolderTakenError
      ? new BackupError('The database is in use. Stop the service first.')
      : error;
  }
}

async function prepareCopy(
  dataDir: string,
  file: string,
  prepare: (store: Store) => Promise<unknown>,
): Promise<string> {
  const folder = mkdtempSync(join(dataDir, COPIES));
  copyFileSync(file, sqliteFile(folder));
  const store = await openStore({ databaseUrl: null, dataDir: folder });
  try {
    await prepare(store);
  } finally {
    await store.close();
  }
  return sqliteFile(folder);
}

/** Copies of a restore that was killed hold personal data. */
function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(COPIES)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

/** Under a second name, so that there is a database at every moment; some file systems have no second names. */
function keepAside(target: string, aside: string): void {
  try {
    linkSync(target, aside);
  } catch {
    copyFileSync(target, aside);
  }
}

/** Leaving the write-ahead log needs the file for oneself alone: refused while any other process has it open. */
function refuseWhileInUse(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('pragma journal_mode = delete');
  } catch {
    throw new BackupError('The database is in use. Stop the service first.');
  } finally {
    database.close();
  }
}

function writeWhole(file: string, write: (part: string) => void): void {
  if (existsSync(file)) throw new BackupError(`${file} exists already. Name another file; nothing is overwritten.`);
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    closeSync(openSync(part, 'wx', OWNER_ONLY));
  } catch (error) {
    throw new BackupError(`Can't write ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    write(part);
    flush(part);
    renameSync(part, file);
    flush(dirname(file));
  } finally {
    rmSync(part, { force: true });
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): void {
  const { error, status, stderr } = spawnSync(command, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error) {
    throw new BackupError(
      `The database is PostgreSQL and there is no ${command} here. Install PostgreSQL's client tools, or run pg_dump where they are.`,
    );
  }
  if (status !== 0) throw new BackupError(`${command} failed: ${stderr.trim()}`);
}
