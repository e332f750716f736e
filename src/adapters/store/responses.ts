import type { Kysely } from 'kysely';
import type { Twin } from '../../domain/join-responses.ts';
import type { Responses } from '../../records/responses.ts';
import { lookUpResponses } from './look-up-responses.ts';
import { findSeal, makeSeal, sealedDigest, sealedId, sealedRevision } from './seals.ts';
import { IDS_A_QUERY, sheetRowRecords } from './sheet-rows.ts';
import type { Tables } from './tables.ts';

export function responseRecords(db: Kysely<Tables>): Responses {
  return {
    ...sheetRowRecords(db),

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
