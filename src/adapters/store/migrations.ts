/** Applied in order, each in a transaction, once; never edited after a release. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Dialect } from './database.ts';
import { makeInitialTables } from './initial-tables.ts';
import type { Tables } from './tables.ts';

type Run = (db: Kysely<Tables>, dialect: Dialect) => Promise<void>;

export function migrationsFor(dialect: Dialect): Record<string, Migration> {
  const migrations: Record<string, Run> = {
    '0001_initial': makeInitialTables,
    '0002_doubts_about_requests': addDoubts,
  };
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (db: Kysely<unknown>) => up(db as Kysely<Tables>, dialect) },
    ]),
  );
}

/** Why a request is left to a person. */
async function addDoubts(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('requests').addColumn('doubt', 'text').execute();
}
