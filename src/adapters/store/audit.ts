import { type Kysely, type Selectable, sql } from 'kysely';
import {
  type Anchor,
  type AuditedEntry,
  type AuditedEvent,
  type ChainEntry,
  digestOf,
  linkTo,
  NO_HEAD,
} from '../../domain/audit.ts';
import type { Audit } from '../../records/history.ts';
import type { EventTable, Tables } from './tables.ts';

const PAGE = 1_000;

export function auditRecords(db: Kysely<Tables>): Audit {
  async function head(): Promise<Anchor> {
    const row = await db
      .selectFrom('audit_chain')
      .select(['position', 'hash'])
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? { position: Number(row.position), hash: row.hash } : NO_HEAD;
  }
  return {
    head,

    async seal(limit) {
      // Not by number: on PostgreSQL a lower one may be committed after a higher one was sealed.
      const open = await db
        .selectFrom('events')
        .selectAll()
        .where(sql<boolean>`position is null`)
        .orderBy('seq')
        .limit(limit)
        .execute();
      if (open.length === 0) return 0;
      let last = await head();
      const entries: ChainEntry[] = [];
      for (const row of open) {
        const entry = linkTo(last, digestOf(toEvent(row)));
        entries.push(entry);
        last = entry;
      }
      await db.insertInto('audit_chain').values(entries).execute();
      const first = entries[0]?.position ?? 0;
      const cases = sql.join(
        open.map((row, i) => sql`when ${row.seq} then ${first + i}`),
        sql` `,
      );
      await db
        .updateTable('events')
        .set({ position: sql<number>`cast(case seq ${cases} end as integer)` })
        .where(
          'seq',
          'in',
          open.map((row) => row.seq),
        )
        .execute();
      return open.length;
    },

    async page(after) {
      const rows = await db
        .selectFrom('audit_chain as chain')
        .leftJoin('events', 'events.position', 'chain.position')
        .select([
          'chain.position',
          'chain.digest',
          'chain.hash',
          'seq',
          'request_id',
          'at',
          'actor',
          'type',
          'data',
          'salt',
          'said_digest',
          'actor_salt',
          'actor_digest',
        ])
        .$if(after !== null, (query) => query.where('chain.position', '>', after))
        .orderBy('chain.position')
        .limit(PAGE)
        .execute();
      return rows.map(toEntry);
    },

    async ofRequest(requestId) {
      const rows = await db
        .selectFrom('events')
        .leftJoin('audit_chain as chain', 'chain.position', 'events.position')
        .leftJoin('audit_chain as before', (join) =>
          join.on((on) => on('before.position', '=', on('events.position', '-', 1))),
        )
        .selectAll('events')
        .select(['chain.digest', 'chain.hash', 'before.hash as before_hash'])
        .where('request_id', '=', requestId)
        .execute();
      return rows.map((row) => {
        const position = row.position === null ? null : Number(row.position);
        const { digest, hash } = row;
        const entry = position !== null && digest !== null && hash !== null ? { position, digest, hash } : null;
        return { position, event: toEvent(row), entry, before: row.before_hash ?? '' };
      });
    },

    async unchained() {
      const rows = await db
        .selectFrom('events')
        .leftJoin('audit_chain as chain', 'chain.position', 'events.position')
        .select('events.position')
        .where(sql<boolean>`events.position is not null and chain.position is null`)
        .execute();
      const twice = await db
        .selectFrom('events')
        .select('position')
        .where(sql<boolean>`position is not null`)
        .groupBy('position')
        .having(({ fn }) => fn.countAll(), '>', 1)
        .execute();
      return [...rows, ...twice].map(({ position }) => Number(position));
    },

    async countOpen() {
      const row = await db
        .selectFrom('events')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where(sql<boolean>`position is null`)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

type EventColumns = Pick<
  Selectable<EventTable>,
  'request_id' | 'actor' | 'type' | 'data' | 'salt' | 'said_digest' | 'actor_salt' | 'actor_digest'
> & { readonly at: number };

export function toEvent(row: EventColumns): AuditedEvent {
  const { request_id, at, actor, type, data, salt, said_digest, actor_salt, actor_digest } = row;
  return {
    requestId: request_id,
    at: Number(at),
    actor,
    type,
    data,
    salt,
    saidDigest: said_digest,
    actorSalt: actor_salt,
    actorDigest: actor_digest,
  };
}

function toEntry(
  row: { position: number; digest: string; hash: string; seq: number | null } & Partial<Nullable<EventColumns>>,
): AuditedEntry {
  const { position, digest, hash, seq } = row;
  const event = seq === null ? null : toEvent(row as EventColumns);
  return { position: Number(position), digest, hash, event };
}

type Nullable<T> = { [K in keyof T]: T[K] | null };
