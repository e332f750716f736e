/** Requests by when the service has to look at them: to match, to remind, to end, to wake. */
import { type Kysely, sql } from 'kysely';
import type { RequestStatus } from '../../domain/cancellation-request.ts';
import { MOST_FAULTS } from '../../records/quarantine.ts';
import type { Requests } from '../../records/requests.ts';
import { claimRows, renewClaim } from './claim.ts';
import type { Dialect } from './database.ts';
import { toRequest } from './rows.ts';
import type { RequestTable, Tables } from './tables.ts';

const NEVER_EXPIRES: RequestStatus[] = ['received', 'approved', 'executing', 'failed'];

type Due = Pick<
  Requests,
  'claimDue' | 'renew' | 'postpone' | 'makeDue' | 'expired' | 'toRemind' | 'setReminder' | 'awake' | 'nextDue'
>;

export function dueRecords(db: Kysely<Tables>, dialect: Dialect): Due {
  return {
    async claimDue(now, leaseMs, limit) {
      const rows = await claimRows<RequestTable>(
        db,
        dialect,
        'requests',
        sql`status in ('received', 'waiting') and faults < ${MOST_FAULTS}`,
        now,
        leaseMs,
        limit,
      );
      return rows.map((row) => ({ ...toRequest(row), attempts: row.attempts, fence: row.fence }));
    },

    renew: (claimed, until) => renewClaim(db, 'requests', claimed, until),

    async postpone({ id, fence }, dueAt, attempts) {
      await db
        .updateTable('requests')
        .set({ due_at: dueAt, lease_until: 0, attempts })
        .where('id', '=', id)
        .where('fence', '=', fence)
        .execute();
    },

    async makeDue(orderId, now) {
      const result = await db
        .updateTable('requests')
        .set({ due_at: now })
        .where('order_id', '=', orderId)
        .where('status', 'in', ['received', 'waiting'])
        .where('due_at', '>', now)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },

    async expired(now, limit) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        .where('expires_at', '<=', now)
        .where('status', 'not in', NEVER_EXPIRES)
        .where('faults', '<', MOST_FAULTS)
        .limit(limit)
        .execute();
      return rows.map(toRequest);
    },

    async toRemind(now, limit) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        // The index is of these alone, and found by the text of the statement.
        .where(sql<boolean>`stage = 'staff'`)
        .where('faults', '<', MOST_FAULTS)
        .where((where) => where.or([where('remind_at', 'is', null), where('remind_at', '<=', now)]))
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toRequest(row), remindAt: row.remind_at, reminded: row.reminded }));
    },

    async setReminder(request, remindAt, reminded) {
      const result = await db
        .updateTable('requests')
        .set({ remind_at: remindAt, reminded })
        .where('id', '=', request.id)
        .where('reminded', '=', request.reminded)
        .where('remind_at', request.remindAt === null ? 'is' : '=', request.remindAt)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    async awake(now, limit) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        .where('snoozed_until', '<=', now)
        .where('faults', '<', MOST_FAULTS)
        .limit(limit)
        .execute();
      return rows.map(toRequest);
    },

    async nextDue() {
      const row = await db
        .selectFrom('requests')
        .select(({ fn }) => [fn.min('due_at').as('match'), fn.min('expires_at').as('expiry')])
        .where((where) => where.or([where('due_at', 'is not', null), where('expires_at', 'is not', null)]))
        .executeTakeFirst();
      const times = [row?.match, row?.expiry].filter((time) => time != null).map(Number);
      return times.length > 0 ? Math.min(...times) : null;
    },
  };
}
