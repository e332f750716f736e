import { AsyncLocalStorage } from 'node:async_hooks';
import { type Kysely, type KyselyPlugin, sql } from 'kysely';
import { ConflictError, type Records, type Store } from '../../records/store.ts';
import { auditRecords } from './audit.ts';
import { hurry } from './clock-back.ts';
import { compact } from './compact.ts';
import { type Database, type Dialect, migrate, type OnQuery, openPostgres, openSqlite } from './database.ts';
import { effectRecords } from './effects.ts';
import { isAway } from './is-away.ts';
import { counterRecords, incidentRecords, policyRecords, settingRecords, sourceRecords } from './outside.ts';
import { eventRecords, sessionRecords, staffRecords, tokenRecords } from './people.ts';
import { privacyRecords } from './privacy.ts';
import { quarantineRecords } from './quarantine.ts';
import { requestRecords } from './requests.ts';
import { responseRecords } from './responses.ts';
import { NOW, sharedBucket } from './shared-bucket.ts';
import type { Tables } from './tables.ts';

/** Opens and migrates. PostgreSQL when there is a URL, else SQLite in `dataDir`. */
export async function openStore(where: {
  databaseUrl: string | null;
  dataDir: string;
  onQuery?: OnQuery;
}): Promise<Store> {
  const { databaseUrl, dataDir, onQuery } = where;
  const database = databaseUrl ? await openPostgres(databaseUrl, onQuery) : openSqlite(dataDir, onQuery);
  try {
    await migrate(database);
  } catch (error) {
    await database.db.destroy();
    throw error;
  }
  return storeOver(database);
}

const inTransaction = new AsyncLocalStorage<true>();

/** On SQLite the outer records would wait for the transaction, and the transaction for them: better to fail at once. */
const refusedInTransaction: KyselyPlugin = {
  transformQuery({ node }) {
    if (inTransaction.getStore()) throw new Error('Inside a transaction only the records passed in may be used');
    return node;
  },
  transformResult: ({ result }) => Promise.resolve(result),
};

function storeOver({ db, dialect }: Database): Store {
  return {
    records: recordsOver(db.withPlugin(refusedInTransaction), dialect),
    async transaction(work) {
      try {
        return await inTransaction.run(true, () =>
          db.transaction().execute((transaction) => work(recordsOver(transaction, dialect))),
        );
      } catch (error) {
        throw isConflict(error) ? new ConflictError(error) : error;
      }
    },
    isAway: (error) => isAway(error, dialect),
    readTime: dialect === 'postgres' ? () => readTime(db) : null,
    sharedBucket: (shop) => (dialect === 'postgres' ? sharedBucket(db, shop) : null),
    compact: () => compact(db, dialect),
    close: () => db.destroy(),
  };
}

async function readTime(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ now: number }>`select ${NOW} as now`.execute(db);
  return rows[0]?.now ?? Date.now();
}

function recordsOver(db: Kysely<Tables>, dialect: Dialect): Records {
  return {
    requests: requestRecords(db, dialect),
    responses: responseRecords(db),
    effects: effectRecords(db, dialect),
    tokens: tokenRecords(db),
    sessions: sessionRecords(db),
    events: eventRecords(db),
    audit: auditRecords(db),
    staff: staffRecords(db),
    sources: sourceRecords(db),
    incidents: incidentRecords(db),
    settings: settingRecords(db),
    policies: policyRecords(db),
    counters: counterRecords(db),
    quarantine: quarantineRecords(db),
    privacy: privacyRecords(db),
    async releaseLeases(options) {
      if (dialect === 'postgres' && !options?.everybodys) return;
      for (const table of ['requests', 'effects', 'sources'] as const) {
        await db
          .updateTable(table)
          .set({ lease_until: 0, fence: sql`fence + 1` })
          .where('lease_until', '>', 0)
          .execute();
      }
    },
    hurry: (now) => hurry(db, now),
    async lock(...names) {
      // SQLite's transactions are one at a time as it is.
      if (dialect !== 'postgres' || names.length === 0) return;
      // In one order everywhere: two transactions must not wait for each other.
      const locks = [...names].sort().map((name) => sql`pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
      await sql`select ${sql.join(locks)}`.execute(db);
    },
  };
}

/** Unique keys: SQLITE_CONSTRAINT_UNIQUE (2067) and _PRIMARYKEY (1555), SQLSTATE 23505. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errcode, code } = error as { errcode?: number; code?: string };
  return errcode === 2067 || errcode === 1555 || code === '23505';
}
