/** The tables as they were first. Never edited after a release: what changes is a migration of its own. */
import { type Kysely, sql } from 'kysely';
import type { Dialect } from './database.ts';
import { guardAudit, guardStatusMoves } from './guards.ts';
import { makeRequests } from './initial-requests.ts';
import type { Tables } from './tables.ts';

export async function makeInitialTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const time = 'bigint';
  await makeRequests(db, dialect);
  await db.schema
    .createTable('responses')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('request_id', 'text', (c) => c.notNull().references('requests.id'))
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('source_id', 'text', (c) => c.notNull())
    .addColumn('external_id', 'text', (c) => c.notNull())
    .addColumn('revision', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('submitted_at', time)
    .addColumn('received_at', time, (c) => c.notNull())
    .addColumn('respondent_email', 'text')
    .addColumn('email_verified', 'integer', (c) => c.notNull())
    .addColumn('answers', 'text', (c) => c.notNull())
    .addColumn('gone_at', time)
    .addUniqueConstraint('one_response', ['source', 'source_id', 'external_id', 'revision'])
    .execute();
  await sql`create index responses_by_digest on responses (digest)`.execute(db);
  await sql`create index responses_by_request on responses (request_id)`.execute(db);
  await sql`create index responses_present on responses (source, source_id) where gone_at is null`.execute(db);

  await db.schema
    .createTable('effects')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('request_id', 'text', (c) => c.references('requests.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('due_at', time, (c) => c.notNull())
    .addColumn('lease_until', time, (c) => c.notNull().defaultTo(0))
    .addColumn('fence', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('last_error', 'text')
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('done_at', time)
    .addColumn('faults', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('fault', 'text')
    .execute();
  await sql`create index effects_due on effects (kind, due_at) where state in ('pending', 'sent', 'confirming')`.execute(
    db,
  );
  await sql`create index effects_by_request on effects (request_id)`.execute(db);
  await sql`create index requests_faulty on requests (faults) where faults > 0`.execute(db);
  await sql`create index effects_faulty on effects (faults) where faults > 0`.execute(db);

  await db.schema
    .createTable('quarantine')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('source_id', 'text', (c) => c.notNull())
    .addColumn('response_key', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.references('requests.id'))
    .addColumn('response', 'text', (c) => c.notNull())
    .addColumn('fault', 'text', (c) => c.notNull())
    .addColumn('faults', 'integer', (c) => c.notNull())
    .addColumn('due_at', time)
    .addColumn('since', time, (c) => c.notNull())
    .addUniqueConstraint('one_in_quarantine', ['source', 'source_id', 'response_key'])
    .execute();

  await db.schema
    .createTable('tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.notNull().references('requests.id'))
    .addColumn('request_version', 'integer', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('expires_at', time, (c) => c.notNull())
    .addColumn('revoked_at', time)
    .execute();
  await sql`create index tokens_ending on tokens (expires_at)`.execute(db);
  await sql`create index tokens_by_request on tokens (request_id)`.execute(db);

  await db.schema
    .createTable('events')
    .addColumn('seq', dialect === 'postgres' ? 'bigserial' : 'integer', (c) =>
      dialect === 'postgres' ? c.primaryKey() : c.primaryKey().autoIncrement(),
    )
    .addColumn('request_id', 'text')
    .addColumn('at', time, (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('salt', 'text', (c) => c.notNull())
    .addColumn('said_digest', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('actor_salt', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('actor_digest', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('position', 'integer')
    .execute();
  await sql`create index events_by_request on events (request_id, seq)`.execute(db);
  await sql`create index events_by_position on events (position)`.execute(db);
  await sql`create index events_not_sealed on events (seq) where position is null`.execute(db);
  await db.schema
    .createTable('audit_chain')
    .addColumn('position', 'integer', (c) => c.primaryKey())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('staff')
    .addColumn('email', 'text', (c) => c.primaryKey())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('away_until', time)
    .addColumn('stand_in', 'text')
    .addColumn('created_at', time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('cursor', 'text')
    .addColumn('last_ok_at', time)
    .addColumn('last_error', 'text')
    .addColumn('due_at', time, (c) => c.notNull())
    .addColumn('lease_until', time, (c) => c.notNull().defaultTo(0))
    .addColumn('fence', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('incidents')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('since', time, (c) => c.notNull())
    .addColumn('told_at', time)
    .execute();
  await db.schema
    .createTable('deliveries')
    .addColumn('webhook_id', 'text', (c) => c.primaryKey())
    .addColumn('request_id', 'text', (c) => c.notNull().references('requests.id'))
    .addColumn('received_at', time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('request_id', 'text', (c) => c.references('requests.id'))
    .addColumn('link_hash', 'text')
    .addColumn('created_at', time, (c) => c.notNull())
    .addColumn('seen_at', time, (c) => c.notNull())
    .addColumn('expires_at', time, (c) => c.notNull())
    .execute();
  await sql`create index sessions_by_person on sessions (person)`.execute(db);
  await db.schema
    .createTable('policies')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('first_used_at', time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('counters')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('until', time, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('cost_buckets')
    .addColumn('shop', 'text', (c) => c.primaryKey())
    .addColumn('available', 'double precision', (c) => c.notNull())
    .addColumn('maximum', 'double precision', (c) => c.notNull())
    .addColumn('restore_rate', 'double precision', (c) => c.notNull())
    .addColumn('seen_at', time, (c) => c.notNull())
    .execute();
  await guardStatusMoves(db, dialect);
  await guardAudit(db, dialect);
}
