import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Of customers and of whoever sent a response, each once. */
export async function knownAddresses(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db
    .selectFrom('requests')
    .select('customer_email as email')
    .union(db.selectFrom('responses').select('respondent_email as email'))
    .execute();
  // Not in the database: PostgreSQL's order is its locale's.
  return rows.flatMap(({ email }) => email ?? []).sort();
}
