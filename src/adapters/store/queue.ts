/** The queue: one view of it page by page or from end to end, and how much there is. */
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { RequestStatus } from '../../domain/cancellation-request.ts';
import { STAGES } from '../../domain/queue.ts';
import type { RequestFilter, Requests } from '../../records/requests.ts';
import { searchText, toRequest } from './rows.ts';
import { type RequestTable, SEARCHED_NAMES, type Tables } from './tables.ts';

/** Held in memory at a time, where all of a view is read. */
const PAGE = 200;
/** A part of a name can't be looked up in an index. */
const SEARCHED_BY_PART = 5_000;
/** A beginning can; of one letter there would be too many. */
const MOST_OF_A_BEGINNING = 500;
/** No text is larger, byte by byte. */
const LAST_LETTER = '\u{10ffff}';
const DECIDED_BY_STAFF: readonly RequestStatus[] = ['needs_match', 'awaiting_decision'];
export const OPEN_STAGES = Object.keys(STAGES).filter((stage) => stage !== 'ended');

interface Sorting {
  readonly columns: readonly (keyof RequestTable)[];
  readonly direction: 'asc' | 'desc';
}

/** Each has an index of its own that begins with the stage. */
const SORTINGS: Record<RequestFilter['sort'], Sorting> = {
  oldest: { columns: ['received_at', 'id'], direction: 'asc' },
  newest: { columns: ['received_at', 'id'], direction: 'desc' },
  ships_next: { columns: ['ships_rank', 'ships_at', 'id'], direction: 'asc' },
};

type IdQuery = SelectQueryBuilder<Tables, never, { id: string }>;
type View = Omit<RequestFilter, 'offset' | 'limit'>;

const isAwake = (now: number) => sql<boolean>`(snoozed_until is null or snoozed_until <= ${now})`;

type Queue = Pick<Requests, 'search' | 'all' | 'countOpen' | 'countSnoozed' | 'countWaiting' | 'oldestOpen'>;

function holds(column: string, words: string) {
  const part = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like ${part} escape '\\'`;
}

export function queueRecords(db: Kysely<Tables>): Queue {
  /** Each by its own index; asked as one "or", both databases would read the whole stage. */
  const exact = (text: string) => {
    const ids = db.selectFrom('requests').select('id');
    return ids
      .where('ref', '=', text.toUpperCase())
      .union(ids.where('order_name', 'in', [text, `#${text}`]))
      .union(ids.where('customer_email', '=', text.toLowerCase()));
  };

  /** Whose name or surname begins so, whenever they came. Each column by its own index, as above. */
  const beginning = (text: string) => {
    const words = searchText(text);
    const [first, ...others] = SEARCHED_NAMES.map((column) => {
      const found = db
        .selectFrom('requests')
        .select('id')
        .where(column, '>=', words)
        .where(column, '<=', words + LAST_LETTER)
        .limit(MOST_OF_A_BEGINNING);
      return db.selectFrom(found.as(column)).select('id');
    }) as [IdQuery, ...IdQuery[]];
    return others.reduce((all, one) => all.union(one), first);
  };

  /** What holds the text in some place, among the newest of the stage; and whose name begins with it. */
  const similar = (stage: string, text: string) => {
    const [plain, folded] = [text.toLowerCase(), searchText(text)];
    const patterns = [
      ['ref', plain],
      ['order_name', plain],
      ['written_order', folded],
      ['customer_email', plain],
      ['written_name', folded],
      ['ordered_name', folded],
    ] as const;
    const newest = db
      .selectFrom('requests')
      .select(['id', 'ref', 'order_name', 'written_order', 'customer_email', 'written_name', 'ordered_name'])
      .where('stage', '=', stage)
      .orderBy('received_at', 'desc')
      .limit(SEARCHED_BY_PART);
    return db
      .selectFrom(newest.as('newest'))
      .select('id')
      .where((where) => where.or(patterns.map(([name, words]) => holds(name, words))))
      .union(beginning(text));
  };

  const viewOf = async ({ stage, text, assignedTo, snoozed, now, sort }: View) => {
    const { columns, direction } = SORTINGS[sort];
    let query = db.selectFrom('requests').selectAll().where('stage', '=', stage);
    if (snoozed === true) query = query.where('snoozed_until', '>', now);
    if (snoozed === false) query = query.where(isAwake(now));
    if (assignedTo) query = query.where('assigned_to', '=', assignedTo);
    for (const column of columns) query = query.orderBy(column, direction);
    if (!text) return query;
    const exactly = query.where('id', 'in', exact(text));
    const isExact = (await exactly.limit(1).execute()).length > 0;
    return isExact ? exactly : query.where('id', 'in', similar(stage, text));
  };

  return {
    async search({ offset, limit, ...view }) {
      const query = await viewOf(view);
      return (await query.offset(offset).limit(limit).execute()).map(toRequest);
    },

    async *all(view) {
      const { columns, direction } = SORTINGS[view.sort];
      const query = (await viewOf(view)).limit(PAGE);
      const names = sql.join(columns.map((column) => sql.ref(column)));
      let rest = query;
      for (;;) {
        const rows = await rest.execute();
        for (const row of rows) yield toRequest(row);
        const last = rows.at(-1);
        if (!last || rows.length < PAGE) return;
        const values = sql.join(columns.map((column) => last[column]));
        rest = query.where(sql<boolean>`(${names}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${values})`);
      }
    },

    async countOpen() {
      const rows = await db
        .selectFrom('requests')
        .select(['stage', ({ fn }) => fn.countAll<number>().as('count')])
        .where('stage', 'in', OPEN_STAGES)
        .groupBy('stage')
        .execute();
      return Object.fromEntries(rows.map((row) => [row.stage, row.count]));
    },

    async countSnoozed(now) {
      const row = await db
        .selectFrom('requests')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('snoozed_until', '>', now)
        .where('stage', '=', 'staff')
        .executeTakeFirstOrThrow();
      return row.count;
    },

    async countWaiting(now, most) {
      let count = 0;
      // One status after the other, and in the order of their index: else PostgreSQL trusts to meet some early in the table.
      for (const status of DECIDED_BY_STAFF) {
        const waiting = db
          .selectFrom('requests')
          .select('id')
          .where('status', '=', status)
          .where(isAwake(now))
          .orderBy('received_at')
          .limit(most - count);
        const row = await db
          .selectFrom(waiting.as('waiting'))
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        count += row.count;
      }
      return count;
    },

    async oldestOpen() {
      const row = await db
        .selectFrom('requests')
        .select(({ fn }) => fn.min('received_at').as('oldest'))
        .where('stage', 'in', OPEN_STAGES)
        .executeTakeFirst();
      return row?.oldest ?? null;
    },
  };
}
