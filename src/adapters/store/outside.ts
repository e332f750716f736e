/** What is known of the outside systems: poll cursors, incidents, settings. */
import { type Kysely, sql } from 'kysely';
import type { Counters, Incident, Incidents, Policies, Settings, SourceState, Sources } from '../../records/upkeep.ts';
import { renewClaim } from './claim.ts';
import type { IncidentTable, SourceTable, Tables } from './tables.ts';

export function sourceRecords(db: Kysely<Tables>): Sources {
  const toState = (row: SourceTable): SourceState => ({
    id: row.id,
    cursor: row.cursor,
    lastOkAt: row.last_ok_at,
    lastError: row.last_error,
    fence: row.fence,
  });
  return {
    async claim(id, now, leaseMs) {
      await db
        .insertInto('sources')
        .values({ id, due_at: 0, lease_until: 0, fence: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const row = await db
        .updateTable('sources')
        .set({ lease_until: now + leaseMs, fence: sql`fence + 1` })
        .where('id', '=', id)
        .where('due_at', '<=', now)
        .where('lease_until', '<=', now)
        .returningAll()
        .executeTakeFirst();
      return row ? toState(row) : null;
    },
    renew: (state, until) => renewClaim(db, 'sources', state, until),
    async settle(state, { dueAt, cursor, lastOkAt, lastError }) {
      const result = await db
        .updateTable('sources')
        .set({
          due_at: dueAt,
          lease_until: 0,
          last_error: lastError,
          ...(cursor === undefined ? {} : { cursor }),
          ...(lastOkAt === undefined ? {} : { last_ok_at: lastOkAt }),
        })
        .where('id', '=', state.id)
        .where('fence', '=', state.fence)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async makeDue(id, now) {
      await db.updateTable('sources').set({ due_at: now }).where('id', '=', id).where('due_at', '>', now).execute();
    },
    async list() {
      return (await db.selectFrom('sources').selectAll().orderBy('id').execute()).map(toState);
    },
  };
}

export function incidentRecords(db: Kysely<Tables>): Incidents {
  const toIncident = (row: IncidentTable): Incident => ({
    code: row.code,
    detail: row.detail,
    since: row.since,
    toldAt: row.told_at,
  });
  return {
    async open(code, detail, now) {
      const result = await db
        .insertInto('incidents')
        .values({ code, detail, since: now, told_at: null })
        .onConflict((conflict) => conflict.column('code').doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    async get(code) {
      const row = await db.selectFrom('incidents').selectAll().where('code', '=', code).executeTakeFirst();
      return row ? toIncident(row) : null;
    },
    async list() {
      return (await db.selectFrom('incidents').selectAll().orderBy('since').execute()).map(toIncident);
    },
    async markTold(code, now) {
      await db.updateTable('incidents').set({ told_at: now }).where('code', '=', code).execute();
    },
    async close(code) {
      const result = await db.deleteFrom('incidents').where('code', '=', code).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

export function settingRecords(db: Kysely<Tables>): Settings {
  return {
    async get(key) {
      const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
      return row?.value ?? null;
    },
    async put(key, value) {
      await db
        .insertInto('settings')
        .values({ key, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute();
    },
  };
}

export function policyRecords(db: Kysely<Tables>): Policies {
  return {
    async put(version, text, now) {
      await db
        .insertInto('policies')
        .values({ version, text, first_used_at: now })
        .onConflict((conflict) => conflict.column('version').doNothing())
        .execute();
    },
    async text(version) {
      const row = await db.selectFrom('policies').select('text').where('version', '=', version).executeTakeFirst();
      return row?.text ?? null;
    },
  };
}

export function counterRecords(db: Kysely<Tables>): Counters {
  const countAll: Counters['countAll'] = async (keys, windowMs, now) => {
    if (keys.length === 0) return [];
    const times = new Map<string, number>();
    for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
    const ended = sql`counters.until <= ${now}`;
    const rows = await db
      .insertInto('counters')
      // In one order everywhere: two transactions must not wait for each other's rows.
      .values([...times.keys()].sort().map((key) => ({ key, count: times.get(key) ?? 0, until: now + windowMs })))
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({
          count: sql`case when ${ended} then excluded.count else counters.count + excluded.count end`,
          until: sql`case when ${ended} then excluded.until else counters.until end`,
        }),
      )
      .returning(['key', 'count'])
      .execute();
    const before = new Map(rows.map(({ key, count }) => [key, count - (times.get(key) ?? 0)]));
    return keys.map((key) => {
      const count = (before.get(key) ?? 0) + 1;
      before.set(key, count);
      return count;
    });
  };
  return {
    countAll,
    count: async (key, windowMs, now) => (await countAll([key], windowMs, now))[0] ?? 1,
    async removeEnded(now) {
      await db.deleteFrom('counters').where('until', '<=', now).execute();
    },
  };
}
