/** Hints that something may have changed outside. They carry no data: they only make us look sooner than we would. */
import type { Desk } from './desk.ts';
import { sourceName } from './poll-source.ts';

/** Longer than Shopify goes on repeating a message. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/**
 * Has the order's open requests looked at, and its next page shown anew.
 * @param names what a repetition of this message has in common with it; any one of them met before makes it one
 */
export async function lookAgain(desk: Desk, orderId: string, names: readonly string[]): Promise<void> {
  const { records } = desk.store;
  const now = desk.now();
  const counts = [];
  for (const name of names) counts.push(await records.counters.count(`hook:${name}`, REMEMBERED_MS, now));
  if (counts.some((count) => count > 1)) return;
  desk.freshOrder.forget(orderId);
  const woken = await records.requests.makeDue(orderId, now);
  desk.log.info({ orderId, woken }, 'Shopify says that an order changed');
  if (woken > 0) desk.wake();
}

/** Has form and sheet read now. One that is failing keeps to its own pause: Google has said when to come back. */
export async function pollNow(desk: Desk): Promise<void> {
  const { sources } = desk.store.records;
  const failing = new Set((await sources.list()).filter((one) => one.lastError !== null).map((one) => one.id));
  const ready = desk.sources.map(sourceName).filter((id) => !failing.has(id));
  for (const id of ready) await sources.makeDue(id, desk.now());
  if (ready.length > 0) desk.wake();
}
