/** Databases for benchmarks, and how many commits a second each of them makes with nothing else to do. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { type PostgresCluster, startPostgres } from '../../test/support/postgres.ts';
import type { Where } from '../fill-store.ts';
import type { Figures } from './figures.ts';
import { inParallel } from './load.ts';

export interface Bed {
  readonly kind: 'embedded' | 'PostgreSQL';
  /** A database of its own each time. */
  fresh(): Promise<Where>;
}

export async function openBeds(): Promise<{ beds: Bed[]; cluster: PostgresCluster | null }> {
  const cluster = await startPostgres();
  if (!cluster) console.warn('SKIPPED: PostgreSQL (no initdb and pg_ctl found).');
  const embedded: Bed = { kind: 'embedded', fresh: async () => ({ databaseUrl: null, dataDir: folder() }) };
  const postgres = (url: string): Bed => ({
    kind: 'PostgreSQL',
    fresh: async () => ({ databaseUrl: await createDatabase(url), dataDir: folder() }),
  });
  return { beds: [embedded, ...(cluster ? [postgres(cluster.url)] : [])], cluster };
}

const folders: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cancel-desk-bench-'));
  folders.push(path);
  return path;
}

export function removeFolders(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
}

async function createDatabase(cluster: string): Promise<string> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await withClient(`${cluster}/postgres`, (client) => client.query(`create database ${name}`));
  return `${cluster}/${name}`;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const COMMITS = 2_000;
const ROW = 'x'.repeat(1_000);

export async function measureCommits(figures: Figures, { databaseUrl, dataDir }: Where): Promise<void> {
  if (!databaseUrl) {
    figures.add('commits, embedded', '/s', commitsOfSqlite(dataDir));
    return;
  }
  for (const connections of [1, 8]) {
    figures.add(`commits, PostgreSQL, ${connections} connections`, '/s', await commitsOf(databaseUrl, connections));
  }
}

/** As the store opens it: each commit is on the disk before it returns. */
function commitsOfSqlite(dataDir: string): number {
  const file = new DatabaseSync(join(dataDir, 'commits.sqlite'));
  file.exec('pragma journal_mode = wal; pragma synchronous = full; create table probe (id integer, text text)');
  const insert = file.prepare('insert into probe values (?, ?)');
  const started = performance.now();
  for (let i = 0; i < COMMITS; i += 1) insert.run(i, ROW);
  const perSecond = COMMITS / ((performance.now() - started) / 1000);
  file.close();
  return perSecond;
}

async function commitsOf(url: string, connections: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query('create table if not exists probe (id integer, text text)');
  const started = performance.now();
  await inParallel(connections, COMMITS, async (i) => {
    await pool.query('insert into probe values ($1, $2)', [i, ROW]);
  });
  const perSecond = COMMITS / ((performance.now() - started) / 1000);
  await pool.end();
  return perSecond;
}
