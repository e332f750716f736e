import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * What a clock that was ahead has put off until its own later is due now, and its leases are nobody's. A delay that was
 * meant, such as time to undo or quiet hours, is kept: the customer was told of it. Returns how many rows that were.
 */
export async function hurry(db: Kysely<Tables>, now: number): Promise<number> {
  const put = { due_at: now, lease_until: 0, fence: sql<number>`fence + 1` };
  const results = [
    await db
      .updateTable('sources')
      .set(put)
      .where((or) => or.or([or('due_at', '>', now), or('lease_until', '>', now)]))
      .executeTakeFirst(),
    await db
      .updateTable('requests')
      .set(put)
      .where('due_at', 'is not', null)
      .where((or) => or.or([or('due_at', '>', now), or('lease_until', '>', now)]))
      .executeTakeFirst(),
    await db
      .updateTable('effects')
      .set(put)
      .where(sql<boolean>`state in ('pending', 'sent', 'confirming')`)
      .where((or) =>
        or.or([
          or('lease_until', '>', now),
          or.and([
            or('due_at', '>', now),
            or.or([or('state', '<>', 'pending'), or('attempts', '>', 0), or('due_at', '<=', or.ref('created_at'))]),
          ]),
        ]),
      )
      .executeTakeFirst(),
  ];
  return results.reduce((sum, { numUpdatedRows }) => sum + Number(numUpdatedRows), 0);
}
