/** Applied in order, each in a transaction, once; never edited after a release. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { allowedMoves } from '../../domain/lifecycle.ts';
import type { Dialect } from './database.ts';
import { SEARCHED_NAMES, type Tables } from './tables.ts';

type Run = (db: Kysely<Tables>, dialect: Dialect) => Promise<void>;

export function migrationsFor(dialect: Dialect): Record<string, Migration> {
  const migrations: Record<string, Run> = { '0001_initial': initial, '0002_doubts_about_requests': addDoubts };
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (db: Kysely<unknown>) => up(db as Kysely<Tables>, dialect) },
    ]),
  );
}

async function initial(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const time = 'bigint';
  // By bytes, as SQLite does: what begins with a text lies between two others in no other order.
  const name = dialect === 'postgres' ? sql`text collate "C"` : 'text';
  await db.schema
    .createTable('requests')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('ref', 'text', (c) => c.notNull().unique())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('revision', 'integer', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('fields', 'text', (c) => c.notNull())
    .addColumn('answers', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('email_verified', 'integer', (c) => c.notNull())
    .addColumn('submitted_at', time, (c) => c.notNull())
    .addColumn('source_submitted_at', time)
    .addColumn('received_at', time, (c) => c.notNull())
    .addColumn('updated_at', time, (c) => c.notNull())
    .addColumn('match', 'text')
    .addColumn('order_id', 'text')
    .addColumn('order_name', 'text')
    .addColumn('ships_rank', 'integer', (c) => c.notNull())
    .addColumn('ships_at', time, (c) => c.notNull())
    .addColumn('assigned_to', 'text')
    .addColumn('snoozed_until', time)
    .addColumn('undo_until', time)
    .addColumn('order_snapshot', 'text')
    .addColumn('approved_fingerprint', 'text')
    .addColumn('decision', 'text')
    .addColumn('origin', 'text', (c) => c.notNull())
    .addColumn('customer_email', 'text')
    .addColumn('written_name', name)
    .addColumn('written_surname', name)
    .addColumn('written_order', 'text')
    .addColumn('ordered_name', name)
    .addColumn('ordered_surname', name)
    .addColumn('proof', 'text')
    .addColumn('assessment', 'text')
    .addColumn('asking', 'text')
    .addColumn('question', 'text')
    .addColumn('approvals', 'text', (c) => c.notNull().defaultTo('[]'))
    .addColumn('sender_withdrew', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('hold', 'text')
    .addColumn('payback', 'text')
    .addColumn('mail_to', 'text')
    .addColumn('undelivered', 'text')
    .addColumn('trouble', 'text')
    .addColumn('duplicate_of', 'text')
    .addColumn('follows', 'text')
    .addColumn('expires_at', time)
    .addColumn('remind_at', time)
    .addColumn('reminded', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('due_at', time)
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_until', time, (c) => c.notNull().defaultTo(0))
    .addColumn('fence', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('faults', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('fault', 'text')
    .addColumn('erased_at', time)
    .addColumn('pruned', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`create index requests_due on requests (due_at) where due_at is not null`.execute(db);
  await sql`create index requests_by_arrival on requests (received_at, id)`.execute(db);
  await sql`create index requests_by_status on requests (status, received_at)`.execute(db);
  await sql`create index requests_expiring on requests (expires_at) where expires_at is not null`.execute(db);
  await sql`create index requests_snoozed on requests (snoozed_until) where snoozed_until is not null`.execute(db);
  await sql`create index requests_to_remind on requests (remind_at) where stage = 'staff'`.execute(db);
  await sql`create index requests_by_age on requests (stage, received_at, id)`.execute(db);
  await sql`create index requests_by_ship on requests (stage, ships_rank, ships_at, id)`.execute(db);
  await sql`create index requests_assigned on requests (assigned_to, stage) where assigned_to is not null`.execute(db);
  await sql`create index requests_by_name on requests (order_name)`.execute(db);
  await sql`create index requests_by_order on requests (order_id) where order_id is not null`.execute(db);
  await sql`create index requests_to_prune on requests (pruned, updated_at) where stage = 'ended'`.execute(db);
  await sql`create index requests_by_customer on requests (customer_email, received_at)`.execute(db);
  for (const column of SEARCHED_NAMES) {
    const index = sql.ref(`requests_by_${column}`);
    await sql`create index ${index} on requests (${sql.ref(column)}) where ${sql.ref(column)} is not null`.execute(db);
  }
  // An order is in at most one request that may still cancel it, or has.
  await sql`create unique index one_request_per_order on requests (order_id)
    where order_id is not null and status not in ('declined', 'withdrawn', 'expired', 'duplicate', 'part_cancelled', 'return_opened', 'changed')`.execute(
    db,
  );

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

/** The chain is only ever added to. Whoever owns the database can take this away; then the anchors tell. */
async function guardAudit(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  if (dialect === 'sqlite') {
    for (const verb of ['update', 'delete']) {
      await sql`create trigger ${sql.raw(`guard_audit_${verb}`)} before ${sql.raw(verb)} on audit_chain
        begin select raise(abort, 'the audit chain is only added to'); end`.execute(db);
    }
    return;
  }
  await sql`create function guard_audit() returns trigger language plpgsql as $$
    begin raise exception 'the audit chain is only added to'; end $$`.execute(db);
  await sql`create trigger guard_audit before update or delete or truncate on audit_chain
    for each statement execute function guard_audit()`.execute(db);
}

/** The database refuses what domain/lifecycle.ts refuses, whoever writes. */
async function guardStatusMoves(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('status_moves')
    .addColumn('from_status', 'text', (c) => c.notNull())
    .addColumn('to_status', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('status_moves_pk', ['from_status', 'to_status'])
    .execute();
  await db
    .insertInto('status_moves')
    .values(allowedMoves().map(([from_status, to_status]) => ({ from_status, to_status })))
    .execute();
  const refused = sql`not exists (select 1 from status_moves where from_status = old.status and to_status = new.status)`;
  if (dialect === 'sqlite') {
    await sql`create trigger guard_status before update of status on requests
      when new.status <> old.status and ${refused}
      begin select raise(abort, 'status move refused'); end`.execute(db);
    return;
  }
  await sql`create function guard_status() returns trigger language plpgsql as $$
    begin
      if new.status <> old.status and ${refused} then raise exception 'status move refused: % to %', old.status, new.status; end if;
      return new;
    end $$`.execute(db);
  await sql`create trigger guard_status before update on requests for each row execute function guard_status()`.execute(
    db,
  );
}

/** Why a request is left to a person. */
async function addDoubts(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('requests').addColumn('doubt', 'text').execute();
}
