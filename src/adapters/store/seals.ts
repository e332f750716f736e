/**
 * What is left of an erased response: keyed hashes of its id and words, so that it is known when a form, a sheet or a
 * script brings it again. The key is made at the first erasure.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

const NAME = 'erasure key';
/** What is sealed, in a LIKE. */
export const SEALED = 'erased:%';

export function isSealed(externalId: string): boolean {
  return externalId.startsWith(SEALED.slice(0, -1));
}

export type Seal = (...what: readonly string[]) => string;

/** null: nothing was ever erased. */
export async function findSeal(db: Kysely<Tables>): Promise<Seal | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', NAME).executeTakeFirst();
  return row ? sealWith(row.value) : null;
}

export async function makeSeal(db: Kysely<Tables>): Promise<Seal> {
  await db
    .insertInto('settings')
    .values({ key: NAME, value: randomBytes(32).toString('base64url') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const seal = await findSeal(db);
  if (!seal) throw new Error('The key of erasures is missing');
  return seal;
}

function sealWith(key: string): Seal {
  return (...what) => `erased:${createHmac('sha256', key).update(JSON.stringify(what)).digest('base64url')}`;
}

interface Identity {
  readonly source: string;
  readonly sourceId: string;
  readonly externalId: string;
  readonly revision: string;
}

export function sealedId(seal: Seal, { source, sourceId, externalId }: Omit<Identity, 'revision'>): string {
  return seal('response', source, sourceId, externalId);
}

export function sealedRevision(seal: Seal, { revision }: Pick<Identity, 'revision'>): string {
  return seal('revision', revision);
}

export function sealedDigest(seal: Seal, digest: string): string {
  return seal('digest', digest);
}

export function sealedKey(seal: Seal, response: Identity): string {
  return seal('key', response.source, response.sourceId, response.externalId, response.revision);
}
