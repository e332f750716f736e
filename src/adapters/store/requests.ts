import { type Kysely, sql } from 'kysely';
import { REQUEST_STATUSES } from '../../domain/cancellation-request.ts';
import { OPEN_STATUSES } from '../../domain/lifecycle.ts';
import { stageOf } from '../../domain/queue.ts';
import type { Requests } from '../../records/requests.ts';
import type { Dialect } from './database.ts';
import { OPEN_STAGES, queueRecords } from './queue.ts';
import { dueRecords } from './requests-due.ts';
import { shipsColumns, toRequest, toRequestColumns, writtenColumns } from './rows.ts';
import type { Tables } from './tables.ts';

const PAGE = 500;

export function requestRecords(db: Kysely<Tables>, dialect: Dialect): Requests {
  const byColumn = async (column: 'id' | 'ref', value: string) => {
    const row = await db.selectFrom('requests').selectAll().where(column, '=', value).executeTakeFirst();
    return row ? toRequest(row) : null;
  };

  return {
    ...queueRecords(db),
    ...dueRecords(db, dialect),
    get: (id) => byColumn('id', id),
    byRef: (ref) => byColumn('ref', ref),

    async insert(...requests) {
      const rows = requests.map((request) => ({
        id: request.id,
        ref: request.ref,
        status: 'received' as const,
        stage: stageOf({ status: 'received', payback: null, undelivered: null, hold: null, trouble: null }),
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
        doubt: request.doubt ?? null,
        origin: request.origin,
        mail_to: request.mailTo ?? null,
        customer_email: request.fields.email?.toLowerCase() ?? null,
        ...writtenColumns(request.fields),
        ...shipsColumns({ status: 'received', order: null, hold: null }),
        approvals: '[]',
        reminded: 0,
        sender_withdrew: 0,
        due_at: request.dueAt,
        attempts: 0,
        lease_until: 0,
        pruned: 0,
        fence: 0,
        faults: 0,
      }));
      await db.insertInto('requests').values(rows).execute();
    },

    async refs(ids) {
      const rows = await db
        .selectFrom('requests')
        .select(['id', 'ref'])
        .where('id', 'in', [...ids])
        .execute();
      return new Map(rows.map(({ id, ref }) => [id, ref]));
    },

    async takenRefs(refs) {
      const rows = await db
        .selectFrom('requests')
        .select('ref')
        .where('ref', 'in', [...refs])
        .execute();
      return new Set(rows.map(({ ref }) => ref));
    },

    async list({ status, limit }) {
      let query = db.selectFrom('requests').selectAll().orderBy('received_at', 'desc').limit(limit);
      if (status) query = query.where('status', '=', status);
      return (await query.execute()).map(toRequest);
    },

    async ofCustomer(customerEmail, limit) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        .where('customer_email', '=', customerEmail.toLowerCase())
        .orderBy('received_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRequest);
    },

    async counts(statuses = REQUEST_STATUSES) {
      const rows = await db
        .selectFrom('requests')
        .select(['status', ({ fn }) => fn.countAll<number>().as('count')])
        .where('status', 'in', [...statuses])
        .groupBy('status')
        .execute();
      return Object.fromEntries(rows.map((row) => [row.status, row.count]));
    },

    async update(request, changes, now) {
      const stage = stageOf({
        status: changes.status ?? request.status,
        payback: changes.payback === undefined ? request.payback : changes.payback,
        undelivered: changes.undelivered === undefined ? request.undelivered : changes.undelivered,
        hold: changes.hold === undefined ? request.hold : changes.hold,
        trouble: changes.trouble === undefined ? request.trouble : changes.trouble,
      });
      const ships = shipsColumns({
        status: changes.status ?? request.status,
        order: changes.order === undefined ? request.order : changes.order,
        hold: changes.hold === undefined ? request.hold : changes.hold,
      });
      const result = await db
        .updateTable('requests')
        .set({
          ...toRequestColumns(changes),
          ...ships,
          stage,
          revision: request.revision + 1,
          updated_at: now,
          lease_until: 0,
          faults: 0,
          fault: null,
        })
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

    async setHold(id, hold) {
      const request = await byColumn('id', id);
      if (!request) return;
      const columns = { ...toRequestColumns({ hold }), ...shipsColumns({ ...request, hold }) };
      await db.updateTable('requests').set(columns).where('id', '=', id).execute();
    },

    async setSenderWithdrew(id) {
      await db.updateTable('requests').set({ sender_withdrew: 1 }).where('id', '=', id).execute();
    },

    async unassign(person) {
      const rows = await db
        .updateTable('requests')
        .set({ assigned_to: null })
        .where('assigned_to', '=', person)
        .where('stage', 'in', OPEN_STAGES)
        .returning('id')
        .execute();
      return rows.map(({ id }) => id);
    },

    async everFor(orderId) {
      const row = await db
        .selectFrom('requests')
        .select('id')
        .where('order_id', '=', orderId)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async countCancelled(customerEmail, since) {
      const row = await db
        .selectFrom('requests')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('customer_email', '=', customerEmail.toLowerCase())
        .where('status', '=', 'cancelled')
        .where('received_at', '>=', since)
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async *since(receivedAt) {
      let after = { at: receivedAt, id: '' };
      for (;;) {
        const rows = await db
          .selectFrom('requests')
          .selectAll()
          .where(sql<boolean>`(received_at, id) > (${after.at}, ${after.id})`)
          .orderBy('received_at')
          .orderBy('id')
          .limit(PAGE)
          .execute();
        for (const row of rows) yield toRequest(row);
        const last = rows.at(-1);
        if (!last || rows.length < PAGE) return;
        after = { at: last.received_at, id: last.id };
      }
    },
  };
}
