import { type Kysely, sql } from 'kysely';
import { EFFECT_KINDS, type Effect, NOTHING_SENT } from '../../domain/effect.ts';
import type { Effects } from '../../records/effects.ts';
import { MOST_FAULTS } from '../../records/quarantine.ts';
import { claimRows, renewClaim } from './claim.ts';
import type { Dialect } from './database.ts';
import { toEffect } from './rows.ts';
import type { EffectTable, Tables } from './tables.ts';

const ASK_FIRST = ['shopify_cancel', 'shopify_part', 'shopify_return', 'shopify_change', 'shopify_refund'] as const;
/** Said in the statement's own text: SQLite finds a partial index by it, and not by values that are bound. */
export const OPEN_EFFECT = sql<boolean>`state in ('pending', 'sent', 'confirming')`;

export function effectRecords(db: Kysely<Tables>, dialect: Dialect): Effects {
  const insertAll: Effects['insertAll'] = async (effects, now) => {
    if (effects.length === 0) return;
    const rows = effects.map((effect) => ({
      id: effect.id,
      key: effect.key,
      request_id: effect.requestId,
      kind: effect.kind,
      state: 'pending' as const,
      payload: JSON.stringify(effect.payload),
      outcome: '{}',
      due_at: effect.dueAt,
      created_at: now,
      attempts: 0,
      lease_until: 0,
      fence: 0,
      faults: 0,
    }));
    await db
      .insertInto('effects')
      .values(rows)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
  };
  return {
    insert: (effect, id, now, dueAt = now) => insertAll([{ ...effect, id, dueAt }], now),
    insertAll,

    async hasten(key, now) {
      await db
        .updateTable('effects')
        .set({ due_at: now })
        .where('key', '=', key)
        .where('state', '=', 'pending')
        .where('attempts', '=', 0)
        .where('due_at', '>', now)
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
      const due = sql`${OPEN_EFFECT} and kind in (${sql.join([...kinds])}) and faults < ${MOST_FAULTS}`;
      const rows = await claimRows<EffectTable>(db, dialect, 'effects', due, now, leaseMs, limit);
      return rows.map(toEffect);
    },

    renew: (effect, until) => renewClaim(db, 'effects', effect, until),

    async settle(effect, result, now) {
      const ended = result.state === 'done' || result.state === 'failed' || result.state === 'skipped';
      const updated = await db
        .updateTable('effects')
        .set({
          state: result.state,
          lease_until: 0,
          faults: 0,
          fault: null,
          ...(result.dueAt === undefined ? {} : { due_at: result.dueAt }),
          ...(result.outcome === undefined ? {} : { outcome: JSON.stringify(result.outcome) }),
          ...(result.attempts === undefined ? {} : { attempts: result.attempts }),
          ...(result.lastError === undefined ? {} : { last_error: result.lastError }),
          ...(ended ? { done_at: now } : {}),
        })
        .where('id', '=', effect.id)
        .where('fence', '=', effect.fence)
        // What was taken back stays so, also for whoever had claimed it before.
        .where('state', '!=', 'skipped')
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n;
    },

    async progress(effect, state, outcome) {
      const updated = await db
        .updateTable('effects')
        .set({ state, outcome: JSON.stringify(outcome) })
        .where('id', '=', effect.id)
        .where('fence', '=', effect.fence)
        // What was taken back stays so, also for whoever had claimed it before.
        .where('state', '!=', 'skipped')
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n;
    },

    async markRestored() {
      const rows = await db
        .selectFrom('effects')
        .select(['id', 'outcome'])
        .where(OPEN_EFFECT)
        .where('kind', 'in', ASK_FIRST)
        .execute();
      for (const { id, outcome } of rows) {
        const changed = JSON.stringify({ ...JSON.parse(outcome), restored: true });
        await db.updateTable('effects').set({ outcome: changed }).where('id', '=', id).execute();
      }
      return rows.length;
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
        .where(OPEN_EFFECT)
        .where('faults', '<', MOST_FAULTS)
        .executeTakeFirst();
      return row?.due == null ? null : Number(row.due);
    },

    async countOpen() {
      const row = await db
        .selectFrom('effects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where(OPEN_EFFECT)
        .where('faults', '<', MOST_FAULTS)
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async countOpenByKind() {
      const rows = await db
        .selectFrom('effects')
        .select(['kind', ({ fn }) => fn.countAll<number>().as('count')])
        .where(OPEN_EFFECT)
        .groupBy('kind')
        .execute();
      const counts = Object.fromEntries(EFFECT_KINDS.map((kind) => [kind, 0])) as Record<Effect['kind'], number>;
      for (const { kind, count } of rows) counts[kind as Effect['kind']] = count;
      return counts;
    },
  };
}
