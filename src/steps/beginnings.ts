/**
 * When each source was first read by the service that this database belongs to. A form may have run for long before that, or
 * for another database, which is lost: what is in it was answered there, or by hand.
 */
import type { Store } from '../records/store.ts';
import type { Desk } from './desk.ts';

/** Of what is pushed to us: it begins with the database. */
export const PUSHED = 'webhook:webhook';

const keyOf = (source: string) => `first read: ${source}`;

/** Once a database; a service that was here before this was written down has read everything. */
export async function noteBeginning(desk: Pick<Desk, 'store' | 'now' | 'began'>, source: string): Promise<void> {
  if (desk.began.has(source)) return;
  const { settings } = desk.store.records;
  const noted = await settings.get(keyOf(source));
  const began = noted === null ? ((await wasRead(desk.store, source)) ? 0 : desk.now()) : Number(noted);
  if (noted === null) await settings.put(keyOf(source), String(began));
  desk.began.set(source, began);
}

async function wasRead({ records }: Store, source: string): Promise<boolean> {
  if (source === PUSHED) return (await records.requests.list({ limit: 1 })).length > 0;
  return (await records.sources.list()).some(({ id, lastOkAt }) => id === source && lastOkAt !== null);
}
