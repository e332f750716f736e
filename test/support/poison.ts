/** The database refuses whatever is about a response with these words in it, as it would something that it can't store. */
import type { Config } from '../../src/config.ts';
import { runSql } from './raw-database.ts';

interface Refusal {
  readonly table: 'requests' | 'effects';
  readonly on: 'insert' | 'update';
  /** @param has whether a column holds the words, in the database's own terms */
  when(has: (column: string) => string): string;
}

/** At which step each kind makes the work throw. */
const REFUSALS = {
  intake: { table: 'requests', on: 'insert', when: (has) => has('new.answers') },
  matching: {
    table: 'requests',
    on: 'update',
    when: (has) => `new.revision > old.revision and ${has('new.answers')}`,
  },
  cancelling: {
    table: 'effects',
    on: 'update',
    when: (has) =>
      `new.kind = 'shopify_cancel' and new.state <> old.state
       and exists (select 1 from requests where id = new.request_id and ${has('answers')})`,
  },
} satisfies Record<string, Refusal>;

export type Poison = keyof typeof REFUSALS;

type Where = Pick<Config, 'databaseUrl' | 'dataDir'>;

export async function poison(where: Where, what: Poison): Promise<void> {
  const { table, on, when }: Refusal = REFUSALS[what];
  const name = `poison_${what}`;
  await runSql(where, {
    sqlite: `create trigger ${name} before ${on} on ${table}
      when ${when((column) => `instr(${column}, 'poisoned ${what}') > 0`)}
      begin select raise(abort, 'no such data, please'); end`,
    postgres: `create function ${name}() returns trigger language plpgsql as $$ begin
      if ${when((column) => `strpos(${column}, 'poisoned ${what}') > 0`)}
        then raise exception 'no such data, please'; end if;
      return new; end $$;
      create trigger ${name} before ${on} on ${table} for each row execute function ${name}()`,
  });
}

export async function takePoisonOut(where: Where, ...kinds: Poison[]): Promise<void> {
  const drop = (what: Poison, on: string) => `drop trigger poison_${what}${on}`;
  await runSql(where, {
    sqlite: kinds.map((what) => drop(what, '')).join('; '),
    postgres: kinds.map((what) => drop(what, ` on ${REFUSALS[what].table}`)).join('; '),
  });
}
