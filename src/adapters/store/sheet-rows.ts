/** What the store knows of a sheet's rows: which were there, which have gone, and what they said. */
import type { Kysely } from 'kysely';
import type { GoneRow } from '../../domain/replaced-rows.ts';
import type { Responses } from '../../records/responses.ts';
import { findSeal, isSealed, sealedDigest } from './seals.ts';
import type { Tables } from './tables.ts';

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
export const IDS_A_QUERY = 5_000;

type SheetRows = Pick<Responses, 'present' | 'returned' | 'newestStamp' | 'erasedRow' | 'asStored' | 'markGone'>;

export function sheetRowRecords(db: Kysely<Tables>): SheetRows {
  return {
    async present(source, sourceId) {
      const rows = await db
        .selectFrom('responses')
        .select('external_id')
        .where('source', '=', source)
        .where('source_id', '=', sourceId)
        .where('gone_at', 'is', null)
        .execute();
      return [...new Set(rows.map((row) => row.external_id))];
    },

    async returned(source, sourceId, externalIds) {
      const found = [];
      for (let start = 0; start < externalIds.length; start += IDS_A_QUERY) {
        const rows = await db
          .selectFrom('responses')
          .select(['external_id', 'request_id'])
          .select(({ fn }) => [
            fn.max('gone_at').as('gone_at'),
            fn.count('gone_at').as('gone'),
            fn.countAll().as('all'),
          ])
          .where('source', '=', source)
          .where('source_id', '=', sourceId)
          .where('external_id', 'in', externalIds.slice(start, start + IDS_A_QUERY))
          .groupBy(['external_id', 'request_id'])
          .execute();
        for (const row of rows.filter(({ gone, all }) => Number(gone) === Number(all))) {
          const others = await db
            .selectFrom('responses')
            .select('external_id')
            .where('request_id', '=', row.request_id)
            .where('source', '=', source)
            .where('source_id', '=', sourceId)
            .where('gone_at', 'is', null)
            .execute();
          const goneAt = Number(row.gone_at);
          found.push({ externalId: row.external_id, goneAt, others: others.map((other) => other.external_id) });
        }
      }
      return found;
    },

    async newestStamp(source, sourceId) {
      const row = await db
        .selectFrom('responses')
        .select(({ fn }) => fn.max('submitted_at').as('newest'))
        .where('source', '=', source)
        .where('source_id', '=', sourceId)
        .executeTakeFirst();
      return row?.newest == null ? null : Number(row.newest);
    },

    async erasedRow({ source, sourceId, submittedAt, digest }) {
      const seal = await findSeal(db);
      if (!seal) return null;
      const rows = await db
        .selectFrom('responses')
        .select(['request_id', 'external_id'])
        .where('source', '=', source)
        .where('source_id', '=', sourceId)
        .where(submittedAt === null ? 'digest' : 'submitted_at', '=', submittedAt ?? sealedDigest(seal, digest))
        .execute();
      // A timestamp that several have, a day say, tells nobody apart.
      const [requestId, ...others] = new Set(rows.map((row) => row.request_id));
      const isErased = rows.some((row) => isSealed(row.external_id));
      return requestId && others.length === 0 && isErased ? requestId : null;
    },

    async asStored(source, sourceId, externalIds) {
      // One that had gone and come back is there several times: the latest.
      const found = new Map<string, GoneRow>();
      for (let start = 0; start < externalIds.length; start += IDS_A_QUERY) {
        const rows = await db
          .selectFrom('responses')
          .innerJoin('requests', 'requests.id', 'responses.request_id')
          .select([
            'external_id',
            'respondent_email',
            'responses.submitted_at',
            'responses.answers',
            'responses.digest',
          ])
          .select(['requests.status', 'requests.fields'])
          .select((row) =>
            row
              .exists(
                row
                  .selectFrom('responses as other')
                  .whereRef('other.request_id', '=', 'requests.id')
                  .where('other.source', '!=', source)
                  .select('other.id'),
              )
              .as('elsewhere'),
          )
          .where('source', '=', source)
          .where('source_id', '=', sourceId)
          .where('external_id', 'in', externalIds.slice(start, start + IDS_A_QUERY))
          .orderBy('responses.received_at')
          .execute();
        for (const row of rows) {
          found.set(row.external_id, {
            externalId: row.external_id,
            respondentEmail: row.respondent_email,
            submittedAt: row.submitted_at,
            answers: JSON.parse(row.answers),
            status: row.status as GoneRow['status'],
            fields: JSON.parse(row.fields),
            digest: row.digest,
            isKnownElsewhere: Boolean(row.elsewhere),
          });
        }
      }
      return [...found.values()];
    },

    async markGone(source, sourceId, externalIds, now) {
      for (let start = 0; start < externalIds.length; start += IDS_A_QUERY) {
        await db
          .updateTable('responses')
          .set({ gone_at: now })
          .where('source', '=', source)
          .where('source_id', '=', sourceId)
          .where('external_id', 'in', externalIds.slice(start, start + IDS_A_QUERY))
          .execute();
      }
    },
  };
}
