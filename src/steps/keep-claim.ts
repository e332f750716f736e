import type { Desk } from './desk.ts';

/** A call that never ends must not hold a row for good. */
const MOST_RENEWALS = 30;

/**
 * Renews a lease while the work under it goes on, so that many outside calls, each with a time-out of its own, may take
 * longer than one lease. A process that stands still renews nothing, and loses what it has claimed.
 */
export async function keepClaim<T>(
  desk: Desk,
  renew: (until: number) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const { lease } = desk.timings;
  let left = MOST_RENEWALS;
  const beat = setInterval(() => {
    left -= 1;
    if (left === 0) clearInterval(beat);
    renew(desk.now() + lease).catch((error: unknown) => {
      // The store is away: what was claimed is lost at the end of its lease, and fenced.
      desk.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'a lease could not be renewed');
    });
  }, lease / 3);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
