import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { type Dialect, unhurried } from './database.ts';
import type { Tables } from './tables.ts';

const HELD = ['requests', 'responses', 'effects', 'events', 'tokens', 'sessions', 'quarantine', 'counters'] as const;
const TRIES = 10;
const PAUSE_MS = 500;

/** Both wait for nobody for long: beside a busy service it takes a few tries. */
export async function compact(db: Kysely<Tables>, dialect: Dialect): Promise<boolean> {
  if (dialect === 'postgres') {
    await unhurried({ db, dialect }, async (connection) => {
      for (const table of HELD) await sql`vacuum ${sql.table(table)}`.execute(connection);
    });
    return true;
  }
  for (let i = 0; i < TRIES; i += 1) {
    try {
      // Every page is written anew, out of what is there now; then the log of the older ones is cut to nothing.
      await sql`vacuum`.execute(db);
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
      if (rows[0]?.busy === 0) return true;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    await delay(PAUSE_MS);
  }
  return false;
}

/** SQLITE_BUSY and SQLITE_LOCKED, with what SQLite adds in the upper bits. */
function isBusy(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  return [5, 6].includes(errcode & 0xff);
}
