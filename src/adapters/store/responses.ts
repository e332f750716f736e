import type { Kysely } from 'kysely';
import type { Twin } from '../../domain/join-responses.ts';
import type { GoneRow } from '../../domain/replaced-rows.ts';
import type { Responses } from '../../records/responses.ts';
import { lookUpResponses } from './look-up-responses.ts';
import { findSeal, isSealed, makeSeal, sealedDigest, sealedId, sealedRevision } from './seals.ts';
import type { Tables } from './tables.ts';

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const IDS_A_QUERY = 5_000;

export function responseRecords(db: Kysely<Tables>): Responses {
  return {
    async insert(...responses) {
      const rows = responses.map((response) => ({
        id: response.id,
        request_id: response.requestId,
        source: response.source,
        source_id: response.sourceId,
        external_id: response.externalId,
        revision: response.revision,
        digest: response.digest,
        submitted_at: response.submittedAt,
        received_at: response.receivedAt,
        respondent_email: response.respondentEmail,
        email_verified: response.emailVerified ? 1 : 0,
        answers: JSON.stringify(response.answers),
        gone_at: null,
      }));
      await db.insertInto('responses').values(rows).execute();
    },

    async insertErased({ id, requestId, digest, receivedAt, ...response }) {
      const seal = await makeSeal(db);
      await db
        .insertInto('responses')
        .values({
          id,
          request_id: requestId,
          source: response.source,
          source_id: response.sourceId,
          external_id: sealedId(seal, response),
          revision: sealedRevision(seal, response),
          digest: sealedDigest(seal, digest),
          submitted_at: response.submittedAt,
          received_at: receivedAt,
          respondent_email: null,
          email_verified: 0,
          answers: '[]',
          gone_at: receivedAt,
        })
        .execute();
    },

    async stored(source, sourceId, responses) {
      const keys = new Set<string>();
      const seal = await findSeal(db);
      const unsealed = new Map(
        seal
          ? responses.map((one) => [
              `${sealedId(seal, one)} ${sealedRevision(seal, one)}`,
              `${one.externalId} ${one.revision}`,
            ])
          : [],
      );
      for (let start = 0; start < responses.length; start += IDS_A_QUERY) {
        const ids = responses
          .slice(start, start + IDS_A_QUERY)
          .flatMap((one) => (seal ? [one.externalId, sealedId(seal, one)] : [one.externalId]));
        const rows = await db
          .selectFrom('responses')
          .select(['external_id', 'revision'])
          .where('source', '=', source)
          .where('source_id', '=', sourceId)
          .where('external_id', 'in', ids)
          .execute();
        for (const row of rows) {
          const key = `${row.external_id} ${row.revision}`;
          keys.add(unsealed.get(key) ?? key);
        }
      }
      return keys;
    },

    lookUp: (responses) => lookUpResponses(db, responses),

    async knownRequest(source, sourceId, externalId, digest) {
      const seal = await findSeal(db);
      const ids = seal ? [externalId, sealedId(seal, { source, sourceId, externalId })] : [externalId];
      const row = await db
        .selectFrom('responses')
        .innerJoin('requests', 'requests.id', 'responses.request_id')
        .select(['requests.id', 'requests.digest', 'requests.source_submitted_at', 'requests.erased_at'])
        .where('source', '=', source)
        .where('source_id', '=', sourceId)
        .where('external_id', 'in', ids)
        .orderBy('responses.received_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (!row) return null;
      const said = seal && digest !== null && row.digest === sealedDigest(seal, digest) ? digest : row.digest;
      return {
        requestId: row.id,
        digest: said,
        submittedAt: row.source_submitted_at,
        isErased: row.erased_at !== null,
      };
    },

    async twins(digest) {
      const seal = await findSeal(db);
      const rows = await db
        .selectFrom('responses')
        .select(['request_id', 'source', 'source_id', 'submitted_at', 'received_at'])
        .where('digest', 'in', seal ? [digest, sealedDigest(seal, digest)] : [digest])
        .orderBy('received_at', 'desc')
        .limit(50)
        .execute();
      return rows.map((row) => ({
        requestId: row.request_id,
        source: row.source as Twin['source'],
        sourceId: row.source_id,
        submittedAt: row.submitted_at,
        receivedAt: row.received_at,
      }));
    },

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

    async byRequest(requestId) {
      const rows = await db
        .selectFrom('responses')
        .select(['source', 'external_id', 'received_at'])
        .where('request_id', '=', requestId)
        .orderBy('received_at')
        .execute();
      return rows.map((row) => ({ source: row.source, externalId: row.external_id, receivedAt: row.received_at }));
    },

    async requestsOfDeliveries(webhookIds) {
      const rows = await db
        .selectFrom('deliveries')
        .select(['webhook_id', 'request_id'])
        .where('webhook_id', 'in', [...webhookIds])
        .execute();
      return new Map(rows.map((row) => [row.webhook_id, row.request_id]));
    },

    async insertDeliveries(requestsOf, now) {
      if (requestsOf.size === 0) return;
      const rows = [...requestsOf].map(([webhookId, requestId]) => ({
        webhook_id: webhookId,
        request_id: requestId,
        received_at: now,
      }));
      await db
        .insertInto('deliveries')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}
