/** What is set aside: a state of requests and effects, and a table of its own for responses that are nothing else yet. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { IncomingResponse } from '../../domain/response.ts';
import { MOST_FAULTS, type Quarantine, type SetAside } from '../../records/quarantine.ts';
import { findSeal, sealedKey } from './seals.ts';
import type { Tables } from './tables.ts';

const AT_ONCE = 20;

function keyOf({ externalId, revision }: IncomingResponse): string {
  // JSON escapes what a text column may refuse.
  return JSON.stringify([externalId, revision]);
}

/** A request that nobody looks at by itself stays so. */
function onlyWhereDue(at: RawBuilder<number>): RawBuilder<number | null> {
  return sql`case when due_at is null then null else ${at} end`;
}

function safe(text: string): string {
  return text.replaceAll('\0', '\u{fffd}');
}

export function quarantineRecords(db: Kysely<Tables>): Quarantine {
  const listed = {
    response: (requestId?: string) =>
      db
        .selectFrom('quarantine')
        .leftJoin('requests', 'requests.id', 'quarantine.request_id')
        .select([
          'quarantine.id',
          'quarantine.source as what',
          'ref',
          'quarantine.fault',
          'quarantine.faults',
          'quarantine.since',
        ])
        .where('quarantine.due_at', 'is', null)
        .$if(requestId !== undefined, (query) => query.where('quarantine.request_id', '=', requestId as string)),
    request: (requestId?: string) =>
      db
        .selectFrom('requests')
        .select(['id', 'status as what', 'ref', 'fault', 'faults', 'updated_at as since'])
        .where('faults', '>=', MOST_FAULTS)
        .$if(requestId !== undefined, (query) => query.where('id', '=', requestId as string)),
    effect: (requestId?: string) =>
      db
        .selectFrom('effects')
        .leftJoin('requests', 'requests.id', 'effects.request_id')
        .select(['effects.id', 'kind', 'payload', 'ref', 'effects.fault', 'effects.faults', 'created_at as since'])
        .where('effects.faults', '>=', MOST_FAULTS)
        .$if(requestId !== undefined, (query) => query.where('effects.request_id', '=', requestId as string)),
  };

  return {
    async noteFault(subject, reason, now, firstWait) {
      const later = sql<number>`cast(${now} as bigint) + ${firstWait} * (1 << faults)`;
      const changes = { faults: sql<number>`faults + 1`, fault: safe(reason), lease_until: 0 };
      const row =
        subject.kind === 'request'
          ? await db
              .updateTable('requests')
              .set({ ...changes, due_at: onlyWhereDue(later) })
              .where('id', '=', subject.id)
              .returning('faults')
              .executeTakeFirst()
          : await db
              .updateTable('effects')
              .set({ ...changes, due_at: later })
              .where('id', '=', subject.id)
              .where('fence', '=', subject.fence)
              .returning('faults')
              .executeTakeFirst();
      return row?.faults ?? 0;
    },

    async keep(response, { id, requestId, reason, nextTry, now }) {
      await db
        .insertInto('quarantine')
        .values({
          id,
          source: response.source,
          source_id: safe(response.sourceId),
          response_key: keyOf(response),
          request_id: requestId,
          response: JSON.stringify(response),
          fault: safe(reason),
          faults: 1,
          due_at: nextTry,
          since: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async kept(responses) {
      const [first] = responses;
      if (!first) return new Set();
      const rows = await db
        .selectFrom('quarantine')
        .select('response_key')
        .where('source', '=', first.source)
        .where('source_id', '=', safe(first.sourceId))
        .execute();
      const held = new Set(rows.map((row) => row.response_key));
      const seal = held.size > 0 ? await findSeal(db) : null;
      const isHeld = (one: IncomingResponse) =>
        held.has(keyOf(one)) || (seal !== null && held.has(sealedKey(seal, one)));
      return new Set(responses.filter(isHeld).map(({ externalId, revision }) => `${externalId} ${revision}`));
    },

    async claimResponses(now, nextTry) {
      const due = db.selectFrom('quarantine').select('id').where('due_at', '<=', now).orderBy('due_at').limit(AT_ONCE);
      const rows = await db
        .updateTable('quarantine')
        .set({ due_at: nextTry })
        .where('id', 'in', due)
        .where('due_at', '<=', now)
        .returningAll()
        .execute();
      return rows.map((row) => ({ id: row.id, response: JSON.parse(row.response), faults: row.faults }));
    },

    async noteResponseFault(id, reason, nextTry) {
      await db
        .updateTable('quarantine')
        .set({ faults: sql`faults + 1`, fault: safe(reason), due_at: nextTry })
        .where('id', '=', id)
        .execute();
    },

    async forget(id) {
      await db.deleteFrom('quarantine').where('id', '=', id).execute();
    },

    async list(requestId) {
      const items: SetAside[] = [];
      const add = (
        kind: SetAside['kind'],
        { id, what, ref, fault, faults, since }: Omit<SetAside, 'kind' | 'reason'> & { fault: string | null },
      ) => items.push({ id, kind, what, ref, reason: fault ?? '', faults, since });
      for (const row of await listed.response(requestId).execute()) add('response', row);
      for (const row of await listed.request(requestId).execute()) add('request', row);
      for (const { kind, payload, ...row } of await listed.effect(requestId).execute()) {
        const notice: unknown = kind === 'mail' ? JSON.parse(payload).notice : null;
        add('effect', { ...row, what: typeof notice === 'string' ? `mail ${notice}` : kind });
      }
      return items.sort((a, b) => a.since - b.since);
    },

    async counts() {
      const count = sql<number>`count(*)`.as('count');
      const [response, request, effect] = await Promise.all([
        db.selectFrom('quarantine').select(count).where('due_at', 'is', null).executeTakeFirstOrThrow(),
        db.selectFrom('requests').select(count).where('faults', '>=', MOST_FAULTS).executeTakeFirstOrThrow(),
        db.selectFrom('effects').select(count).where('faults', '>=', MOST_FAULTS).executeTakeFirstOrThrow(),
      ]);
      return { response: response.count, request: request.count, effect: effect.count };
    },

    async release({ id, kind }, now) {
      const afresh = { faults: 0, due_at: now };
      const result =
        kind === 'response'
          ? await db
              .updateTable('quarantine')
              .set(afresh)
              .where('id', '=', id)
              .where('due_at', 'is', null)
              .executeTakeFirst()
          : kind === 'effect'
            ? await db
                .updateTable('effects')
                .set({ ...afresh, fault: null, lease_until: 0 })
                .where('id', '=', id)
                .where('faults', '>=', MOST_FAULTS)
                .executeTakeFirst()
            : await db
                .updateTable('requests')
                .set({ faults: 0, fault: null, lease_until: 0, due_at: onlyWhereDue(sql`cast(${now} as bigint)`) })
                .where('id', '=', id)
                .where('faults', '>=', MOST_FAULTS)
                .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}
