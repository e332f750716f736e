/** Ways to change a history that is sealed, for whoever can write to the database. */

import { toEvent } from '../../src/adapters/store/audit.ts';
import { digestOf, emptied, linkTo, NO_HEAD } from '../../src/domain/audit.ts';

export interface EventRow {
  readonly seq: number;
  readonly request_id: string | null;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly data: string;
  readonly salt: string;
  readonly said_digest: string;
  readonly actor_salt: string;
  readonly actor_digest: string;
  readonly position: number;
}

export interface ChainRow {
  readonly position: number;
  readonly digest: string;
  readonly hash: string;
}

export interface History {
  /** Both by position. */
  readonly events: readonly EventRow[];
  readonly chain: readonly ChainRow[];
}

/** Statements that change it; null: this one would change nothing. */
type Tampering = (history: History, some: (below: number) => number) => string | null;

/** Found by the history alone. */
export const TAMPERINGS: Record<string, Tampering> = {
  'events edited': (history, some) => {
    const [event, other] = twoOf(history.events, some);
    const column = pick(COLUMNS, some);
    const value = pick([other[column], `${event[column] ?? ''}1`, column === 'request_id' ? null : ''], some);
    const given = column === 'at' ? Number(value) || 1 : value;
    if (given === event[column]) return null;
    return `update events set ${column} = ${literal(given)} where seq = ${event.seq}`;
  },
  'events moved': ({ events }, some) => {
    const [event, other] = twoOf(events, some);
    const position = pick([other.position, events.length + 1 + some(100), -some(100), null], some);
    return `update events set position = ${position} where seq = ${event.seq}`;
  },
  'events swapped': ({ events }, some) => {
    const [event, other] = twoOf(events, some);
    return `update events set position = case seq when ${event.seq} then ${other.position} else ${event.position} end
      where seq in (${event.seq}, ${other.seq})`;
  },
  'events removed': ({ events }, some) => `delete from events where seq = ${pick(events, some).seq}`,
  'events put in': ({ events }, some) => {
    const [event, other] = twoOf(events, some);
    const position = pick([event.position, events.length + 1 + some(100), -some(100)], some);
    const copy = COLUMNS.map((name) => (name === 'type' ? literal(other.type) : name)).join(', ');
    return `insert into events (${COLUMNS.join(', ')}, position)
      select ${copy}, ${position} from events where seq = ${event.seq}`;
  },
  'events emptied in secret': ({ events }, some) => {
    const event = pick(events, some);
    // Under an erasure of the request itself it would be taken for a part of it.
    if (events.some(({ request_id, type }) => request_id === event.request_id && type === 'erased')) return null;
    const { data, salt, saidDigest, actorSalt, actorDigest } = emptied(toEvent(event), event.actor);
    return `update events set data = ${literal(data)}, salt = ${literal(salt)}, said_digest = ${literal(saidDigest)},
      actor_salt = ${literal(actorSalt)}, actor_digest = ${literal(actorDigest)} where seq = ${event.seq}`;
  },
  'entries edited': ({ chain }, some) => {
    const [entry, other] = twoOf(chain, some);
    const column = pick(['digest', 'hash'] as const, some);
    return `update audit_chain set ${column} = ${literal(other[column])} where position = ${entry.position}`;
  },
  'entries moved': ({ chain }, some) =>
    `update audit_chain set position = ${pick([chain.length + 1 + some(100), -some(100)], some)}
     where position = ${pick(chain, some).position}`,
  'entries removed': ({ chain }, some) => {
    // The last one with its event is a cut: see below.
    const { position } = pick(chain.slice(0, -1), some);
    const withEvent = `; delete from events where position = ${position}`;
    return `delete from audit_chain where position = ${position}${pick(['', withEvent], some)}`;
  },
  'entries put in': ({ events, chain }, some) => {
    const event = pick(events, some);
    const digest = digestOf(toEvent(event));
    const before = pick([NO_HEAD, ...chain], some);
    const position = pick([chain.length + 1, -some(100)], some);
    const { hash } = linkTo({ ...before, position: position - 1 }, digest);
    return `insert into audit_chain (position, digest, hash) values (${position}, '${digest}', '${hash}')`;
  },
  'events put in before the first': ({ events }, some) => {
    const { seq: _, ...event } = { ...pick(events, some), position: -some(100), type: 'approved' };
    const { digest, hash } = linkTo({ position: event.position - 1, hash: '' }, digestOf(toEvent(event)));
    const names = Object.keys(event);
    return `insert into events (${names.join(', ')}) values (${Object.values(event).map(literal).join(', ')});
      insert into audit_chain (position, digest, hash) values (${event.position}, '${digest}', '${hash}')`;
  },
};

/** Found by a head that was written down: without one, what is left is as good a chain as any. */
export const AGAINST_HEADS: Record<string, Tampering> = {
  'ends cut': ({ chain }, some) => {
    const last = pick(chain.slice(0, -1), some).position;
    return `delete from audit_chain where position > ${last}; delete from events where position > ${last}`;
  },
  'chains written anew': ({ events, chain }, some) => {
    const changed = pick(events, some);
    const from = changed.position;
    let head = chain[from - 2] ?? NO_HEAD;
    const entries = events.slice(from - 1).map((event) => {
      head = linkTo(head, digestOf(toEvent(event === changed ? { ...event, actor: 'nobody' } : event)));
      return head as ChainRow;
    });
    const values = entries.map(({ position, digest, hash }) => `(${position}, '${digest}', '${hash}')`);
    return `update events set actor = 'nobody' where seq = ${changed.seq};
      delete from audit_chain where position >= ${from};
      insert into audit_chain (position, digest, hash) values ${values.join(', ')}`;
  },
};

/** But for its number, which says nothing, and its position. */
const COLUMNS = [
  'request_id',
  'at',
  'actor',
  'type',
  'data',
  'salt',
  'said_digest',
  'actor_salt',
  'actor_digest',
] as const;

export function pick<T>(list: readonly T[], some: (below: number) => number): T {
  return list[some(list.length)] as T;
}

function twoOf<T>(list: readonly T[], some: (below: number) => number): [T, T] {
  const one = some(list.length);
  const other = (one + 1 + some(list.length - 1)) % list.length;
  return [list[one] as T, list[other] as T];
}

function literal(value: string | number | null): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
