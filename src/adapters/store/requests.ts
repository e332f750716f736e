import { type Kysely, sql } from 'kysely';
import type { RequestStatus } from '../../domain/cancellation-request.ts';
import { OPEN_STATUSES } from '../../domain/lifecycle.ts';
import type { Requests } from '../../records.ts';
import { claimRows } from './claim.ts';
import type { Dialect } from './database.ts';
import { toRequest, toRequestColumns } from './rows.ts';
import type { RequestTable, Tables } from './tables.ts';

const NEVER_EXPIRES: RequestStatus[] = ['received', 'approved', 'executing', 'failed'];

export function requestRecords(db: Kysely<Tables>, dialect: Dialect): Requests {
  const byColumn = async (column: 'id' | 'ref', value: string) => {
    const row = await db.selectFrom('requests').selectAll().where(column, '=', value).executeTakeFirst();
    return row ? toRequest(row) : null;
  };

  return {
    get: (id) => byColumn('id', id),
    byRef: (ref) => byColumn('ref', ref),

    async insert(request) {
      await db
        .insertInto('requests')
        .values({
          id: request.id,
          ref: request.ref,
          status: 'received',
          version: 1,
          revision: 1,
          locale: request.locale,
          fields: JSON.stringify(request.fields),
          answers: JSON.stringify(request.answers),
          digest: request.digest,
          email_verified: request.emailVerified ? 1 : 0,
          submitted_at: request.submittedAt,
          source_submitted_at: request.sourceSubmittedAt,
          received_at: request.receivedAt,
          updated_at: request.receivedAt,
          follows: request.follows,
          due_at: request.receivedAt,
          attempts: 0,
          lease_until: 0,
          fence: 0,
        })
        .execute();
    },

    async list({ status, limit }) {
      let query = db.selectFrom('requests').selectAll().orderBy('received_at', 'desc').limit(limit);
      if (status) query = query.where('status', '=', status);
      return (await query.execute()).map(toRequest);
    },

    async counts() {
      const rows = await db
        .selectFrom('requests')
        .select(['status', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy('status')
        .execute();
      return Object.fromEntries(rows.map((row) => [row.status, row.count]));
    },

    async update(request, changes, now) {
      const result = await db
        .updateTable('requests')
        .set({ ...toRequestColumns(changes), revision: request.revision + 1, updated_at: now, lease_until: 0 })
        .where('id', '=', request.id)
        .where('revision', '=', request.revision)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    async holderOf(orderId) {
      const row = await db
        .selectFrom('requests')
        .selectAll()
        .where('order_id', '=', orderId)
        .where('status', 'in', [...OPEN_STATUSES, 'cancelled'])
        .executeTakeFirst();
      return row ? toRequest(row) : null;
    },

    async claimForMatch(now, leaseMs, limit) {
      const rows = await claimRows<RequestTable>(
        db,
        dialect,
        'requests',
        sql`status = 'received'`,
        now,
        leaseMs,
        limit,
      );
      return rows.map((row) => ({ ...toRequest(row), attempts: row.attempts }));
    },

    async postponeMatch(id, dueAt) {
      await db
        .updateTable('requests')
        .set({ due_at: dueAt, lease_until: 0, attempts: sql`attempts + 1` })
        .where('id', '=', id)
        .execute();
    },

    async expired(now, limit) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        .where('expires_at', '<=', now)
        .where('status', 'not in', NEVER_EXPIRES)
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
