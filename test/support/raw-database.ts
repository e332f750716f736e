/** Statements straight to a test's database, past our own code: for data that nobody foresaw. */
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Config } from '../../src/config.ts';

type Where = Pick<Config, 'databaseUrl' | 'dataDir'>;

export async function runSql({ databaseUrl, dataDir }: Where, forms: { sqlite: string; postgres: string } | string) {
  const text = (kind: 'sqlite' | 'postgres') => (typeof forms === 'string' ? forms : forms[kind]);
  if (databaseUrl) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(text('postgres'));
    await client.end();
    return;
  }
  const file = new DatabaseSync(`${dataDir}/cancel-desk.sqlite`);
  file.exec(`pragma busy_timeout = 5000; ${text('sqlite')}`);
  file.close();
}

/** What one query finds, by the columns' names. */
export async function readSql<Row>({ databaseUrl, dataDir }: Where, query: string): Promise<Row[]> {
  if (databaseUrl) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query(query);
    await client.end();
    return rows as Row[];
  }
  const file = new DatabaseSync(`${dataDir}/cancel-desk.sqlite`);
  const rows = file.prepare(query).all();
  file.close();
  return rows as Row[];
}
