import { type Kysely, sql } from 'kysely';
import { NOTHING_SENT } from '../../domain/effect.ts';
import type { Effects } from '../../records.ts';
import { claimRows } from './claim.ts';
import type { Dialect } from './database.ts';
import { toEffect } from './rows.ts';
import type { EffectTable, Tables } from './tables.ts';

/** Said in the statement's own text: SQLite finds a partial index by it, and not by values that are bound. */
const isOpen = sql<boolean>`state in ('pending', 'sent', 'confirming')`;

export function effectRecords(db: Kysely<Tables>, dialect: Dialect): Effects {
  return {
    async insert(effect, id, now, dueAt = now) {
      await db
        .insertInto('effects')
        .values({
          id,
          key: effect.key,
          request_id: effect.requestId,
          kind: effect.kind,
          state: 'pending',
          payload: JSON.stringify(effect.payload),
          outcome: '{}',
          due_at: dueAt,
          created_at: now,
          attempts: 0,
          lease_until: 0,
          fence: 0,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },

    async restartCancel(effect, payload, requestId, now) {
      const result = await db
        .updateTable('effects')
        .set({
          state: 'pending',
          request_id: requestId,
          payload: JSON.stringify(payload),
          outcome: JSON.stringify({ ...NOTHING_SENT, calls: effect.outcome.calls }),
          attempts: 0,
          due_at: now,
          lease_until: 0,
          last_error: null,
          done_at: null,
          fence: effect.fence + 1,
        })
        .where('id', '=', effect.id)
        .where('state', 'in', ['failed', 'skipped'])
        .where('fence', '=', effect.fence)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    async byKey(key) {
      const row = await db.selectFrom('effects').selectAll().where('key', '=', key).executeTakeFirst();
      return row ? toEffect(row) : null;
    },

    async byRequest(requestId) {
      const rows = await db
        .selectFrom('effects')
        .selectAll()
        .where('request_id', '=', requestId)
        .orderBy('created_at')
        .execute();
      return rows.map((row) => ({ ...toEffect(row), lastError: row.last_error, doneAt: row.done_at }));
    },

    async claim(now, leaseMs, limit, kinds) {
      const due = sql`${isOpen} and kind in (${sql.join([...kinds])})`;
      const rows = await claimRows<EffectTable>(db, dialect, 'effects', due, now, leaseMs, limit);
      return rows.map(toEffect);
    },

    async settle(effect, result, now) {
      const ended = result.state === 'done' || result.state === 'failed' || result.state === 'skipped';
      const updated = await db
        .updateTable('effects')
        .set({
          state: result.state,
          lease_until: 0,
          ...(result.dueAt === undefined ? {} : { due_at: result.dueAt }),
          ...(result.outcome === undefined ? {} : { outcome: JSON.stringify(result.outcome) }),
          ...(result.attempts === undefined ? {} : { attempts: result.attempts }),
          ...(result.lastError === undefined ? {} : { last_error: result.lastError }),
          ...(ended ? { done_at: now } : {}),
        })
        .where('id', '=', effect.id)
        .where('fence', '=', effect.fence)
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n;
    },

    async progress(effect, state, outcome) {
      const updated = await db
        .updateTable('effects')
        .set({ state, outcome: JSON.stringify(outcome) })
        .where('id', '=', effect.id)
        .where('fence', '=', effect.fence)
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n;
    },

    async skipPending(requestId, kind, now) {
      await db
        .updateTable('effects')
        .set({ state: 'skipped', done_at: now })
        .where('request_id', '=', requestId)
        .where('kind', '=', kind)
        .where('state', '=', 'pending')
        .where('lease_until', '<=', now)
        .execute();
    },

    async nextDue() {
      const row = await db
        .selectFrom('effects')
        .select(({ fn }) => fn.min('due_at').as('due'))
        .where(isOpen)
        .executeTakeFirst();
      return row?.due == null ? null : Number(row.due);
    },

    async countOpen() {
      const row = await db
        .selectFrom('effects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where(isOpen)
        .executeTakeFirstOrThrow();
      return row.count;
    },
  };
}
