/** Every write to either database, counted from outside the product: the drivers' own methods are wrapped. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import pg from 'pg';

/** Claims, renewals, cursors and meters happen all the time, also when nothing is going on; they'd make counts a lottery. */
const IDLE = /fence \+ 1|set "lease_until" = |"sources"|cost_buckets|"settings"|kysely/;
const WRITE = /^\s*(insert|update|delete)\b/i;

const armed: { side: 'before' | 'after'; left: number } = { side: 'before', left: 0 };
const databases = new Set<DatabaseSync>();

/** Ends this process at the `count`-th write or commit from now on. */
export function armWrites(side: 'before' | 'after', count: number): void {
  armed.side = side;
  armed.left = count;
}

export function spoilDatabase(pragma: string): void {
  for (const database of databases) database.exec(pragma);
}

function dieAt(side: 'before' | 'after'): void {
  if (armed.left === 0 || armed.side !== side) return;
  armed.left -= 1;
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL');
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
