/**
 * A database that comes from a backup doesn't know what was done and decided after it was made. Before anything is sent,
 * every open request is looked at anew, and every effect under way asks its order first.
 */
import type { RequestStatus } from '../domain/cancellation-request.ts';
import type { Records, Store } from '../records/store.ts';
import type { Log } from './desk.ts';
import { oweHoldAnew } from './holds.ts';
import { moveRequest } from './move-request.ts';

/** Set until the first start after the restore. */
const MARK = 'restored';
const RESTORED_AT = 'restored at';
/** Of the others, received ones are looked at as it is; approved ones are the matter of their effects. */
const LOOKED_AT_ANEW: readonly RequestStatus[] = [
  'needs_match',
  'needs_customer',
  'waiting',
  'awaiting_decision',
  'failed',
];
const ALL = 1_000_000;

export async function markRestored({ records }: Store): Promise<void> {
  await records.settings.put(MARK, 'yes');
}

/** Does what a restored database needs, once. Returns when it was last restored; null: never. */
export async function resumeAfterRestore(store: Store, log: Log, now: number): Promise<number | null> {
  if (await store.records.settings.get(MARK)) {
    await store.transaction(async (records) => {
      // Whoever starts first does it; the others wait for that.
      await records.lock(MARK);
      if (!(await records.settings.get(MARK))) return;
      await records.settings.put(MARK, '');
      await records.settings.put(RESTORED_AT, String(now));
      await records.releaseLeases({ everybodys: true });
      const effects = await records.effects.markRestored();
      const requests = await lookAnew(records, now);
      await holdAnew(records, now);
      // Who was signed out or removed since is signed in again in the backup.
      await records.sessions.removeEnded(Number.MAX_SAFE_INTEGER);
      log.warn({ requests, effects }, 'this database was restored from a backup: all that is open is looked at anew');
    });
  }
  const at = await store.records.settings.get(RESTORED_AT);
  return at === null ? null : Number(at);
}

/** Which go on as they are. */
async function holdAnew(records: Records, at: number): Promise<void> {
  for (const status of ['received', 'approved'] as const) {
    for (const request of await records.requests.list({ status, limit: ALL })) await oweHoldAnew(records, request, at);
  }
}

async function lookAnew(records: Records, at: number): Promise<number> {
  let count = 0;
  for (const status of LOOKED_AT_ANEW) {
    for (const request of await records.requests.list({ status, limit: ALL })) {
      const changes = {
        version: request.version + 1,
        trouble: { reason: 'restored', detail: null },
        decision: null,
        approvals: [],
        asking: null,
        question: null,
        // It may have been let go since: it is held anew.
        hold: null,
        dueAt: at,
        attempts: 0,
        expiresAt: null,
      };
      const moved = await moveRequest(records, request, 'restored', changes, { actor: 'operator', at });
      if (moved !== 'moved') throw new Error(`Request ${request.ref} could not be looked at anew: ${moved}`);
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      count += 1;
    }
  }
  return count;
}
