/** People's data wherever it lies: found, taken out, and let go when its time is over. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { emptied } from '../../domain/audit.ts';
import { customerAddress } from '../../domain/customer-address.ts';
import { sameAddress } from '../../domain/email-address.ts';
import { ERASED_TEXT } from '../../domain/erase-person.ts';
import type { Answer, IncomingResponse } from '../../domain/response.ts';
import type { Privacy } from '../../records/privacy.ts';
import { toEvent } from './audit.ts';
import { OPEN_EFFECT } from './effects.ts';
import { knownAddresses } from './known-addresses.ts';
import { addressIn, formsOf, holding, replaceAddress } from './mentions.ts';
import { blankEffects, PRUNED, retentionRecords } from './retention.ts';
import { toRequest, toRequestColumns } from './rows.ts';
import { makeSeal, SEALED, sealedDigest, sealedId, sealedKey, sealedRevision } from './seals.ts';
import type { EventTable, Tables } from './tables.ts';

/** The largest time there is: nobody tries it, and nobody is shown it. */
const NEVER = 8_640_000_000_000_000;

export function privacyRecords(db: Kysely<Tables>): Privacy {
  const holds = (column: string, email: string) =>
    sql<boolean>`lower(${sql.ref(column)}) like ${holding(email)} escape '\\'`;

  async function emptyEvent(row: Selectable<EventTable>, actor: string): Promise<void> {
    const { saidDigest, actorSalt, actorDigest, ...rest } = emptied(toEvent(row), actor);
    await db
      .updateTable('events')
      .set({ ...rest, said_digest: saidDigest, actor_salt: actorSalt, actor_digest: actorDigest })
      .where('seq', '=', row.seq)
      .execute();
  }

  async function sealResponses(requestId: string, now: number): Promise<void> {
    const seal = await makeSeal(db);
    const rows = await db
      .selectFrom('responses')
      .selectAll()
      .where('request_id', '=', requestId)
      .where('external_id', 'not like', SEALED)
      .execute();
    for (const row of rows) {
      const response = { source: row.source, sourceId: row.source_id, externalId: row.external_id };
      await db
        .updateTable('responses')
        .set({
          external_id: sealedId(seal, response),
          revision: sealedRevision(seal, row),
          digest: sealedDigest(seal, row.digest),
          respondent_email: null,
          answers: '[]',
          gone_at: now,
        })
        .where('id', '=', row.id)
        .execute();
    }
  }

  const deleteLinks = async (requestId: string) => {
    await db.deleteFrom('tokens').where('request_id', '=', requestId).execute();
    await db.deleteFrom('sessions').where('request_id', '=', requestId).execute();
  };

  return {
    ...retentionRecords(db),

    async requestsOf(email) {
      const rows = await db
        .selectFrom('requests')
        .selectAll()
        .where((where) =>
          where.or([
            where('customer_email', '=', email),
            ...['fields', 'order_snapshot', 'asking', 'mail_to', 'undelivered'].map((column) => holds(column, email)),
            where(
              'id',
              'in',
              where.selectFrom('responses').select('request_id').where(holds('respondent_email', email)),
            ),
          ]),
        )
        .orderBy('received_at')
        .execute();
      const respondents = new Set(
        (
          await db
            .selectFrom('responses')
            .select(['request_id', 'respondent_email'])
            .where(holds('respondent_email', email))
            .execute()
        )
          .filter((row) => sameAddress(row.respondent_email ?? '', email))
          .map((row) => row.request_id),
      );
      return rows.map(toRequest).filter((request) => {
        const { id, fields, order, asking, undelivered } = request;
        const parties = [fields.email, order?.email, asking?.to, undelivered?.address, customerAddress(request)];
        return respondents.has(id) || parties.some((address) => address != null && sameAddress(address, email));
      });
    },

    knownAddresses: () => knownAddresses(db),

    async keptBeside(requestId) {
      const of = requestId;
      const responses = await db.selectFrom('responses').selectAll().where('request_id', '=', of).execute();
      const mails = await db
        .selectFrom('effects')
        .select(['payload', 'state', 'created_at', 'done_at'])
        .where('request_id', '=', of)
        .where('kind', '=', 'mail')
        .orderBy('created_at')
        .execute();
      const links = await db.selectFrom('tokens').selectAll().where('request_id', '=', of).execute();
      return {
        responses: responses.map((row) => ({
          source: row.source,
          receivedAt: row.received_at,
          submittedAt: row.submitted_at,
          respondentEmail: row.respondent_email,
          answers: JSON.parse(row.answers),
        })),
        mails: mails.map(({ payload, state, created_at, done_at }) => {
          const { notice, to } = JSON.parse(payload);
          return { notice, to, at: done_at ?? created_at, state };
        }),
        links: links.map((row) => ({ to: row.person, createdAt: row.created_at, expiresAt: row.expires_at })),
      };
    },

    async countOpenEffects(requestId) {
      const row = await db
        .selectFrom('effects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('request_id', '=', requestId)
        .where(OPEN_EFFECT)
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async setAsideOf(email) {
      const rows = await db
        .selectFrom('quarantine')
        .select(['id', 'response'])
        .where(holds('response', email))
        .where('due_at', 'is distinct from', NEVER)
        .execute();
      return rows
        .filter(({ response }) => addressIn(email).test(response))
        .map(({ id, response }) => ({ id, response: JSON.parse(response) as IncomingResponse }));
    },

    async erase(requestId, changes, now) {
      const seal = await makeSeal(db);
      const row = await db
        .selectFrom('requests')
        .select(['digest', 'erased_at', 'customer_email'])
        .where('id', '=', requestId)
        .executeTakeFirstOrThrow();
      await db
        .updateTable('requests')
        .set({
          ...toRequestColumns({ ...changes, erasedAt: row.erased_at ?? now }),
          digest: row.erased_at === null ? sealedDigest(seal, row.digest) : row.digest,
          fault: null,
          stage: 'erased',
          pruned: PRUNED.personal,
          revision: sql`revision + 1`,
        })
        .where('id', '=', requestId)
        .execute();
      await sealResponses(requestId, now);
      await blankEffects(db, requestId, ['mail', 'shopify_change', 'shopify_return']);
      await deleteLinks(requestId);
      const events = await db.selectFrom('events').selectAll().where('request_id', '=', requestId).execute();
      for (const row of events) await emptyEvent(row, row.actor);
      await db.deleteFrom('quarantine').where('request_id', '=', requestId).execute();
    },

    async eraseJoined(requestId, ref) {
      const of = db.selectFrom('requests').select('answers').where('id', '=', requestId);
      const row = await of.executeTakeFirst();
      const answers: Answer[] = row ? JSON.parse(row.answers) : [];
      const left = answers.filter(({ joined }) => joined !== ref);
      if (left.length === answers.length) return;
      const said = { answers: JSON.stringify(left), revision: sql<number>`revision + 1` };
      await db.updateTable('requests').set(said).where('id', '=', requestId).execute();
    },

    async eraseSetAside(id, response) {
      const seal = await makeSeal(db);
      await db
        .updateTable('quarantine')
        .set({ response_key: sealedKey(seal, response), response: '{}', fault: '', due_at: NEVER })
        .where('id', '=', id)
        .execute();
    },

    async eraseEventsNaming(email) {
      const requests = new Set<string | null>();
      for (const form of formsOf(email)) {
        const address = addressIn(form);
        const rows = await db
          .selectFrom('events')
          .selectAll()
          .where((where) => where.or([holds('data', form), holds('actor', form)]))
          .execute();
        for (const row of rows.filter(({ actor, data }) => address.test(data) || address.test(actor))) {
          await emptyEvent(row, row.actor.replace(address, ERASED_TEXT));
          requests.add(row.request_id);
        }
      }
      return [...requests];
    },

    replaceMentions: (email) => replaceAddress(db, email),
  };
}
