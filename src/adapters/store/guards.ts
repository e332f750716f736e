/** What the database itself refuses, whoever writes. */
import { type Kysely, sql } from 'kysely';
import { allowedMoves } from '../../domain/lifecycle.ts';
import type { Dialect } from './database.ts';
import type { Tables } from './tables.ts';

/** The chain is only ever added to. Whoever owns the database can take this away; then the anchors tell. */
export async function guardAudit(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
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
export async function guardStatusMoves(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
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
