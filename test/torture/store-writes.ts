/** Every write to either database, counted from outside the product: the drivers' own methods are wrapped. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import pg from 'pg';

/** Claims, renewals, cursors and meters happen all the time, also when nothing is going on; they'd make counts a lottery. */
const IDLE = /fence \+ 1|set "lease_until" = |"sources"|cost_buckets|"settings"|kysely/;
const WRITE = /^\s*(insert|update|delete)\b/i;

/** Before or after it this process ends; or the database refuses it. */
export type Blow = 'before' | 'after' | 'refuse';

const armed: { blow: Blow; left: number } = { blow: 'before', left: 0 };
const databases = new Set<DatabaseSync>();

/** Strikes at the `count`-th write or commit from now on. */
export function armWrites(blow: Blow, count: number): void {
  armed.blow = blow;
  armed.left = count;
}

export function spoilDatabase(pragma: string): void {
  for (const database of databases) database.exec(pragma);
}

/** Whether this is the write that was meant. */
function strikes(blow: Blow): boolean {
  if (armed.left === 0 || armed.blow !== blow) return false;
  armed.left -= 1;
  return armed.left === 0;
}

function dieAt(side: 'before' | 'after'): void {
  if (strikes(side)) process.kill(process.pid, 'SIGKILL');
}

/** For the parent to count. */
function tellRefused(text: string): void {
  console.log(`refused: ${/^\s*commit/i.test(text) ? 'commit' : 'write'}`);
}

/** Of one connection: a commit counts when something was written before it. */
class Meter {
  #dirty = false;

  isPoint(text: string): boolean {
    if (/^\s*(begin|rollback)/i.test(text)) this.#dirty = false;
    if (/^\s*commit/i.test(text)) {
      const counts = this.#dirty;
      this.#dirty = false;
      return counts;
    }
    const counts = WRITE.test(text) && !IDLE.test(text);
    if (counts) this.#dirty = true;
    return counts;
  }
}

export function watchWrites(): void {
  watchSqlite();
  watchPostgres();
}

function watchSqlite(): void {
  const { prepare } = DatabaseSync.prototype;
  const meter = new Meter();
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, text: string): StatementSync {
    databases.add(this);
    const statement = prepare.call(this, text);
    for (const name of ['all', 'run'] as const) {
      const original = statement[name].bind(statement) as (...args: unknown[]) => unknown;
      Object.defineProperty(statement, name, {
        value: (...args: unknown[]) => {
          const counts = meter.isPoint(text);
          if (counts && strikes('refuse')) {
            tellRefused(text);
            return fillUp(this);
          }
          if (counts) dieAt('before');
          const result = original(...args);
          if (counts) dieAt('after');
          return result;
        },
      });
    }
    return statement;
  };
}

/** Throws what SQLite throws when there is no room, and leaves of a transaction what is left of it then: nothing. */
function fillUp(database: DatabaseSync): never {
  database.exec('pragma max_page_count = 1');
  try {
    database.exec("insert into settings (key, value) values ('ballast', zeroblob(1000000))");
    throw new Error('There was room');
  } finally {
    database.exec('pragma max_page_count = 1000000');
  }
}

/** What PostgreSQL itself answers then; a transaction is of no use any more but to be rolled back. */
const NO_ROOM = "do $$ begin raise exception 'could not extend file: No space left' using errcode = '53100'; end $$";

function watchPostgres(): void {
  const meters = new WeakMap<object, Meter>();
  const { query } = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  Object.defineProperty(pg.Client.prototype, 'query', {
    value(this: object, ...args: unknown[]) {
      const [first] = args;
      const text = typeof first === 'string' ? first : String((first as { text?: unknown }).text ?? '');
      const meter = meters.get(this) ?? new Meter();
      meters.set(this, meter);
      const counts = meter.isPoint(text);
      if (counts && strikes('refuse')) {
        tellRefused(text);
        return query.call(this, NO_ROOM);
      }
      if (counts) dieAt('before');
      const result = query.apply(this, args);
      if (counts && result instanceof Promise) {
        return result.then((value) => {
          dieAt('after');
          return value;
        });
      }
      return result;
    },
  });
}
