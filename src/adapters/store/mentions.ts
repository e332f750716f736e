/** An address that stands in what belongs to other people, or to nobody: replaced where it stands, the rest stays. */
import { type Kysely, sql } from 'kysely';
import { ERASED_TEXT } from '../../domain/erase-person.ts';
import { foldText } from '../../domain/fold-text.ts';
import { SEARCHED_TEXTS, type Tables } from './tables.ts';

/** Every text that may hold what people wrote, but for names as they are searched. The key is what a row is found by. */
const TEXTS = {
  requests: {
    key: 'id',
    columns: [
      'fields',
      'answers',
      'match',
      'order_snapshot',
      'decision',
      'assessment',
      'asking',
      'question',
      'payback',
      'mail_to',
      'undelivered',
      'trouble',
      'fault',
      'customer_email',
    ],
  },
  responses: { key: 'id', columns: ['respondent_email', 'answers', 'external_id', 'revision'] },
  effects: { key: 'id', columns: ['payload', 'outcome', 'last_error', 'fault'] },
  quarantine: { key: 'id', columns: ['response', 'response_key', 'fault'] },
  incidents: { key: 'code', columns: ['detail'] },
  sources: { key: 'id', columns: ['cursor', 'last_error'] },
  deliveries: { key: 'webhook_id', columns: ['webhook_id'] },
} as const;

/** For "like"; what SQLite can't lower is left to be compared afterwards. */
export function holding(email: string): string {
  return `%${email.replace(/[\\%_]/g, '\\$&').replace(/[^\0-\x7f]+/g, '%')}%`;
}

/** No longer address's end; or the end of an escape of JSON's. */
const BEFORE = '(?<![\\p{L}\\p{N}._%+-])|(?<=\\\\[bfnrt])|(?<=\\\\u[0-9a-f]{4})';
/** "_somebody@customer.example_": what some write for slanted letters. */
const EMPHASIS = '(?<![\\p{L}\\p{N}.%+-])_';

/** As people write it, and as a link has it. */
export function formsOf(email: string): string[] {
  return [email, email.replace('@', '%40')];
}

/** In a text or in JSON, where a line's end is written as a letter. Not the end of a longer address, nor its beginning. */
export function addressIn(email: string): RegExp {
  const escaped = email.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(
    `(?:${BEFORE})${escaped}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])|(?<=${EMPHASIS})${escaped}(?=_)`,
    'iu',
  );
}

export async function replaceAddress(db: Kysely<Tables>, email: string): Promise<number> {
  let places = await replaceIn(db, foldText(email), { requests: { key: 'id', columns: SEARCHED_TEXTS } });
  for (const form of formsOf(email)) places += (await replaceIn(db, form, TEXTS)) + (await deleteKept(db, form));
  return places;
}

type Texts = Readonly<Record<string, { readonly key: string; readonly columns: readonly string[] }>>;

async function replaceIn(db: Kysely<Tables>, email: string, texts: Texts): Promise<number> {
  const pattern = holding(email);
  const address = new RegExp(addressIn(email), 'giu');
  let places = 0;
  for (const [table, { key, columns }] of Object.entries(texts)) {
    const found = sql.join(
      columns.map((column) => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`),
      sql` or `,
    );
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} where ${found}`.execute(db);
    for (const row of rows) {
      for (const column of columns) {
        const text = row[column];
        if (typeof text !== 'string') continue;
        const replaced = text.replace(address, ERASED_TEXT);
        if (replaced === text) continue;
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${replaced} where ${sql.ref(key)} = ${row[key]}`.execute(
          db,
        );
        places += 1;
      }
    }
  }
  return places;
}

async function deleteKept(db: Kysely<Tables>, email: string): Promise<number> {
  let places = 0;
  for (const table of ['tokens', 'sessions'] as const) {
    const gone = await db.deleteFrom(table).where('person', '=', email).executeTakeFirst();
    places += Number(gone.numDeletedRows);
  }
  const counted = sql<boolean>`lower(key) like ${holding(email)} escape '\\'`;
  const gone = await db.deleteFrom('counters').where(counted).executeTakeFirst();
  return places + Number(gone.numDeletedRows);
}
