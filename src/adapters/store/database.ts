/** Opens the embedded SQLite database or PostgreSQL behind one Kysely schema. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type CompiledQuery,
  Kysely,
  type Dialect as KyselyDialect,
  PostgresDialect,
  PostgresQueryCompiler,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  sql,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { migrationsFor } from './migrations.ts';
import { makePrivate } from './private-file.ts';
import type { Tables } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

export interface Database {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
}

/** Waiting for another process' lock blocks the event loop, so not for long: transactions here are tiny. */
const SQLITE_BUSY_MS = 3_000;

const MOST_PREPARED = 500;

/** 16 MB: a page that changes often is written back once for many commits. */
const CHECKPOINT_PAGES = 4_000;

export function sqliteFile(dataDir: string): string {
  return join(dataDir, 'cancel-desk.sqlite');
}

/** Told of every statement, with the values bound to it: for tests. */
export type OnQuery = (query: CompiledQuery) => void;

function kyselyOver(dialect: KyselyDialect, onQuery: OnQuery | undefined): Kysely<Tables> {
  return new Kysely({ dialect, ...(onQuery ? { log: ({ query }) => onQuery(query) } : {}) });
}

export function openSqlite(dataDir: string, onQuery?: OnQuery): Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  makePrivate(sqliteFile(dataDir));
  const file = new DatabaseSync(sqliteFile(dataDir));
  // FULL: a commit is on the disk before anybody is told of it.
  file.exec(`pragma busy_timeout = ${SQLITE_BUSY_MS};
    pragma journal_mode = wal; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma synchronous = full; pragma foreign_keys = on;
    pragma secure_delete = fast`);
  return { db: kyselyOver(new WholeMigrations({ database: forKysely(file) }), onQuery), dialect: 'sqlite' };
}

/** SQLite makes tables in transactions as it does all else; a process that is killed in between must leave none of them. */
class WholeMigrations extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl(): boolean {
        return true;
      }
    })();
  }
}

/** Kysely speaks to better-sqlite3; node:sqlite differs in a few places. */
function forKysely(file: DatabaseSync): SqliteDatabase {
  type Prepared = ReturnType<SqliteDatabase['prepare']>;
  const prepared = new Map<string, Prepared>();

  function prepare(text: string): Prepared {
    const statement = file.prepare(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as [])),
      run: (parameters) => statement.run(...(parameters as [])),
      iterate: (parameters) => statement.iterate(...(parameters as [])) as IterableIterator<unknown>,
    };
  }

  function fittingFor(asked: string): string {
    // A plain `begin` that reads first and writes later fails at once with SQLITE_BUSY_SNAPSHOT beside another writer.
    if (asked === 'begin') return 'begin immediate';
    // Without room SQLite takes a whole transaction back by itself. To do so again would fail, and hide why.
    return asked === 'rollback' && !file.isTransaction ? 'select 1' : asked;
  }

  return {
    close: () => file.close(),
    prepare(asked) {
      const text = fittingFor(asked);
      const known = prepared.get(text);
      if (known) return known;
      // Preparing costs more than most of our queries. Their texts are few, but for lists of differing lengths.
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      const fresh = prepare(text);
      prepared.set(text, fresh);
      return fresh;
    },
  };
}

/** PostgreSQL refuses a text with U+0000 in it. Whoever sends one must not be able to make a response fail for good. */
class NulSafeCompiler extends PostgresQueryCompiler {
  protected override addParameter(parameter: unknown): void {
    super.addParameter(typeof parameter === 'string' ? parameter.replaceAll('\0', '\uFFFD') : parameter);
  }
}

class NulSafePostgres extends PostgresDialect {
  override createQueryCompiler(): PostgresQueryCompiler {
    return new NulSafeCompiler();
  }
}

/**
 * Transactions here are tiny. A machine that disappears in the middle of one would keep its locks until the network
 * notices, for hours: the server ends such a session itself, and whoever waits for its locks doesn't wait for ever.
 */
const PATIENCE = {
  idle_in_transaction_session_timeout: 30_000,
  lock_timeout: 20_000,
  statement_timeout: 120_000,
};

export async function openPostgres(url: string, onQuery?: OnQuery): Promise<Database> {
  const { default: driver } = await import('pg');
  // Epoch milliseconds and counts come as strings by default; all of ours are far below 2^53.
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? Number : driver.types.getTypeParser(oid, format as 'text'),
  };
  const pool = new driver.Pool({
    connectionString: url,
    max: 10,
    types: types as pg.CustomTypesConfig,
    connectionTimeoutMillis: 10_000,
    // A database whose machine disappears is noticed within a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    ...PATIENCE,
  });
  // A connection that breaks is replaced by the pool, idle or between two statements; without listeners it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return { db: kyselyOver(new NulSafePostgres({ pool }), onQuery), dialect: 'postgres' };
}

/** For what takes as long as it takes, on a connection of its own. */
export function unhurried<T>({ db, dialect }: Database, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  if (dialect === 'sqlite') return work(db);
  return db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0; set lock_timeout = 0`.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`reset statement_timeout; reset lock_timeout`.execute(connection);
    }
  });
}

/** Waits for another process that is at it. */
export async function migrate(database: Database): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrationsFor(database.dialect)) };
  const { error } = await unhurried(database, (db) => new Migrator({ db, provider }).migrateToLatest());
  if (error) throw error;
}
