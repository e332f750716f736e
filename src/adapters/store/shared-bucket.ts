import { type Kysely, sql } from 'kysely';
import type { SharedBucket } from '../../ports.ts';
import type { Tables } from './tables.ts';

/** The database's own clock: those of the machines differ. */
export const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const ELAPSED = sql`greatest(0, ${NOW} - seen_at) / 1000.0`;
const REFILLED = sql<number>`least(maximum, available + ${ELAPSED} * restore_rate)`;

/** One row of PostgreSQL. Points are taken before a call and may go below zero: whoever comes next waits longer. */
export function sharedBucket(db: Kysely<Tables>, shop: string): SharedBucket {
  return {
    async take(points) {
      const { rows } = await sql<{ available: number; restore_rate: number }>`
        update cost_buckets set available = ${REFILLED} - least(maximum, ${points}), seen_at = greatest(seen_at, ${NOW})
        where shop = ${shop} returning available, restore_rate`.execute(db);
      const [bucket] = rows;
      if (!bucket || bucket.available >= 0) return 0;
      return Math.ceil((-bucket.available / bucket.restore_rate) * 1000);
    },
    async giveBack(points, { maximumAvailable, currentlyAvailable, restoreRate }) {
      await sql`
        insert into cost_buckets (shop, available, maximum, restore_rate, seen_at)
        values (${shop}, ${currentlyAvailable}, ${maximumAvailable}, ${restoreRate}, ${NOW})
        on conflict (shop) do update set
          maximum = excluded.maximum,
          restore_rate = excluded.restore_rate,
          -- Never more than Shopify says there is; less, as long as calls are on their way that it doesn't know of.
          available = least(excluded.available,
            cost_buckets.available + ${points} +
              greatest(0, excluded.seen_at - cost_buckets.seen_at) / 1000.0 * cost_buckets.restore_rate),
          seen_at = greatest(cost_buckets.seen_at, excluded.seen_at)`.execute(db);
    },
  };
}
