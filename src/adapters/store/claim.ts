import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Dialect } from './database.ts';
import type { Tables } from './tables.ts';

type Connection = Kysely<Tables>;

/**
 * Leases due rows in one statement and hands them over: nobody else gets them until the lease ends, and the raised
 * fence number shuts out whoever held an earlier lease. PostgreSQL's workers step round each other's rows.
 */
export async function claimRows<Row>(
  db: Connection,
  dialect: Dialect,
  table: 'requests' | 'effects',
  due: RawBuilder<unknown>,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<Row[]> {
  const skip = dialect === 'postgres' ? sql`for update skip locked` : sql``;
  const { rows } = await sql<Row>`
    update ${sql.table(table)} set lease_until = ${now + leaseMs}, fence = fence + 1
    where id in (
      select id from ${sql.table(table)} where ${due} and due_at <= ${now} and lease_until <= ${now}
      order by due_at limit ${limit} ${skip}
    ) returning *`.execute(db);
  return rows;
}

/** Prolongs a lease that is still held. False: it was given back, or somebody else has claimed the row. */
export async function renewClaim(
  db: Connection,
  table: 'requests' | 'effects' | 'sources',
  claim: { readonly id: string; readonly fence: number },
  until: number,
): Promise<boolean> {
  const result = await db
    .updateTable(table)
    .set({ lease_until: until })
    .where('id', '=', claim.id)
    .where('fence', '=', claim.fence)
    .where('lease_until', '>', 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
