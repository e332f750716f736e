/** Errors as the databases give them. */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { openPostgres, openSqlite } from '../../../src/adapters/store/database.ts';
import { isAway } from '../../../src/adapters/store/is-away.ts';
import { openStore } from '../../../src/adapters/store/store.ts';
import { newDatabase, storeKinds, temporaryFolder } from '../../support/stores.ts';
import { waitFor } from '../../support/wait-for.ts';

const failure = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
};

describe('the embedded database', () => {
  const open = () => {
    const file = new DatabaseSync(':memory:');
    file.exec('create table t (a integer unique)');
    return file;
  };

  it('is away when it is full or takes no writes', () => {
    const full = open();
    full.exec('pragma max_page_count = 1');
    expect(
      isAway(
        failure(() => full.exec('create table more (b text)')),
        'sqlite',
      ),
    ).toBe(true);
    const readOnly = open();
    readOnly.exec('pragma query_only = 1');
    expect(
      isAway(
        failure(() => readOnly.exec('insert into t values (1)')),
        'sqlite',
      ),
    ).toBe(true);
  });

  it('is away when somebody else holds it', () => {
    const folder = temporaryFolder();
    const [one, other] = [new DatabaseSync(`${folder}/a`), new DatabaseSync(`${folder}/a`)];
    one.exec('begin exclusive');
    expect(
      isAway(
        failure(() => other.exec('create table t (a)')),
        'sqlite',
      ),
    ).toBe(true);
    one.close();
    other.close();
    rmSync(folder, { recursive: true });
  });

  it('says why when it has taken a whole transaction back by itself, and takes the next one', async () => {
    const folder = temporaryFolder();
    const { db } = openSqlite(folder);
    await sql`create table t (a text primary key)`.execute(db);
    const write = (size: number) =>
      db.transaction().execute((transaction) => sql`insert into t values (zeroblob(${size}))`.execute(transaction));
    await sql`pragma max_page_count = 1`.execute(db);
    const error = await write(1_000_000).catch((reason: unknown) => reason);
    expect(isAway(error, 'sqlite'), String(error)).toBe(true);
    await sql`pragma max_page_count = 1000000`.execute(db);
    await write(1);
    await db.destroy();
    rmSync(folder, { recursive: true });
  });

  it('is there when what was written is wrong', () => {
    const file = open();
    file.exec('insert into t values (1)');
    for (const text of ['insert into t values (1)', 'insert into nowhere values (1)', 'no sql']) {
      expect(
        isAway(
          failure(() => file.exec(text)),
          'sqlite',
        ),
      ).toBe(false);
    }
    expect(isAway(new TypeError('x is not a function'), 'sqlite')).toBe(false);
  });
});

describe.runIf(storeKinds().includes('postgres'))('PostgreSQL', () => {
  async function connect() {
    const client = new pg.Client({ connectionString: await newDatabase() });
    client.on('error', () => {});
    await client.connect();
    return client;
  }
  const failing = (work: Promise<unknown>) =>
    work.then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => error,
    );

  it('is away when a lock doesn’t come in time, a statement takes too long, or it takes no writes', async () => {
    const url = await newDatabase();
    const [one, other] = [new pg.Client(url), new pg.Client(url)];
    await Promise.all([one.connect(), other.connect()]);
    for (const text of ['create table t (a int)', 'begin', 'lock table t']) await one.query(text);
    await other.query('set lock_timeout = 50');
    expect(isAway(await failing(other.query('insert into t values (1)')), 'postgres')).toBe(true);
    await other.query('set statement_timeout = 50');
    expect(isAway(await failing(other.query('select pg_sleep(5)')), 'postgres')).toBe(true);
    await other.query('set default_transaction_read_only = on');
    expect(isAway(await failing(other.query('create table u (a int)')), 'postgres')).toBe(true);
    await Promise.all([one.end(), other.end()]);
  });

  it('is away when the session was ended, or nobody answers', async () => {
    const client = await connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const ended = failing(client.query('select pg_sleep(20)'));
    const other = await connect();
    await other.query('select pg_terminate_backend($1)', [rows[0].pid]);
    expect(isAway(await ended, 'postgres')).toBe(true);
    await other.end();
    const nobody = new pg.Client('postgres://127.0.0.1:1/none');
    expect(isAway(await failing(nobody.connect()), 'postgres')).toBe(true);
  });

  it('is there when what was written is wrong', async () => {
    const client = await connect();
    for (const text of ['insert into nowhere values (1)', 'no sql', "select 'x'::int"]) {
      expect(isAway(await failing(client.query(text)), 'postgres')).toBe(false);
    }
    await client.end();
  });

  it('ends a session of ours that stands still in a transaction, and lets nobody wait for a lock for ever', async () => {
    const { db } = await openPostgres(await newDatabase());
    const shown = async (name: string) =>
      (await sql<Record<string, string>>`show ${sql.raw(name)}`.execute(db)).rows[0]?.[name];
    expect(await shown('idle_in_transaction_session_timeout')).toBe('30s');
    expect(await shown('lock_timeout')).toBe('20s');
    expect(await shown('statement_timeout')).toBe('2min');
    await db.destroy();
  });

  it('waits as long as it takes for another process that makes the tables, and to make room after an erasure', async () => {
    const url = await newDatabase();
    const impatient = `${url}?statement_timeout=200&lock_timeout=200`;
    const other = new pg.Client(url);
    await other.connect();
    const isWaitedFor = async () =>
      (
        await other.query(`select 1 from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '500 milliseconds'`)
      ).rows.length > 0;
    // Kysely's lock of those who migrate.
    await other.query('select pg_advisory_lock(3853314791062309107)');
    const opening = openStore({ databaseUrl: impatient, dataDir: '' });
    await waitFor('the tables to be waited for', isWaitedFor);
    await other.query('select pg_advisory_unlock_all()');
    const store = await opening;
    await other.query('begin; lock table requests in exclusive mode');
    const compacting = store.compact();
    await waitFor('the table to be waited for', isWaitedFor);
    await other.query('rollback');
    expect(await compacting).toBe(true);
    await Promise.all([store.close(), other.end()]);
  });
});
