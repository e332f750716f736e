/**
 * The audit chain's head, written down outside the database: a line once a day, which shows a chain that was cut, and the
 * newest at every sealing, which shows at the next start that an older copy was put back.
 */
import type { Desk } from './desk.ts';
import { openIncident } from './outages.ts';

/** The day on which a line was last written. */
export const ANCHORED = 'audit anchored';
/** Code of the incident that is open while they can't be written. */
export const HEADS_NOT_WRITTEN = 'heads_not_written';

/** What could not be written is written at a later look; operators are told. */
export async function writeHeads(desk: Desk, { isNew }: { readonly isNew: boolean }): Promise<void> {
  const { anchors } = desk;
  const today = new Date(desk.now()).toISOString().slice(0, 10);
  const isDue = anchors.day !== today && performance.now() >= anchors.tryAt;
  if (!isNew && !isDue) return;
  const { audit, settings } = desk.store.records;
  const head = { ...(await audit.head()), at: desk.now() };
  if (head.position === 0) return;
  const isAnchored = (await settings.get(ANCHORED)) === today;
  const problem = problemOf(() => {
    if (isDue && !isAnchored) anchors.file.write(head);
    anchors.file.writeNewest(head);
  });
  if (problem !== null) {
    anchors.day = null;
    anchors.tryAt = performance.now() + desk.timings.deniedPause;
    return openIncident(desk, HEADS_NOT_WRITTEN, problem);
  }
  if (!isDue) return;
  if (!isAnchored) await settings.put(ANCHORED, today);
  anchors.day = today;
  await desk.store.records.incidents.close(HEADS_NOT_WRITTEN);
}

function problemOf(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
