/**
 * Fills a store with made-up requests and everything that hangs on them: one in a hundred still wants staff. Two of them
 * are written by the store itself and copied inside the database, column by column: a million in minutes.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { openStore } from '../src/adapters/store/store.ts';
import type { Order } from '../src/domain/order.ts';
import type { Store } from '../src/records/store.ts';

export interface Where {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

/** Stands where each copy has its number. */
const MARK = '@@';
const BATCH = 50_000;
const ONE_IN = 100;
const MINUTE = 60_000;
const TABLES = ['requests', 'responses', 'effects', 'events', 'tokens', 'deliveries'] as const;
const TIMES = new Set([
  'received_at',
  'submitted_at',
  'source_submitted_at',
  'updated_at',
  'created_at',
  'done_at',
  'ships_at',
  'at',
]);

type Table = (typeof TABLES)[number];

interface Database {
  columns(table: Table): Promise<{ name: string; type: string }[]>;
  run(sql: string): Promise<void>;
  /** A query's head and its table of numbers `series (i)`. */
  series(from: number, to: number): { head: string; table: string };
  close(): Promise<void>;
}

export const refOfEnded = (i: number) => `CR-F${i}`;

/** @param firstAt when the oldest of them came; one a minute after it */
export async function fillStore(where: Where, count: number, order: Order, firstAt: number): Promise<void> {
  const store = await openStore(where);
  await writeTemplate(store, 'ended', order, firstAt);
  await writeTemplate(store, 'open', order, firstAt);
  // So that the copies look sealed: nobody is to seal three million events while something else is measured.
  await store.transaction((records) => records.audit.seal(1_000));
  await store.close();
  const database = where.databaseUrl ? await openPostgres(where.databaseUrl) : openSqlite(where.dataDir);
  for (const table of TABLES) {
    const columns = (await database.columns(table)).filter(({ name }) => name !== 'seq');
    for (let from = 0; from < count; from += BATCH) {
      const series = database.series(from, Math.min(count, from + BATCH) - 1);
      await database.run(copyOf(table, columns, series));
    }
  }
  await database.run('analyze');
  await database.close();
}

function copyOf(
  table: Table,
  columns: readonly { name: string; type: string }[],
  { head, table: series }: { head: string; table: string },
): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map(({ name, type }) => {
    const column = `template."${name}"`;
    if (TIMES.has(name)) return `${column} + series.i * ${MINUTE}`;
    return type === 'text' ? `replace(${column}, '${MARK}', cast(series.i as text))` : column;
  });
  const key = table === 'requests' ? 'id' : 'request_id';
  return `${head} insert into ${table} (${names}) select ${values.join(', ')} from ${table} as template, ${series}
    where template.${key} = case when series.i % ${ONE_IN} = 0 then 'open-${MARK}' else 'ended-${MARK}' end`;
}

async function writeTemplate(store: Store, kind: 'ended' | 'open', order: Order, at: number): Promise<void> {
  const id = `${kind}-${MARK}`;
  const email = `customer-${MARK}@customer.example`;
  const name = `#${MARK}`;
  const customerName = `Ana${MARK} Virtanen${MARK}`;
  const answers = [{ questionId: null, question: 'Order number', values: [name] }];
  await store.transaction(async (records) => {
    await records.requests.insert({
      id,
      ref: `CR-${kind === 'ended' ? 'F' : 'O'}${MARK}`,
      locale: 'en',
      fields: { orderReference: name, email, name: null, phone: null, postcode: null, reason: null, message: null },
      answers,
      emailVerified: false,
      origin: 'customer',
      submittedAt: at,
      sourceSubmittedAt: null,
      receivedAt: at,
      digest: id,
      follows: null,
      dueAt: Number.MAX_SAFE_INTEGER,
    });
    await records.responses.insert({
      id: `response-${id}`,
      requestId: id,
      source: 'webhook',
      sourceId: 'webhook',
      externalId: id,
      revision: '1',
      replaces: null,
      digest: id,
      submittedAt: at,
      receivedAt: at,
      respondentEmail: email,
      emailVerified: false,
      answers,
    });
    const created = await records.requests.get(id);
    if (!created) throw new Error(`${id} is missing`);
    await records.requests.update(
      created,
      {
        status: kind === 'open' ? 'awaiting_decision' : 'declined',
        order: { ...order, id: `${order.id}${kind}${MARK}`, name, email, customerName },
        orderId: `${order.id}${kind}${MARK}`,
        orderName: name,
        dueAt: null,
      },
      at,
    );
    // Nobody is to be reminded of ten thousand.
    await records.requests.setReminder({ id, remindAt: null, reminded: 0 }, Number.MAX_SAFE_INTEGER, 0);
    for (const type of ['received', 'matched', 'declined']) {
      await records.events.append(id, { at, actor: 'service', type, data: {} });
    }
    for (const notice of ['customer-received', 'staff-decide'] as const) {
      const payload = { notice, to: email, locale: 'en', requestVersion: null, linkFor: null };
      const key = `${notice}:${id}:v1`;
      await records.effects.insert({ kind: 'mail', key, requestId: id, payload }, `${notice}-${id}`, at);
    }
    for (const effect of await records.effects.byRequest(id)) {
      await records.effects.settle(effect, { state: 'done' }, at);
    }
    const token = { purpose: 'staff', requestId: id, requestVersion: 1, person: 'sam@pine-and-loom.example' } as const;
    await records.responses.insertDeliveries(new Map([[`message-${id}`, id]]), at);
    await records.tokens.insert(`hash-${id}`, { ...token, expiresAt: at }, at);
  });
}

function openSqlite(dataDir: string): Database {
  const file = new DatabaseSync(join(dataDir, 'cancel-desk.sqlite'));
  // Made up in a moment, and lost without harm.
  file.exec('pragma synchronous = off; pragma cache_size = -200000');
  return {
    columns: async (table) =>
      file.prepare(`select name, lower(type) as type from pragma_table_info('${table}')`).all() as never,
    run: async (sql) => file.exec(sql),
    series: (from, to) => ({
      head: `with recursive series (i) as (select ${from} union all select i + 1 from series where i < ${to})`,
      table: 'series',
    }),
    close: async () => file.close(),
  };
}

async function openPostgres(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('set synchronous_commit = off');
  return {
    columns: async (table) => {
      const sql = 'select column_name as name, data_type as type from information_schema.columns where table_name = $1';
      return (await client.query(sql, [table])).rows;
    },
    run: async (sql) => void (await client.query(sql)),
    series: (from, to) => ({ head: '', table: `generate_series(${from}::bigint, ${to}::bigint) as series (i)` }),
    close: () => client.end(),
  };
}
