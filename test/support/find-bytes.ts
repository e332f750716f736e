/** Where words stand in what a store keeps: every byte of the files of SQLite, every row of PostgreSQL. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import type { Config } from '../../src/config.ts';

/** Returns "where: word" of each that was found, in whatever case: what is kept for searches is in lower case. */
export async function findBytes(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  words: readonly string[],
): Promise<string[]> {
  const texts = databaseUrl ? await rowsOf(databaseUrl) : filesOf(dataDir);
  return texts.flatMap(([where, text]) =>
    words.filter((word) => text.toLowerCase().includes(word.toLowerCase())).map((word) => `${where}: ${word}`),
  );
}

function filesOf(dataDir: string): [string, string][] {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith('cancel-desk.sqlite'))
    .map((name) => [name, readFileSync(`${dataDir}/${name}`).toString('latin1')]);
}

async function rowsOf(databaseUrl: string): Promise<[string, string][]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    const texts: [string, string][] = [];
    for (const { tablename } of tables) {
      const { rows } = await client.query(`select t::text as text from "${tablename}" t`);
      texts.push([tablename, rows.map(({ text }) => text).join('\n')]);
    }
    return texts;
  } finally {
    await client.end();
  }
}
