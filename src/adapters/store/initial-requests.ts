/** The table of requests as it was first, with the indices that its lists are read by. */
import { type Kysely, sql } from 'kysely';
import type { Dialect } from './database.ts';
import { SEARCHED_NAMES, type Tables } from './tables.ts';

export async function makeRequests(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
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
}
