/** Staff, links and events. */

import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { StaffMember } from '../../domain/staff.ts';
import type { SessionRecord, Sessions, StaffList, Tokens } from '../../records/access.ts';
import type { Events } from '../../records/history.ts';
import { toToken } from './rows.ts';
import type { StaffTable, Tables } from './tables.ts';

export function tokenRecords(db: Kysely<Tables>): Tokens {
  return {
    async insert(hash, token, now) {
      await db
        .insertInto('tokens')
        .values({
          hash,
          purpose: token.purpose,
          request_id: token.requestId,
          request_version: token.requestVersion,
          person: token.person,
          created_at: now,
          expires_at: token.expiresAt,
          revoked_at: null,
        })
        .execute();
    },
    async find(hash) {
      const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? toToken(row) : null;
    },
    async revokeForRequest(requestId, purpose, now) {
      await db
        .updateTable('tokens')
        .set({ revoked_at: now })
        .where('request_id', '=', requestId)
        .where('purpose', '=', purpose)
        .where('revoked_at', 'is', null)
        .execute();
    },
    async revokeForPerson(person, now) {
      await db
        .updateTable('tokens')
        .set({ revoked_at: now })
        .where('person', '=', person)
        .where('revoked_at', 'is', null)
        .execute();
    },
    async removeEnded(now) {
      await db.deleteFrom('tokens').where('expires_at', '<=', now).execute();
    },
  };
}

export function sessionRecords(db: Kysely<Tables>): Sessions {
  return {
    async insert(hash, session) {
      await db
        .insertInto('sessions')
        .values({
          hash,
          kind: session.kind,
          person: session.person,
          request_id: session.requestId,
          link_hash: session.linkHash,
          created_at: session.createdAt,
          seen_at: session.seenAt,
          expires_at: session.expiresAt,
        })
        .execute();
    },
    async find(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
      if (!row) return null;
      return {
        kind: row.kind as SessionRecord['kind'],
        person: row.person,
        requestId: row.request_id,
        linkHash: row.link_hash,
        createdAt: row.created_at,
        seenAt: row.seen_at,
        expiresAt: row.expires_at,
      };
    },
    async touch(hash, now) {
      await db.updateTable('sessions').set({ seen_at: now }).where('hash', '=', hash).execute();
    },
    async remove(hash) {
      const result = await db.deleteFrom('sessions').where('hash', '=', hash).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async removeOf(person) {
      await db.deleteFrom('sessions').where('person', '=', person).execute();
    },
    async removeEnded(now) {
      await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
    },
  };
}

/** Keeps what an event says from being guessed out of its digest once it is erased. */
function newSalt(): string {
  return randomBytes(16).toString('base64url');
}

export function eventRecords(db: Kysely<Tables>): Events {
  const appendAll: Events['appendAll'] = async (events) => {
    if (events.length === 0) return;
    const rows = events.map(({ requestId, at, actor, type, data }) => ({
      request_id: requestId,
      at,
      actor,
      type,
      data: JSON.stringify(data),
      salt: newSalt(),
    }));
    await db.insertInto('events').values(rows).execute();
  };
  return {
    append: (requestId, event) => appendAll([{ requestId, ...event }]),
    appendAll,
    async byRequest(requestId) {
      const rows = await db
        .selectFrom('events')
        .select(['at', 'actor', 'type', 'data'])
        .where('request_id', '=', requestId)
        // As it was sealed; the rows' own numbers prove nothing.
        .orderBy(sql`position is null`)
        .orderBy('position')
        .orderBy('seq')
        .execute();
      return rows.map((row) => ({ ...row, data: JSON.parse(row.data) }));
    },
  };
}

export function staffRecords(db: Kysely<Tables>): StaffList {
  const toMember = (row: StaffTable): StaffMember => ({
    email: row.email,
    role: row.role as StaffMember['role'],
    active: row.active === 1,
    awayUntil: row.away_until,
    standIn: row.stand_in,
  });
  return {
    async list() {
      return (await db.selectFrom('staff').selectAll().orderBy('email').execute()).map(toMember);
    },
    async get(email) {
      const row = await db.selectFrom('staff').selectAll().where('email', '=', email).executeTakeFirst();
      return row ? toMember(row) : null;
    },
    async put(member, now) {
      const columns = {
        role: member.role,
        active: member.active ? 1 : 0,
        away_until: member.awayUntil,
        stand_in: member.standIn,
      };
      await db
        .insertInto('staff')
        .values({ email: member.email, created_at: now, ...columns })
        .onConflict((conflict) => conflict.column('email').doUpdateSet(columns))
        .execute();
    },
  };
}
