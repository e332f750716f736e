/**
 * A database that comes from a backup doesn't know what was done and decided after it was made. Before anything is sent,
 * every open request is looked at anew, and every effect under way asks its order first.
 */
import type { Anchor } from '../domain/audit.ts';
import { isBehind } from '../domain/audit-heads.ts';
import type { RequestStatus } from '../domain/cancellation-request.ts';
import type { HeadFile } from '../ports.ts';
import type { Records, Store } from '../records/store.ts';
import { RESTORED_MARK } from '../records/upkeep.ts';
import type { Log } from './desk.ts';
import { oweHoldAnew } from './holds.ts';
import { moveRequest } from './move-request.ts';
import { oweIncidentMails } from './owe-mail.ts';

const [MARK] = RESTORED_MARK;
const RESTORED_AT = 'restored at';
/** Code of the incident that is open until somebody says that it was a backup. */
export const PUT_BACK = 'put_back';
/** Where the history ended then: it has gone on since, when somebody says so. */
const PUT_BACK_AT = 'put back at head';
/** Of the others, received ones are looked at as it is; approved ones are the matter of their effects. */
const LOOKED_AT_ANEW: readonly RequestStatus[] = [
  'needs_match',
  'needs_customer',
  'waiting',
  'awaiting_decision',
  'failed',
];
const ALL = 1_000_000;

/** Returns where its history ended, to be written down: what was written down before of a longer one is no fault of this. */
export async function markRestored({ records }: Store): Promise<Anchor> {
  const { settings, incidents, audit } = records;
  await settings.put(...RESTORED_MARK);
  await incidents.close(PUT_BACK);
  const [position, hash] = (await settings.get(PUT_BACK_AT))?.split(':') ?? [];
  if (!position) return audit.head();
  await settings.put(PUT_BACK_AT, '');
  return { position: Number(position), hash: hash ?? '' };
}

/**
 * A copy that was put back by other means than ours, a file copied over or a snapshot, is treated as a backup. It may as
 * well be a history that somebody has cut: operators are told, and say so by `cancel-desk restore --mark` if it is none.
 */
export async function noticePutBack(store: Store, heads: HeadFile, log: Log, to: { locale: string; now: number }) {
  const { audit, settings } = store.records;
  // Before the chain's own: another process may be writing both.
  const written = heads.newest();
  const head = await audit.head();
  const restoredAt = numberOrNull(await settings.get(RESTORED_AT));
  if ((await settings.get(MARK)) || !isBehind(head, written, restoredAt)) return;
  const most = Math.max(...written.map(({ position }) => position));
  log.error({ position: head.position, written: most }, 'this database is older than what was written down of it');
  await store.transaction(async (records) => {
    await records.lock(MARK);
    const since = numberOrNull(await records.settings.get(RESTORED_AT));
    // Another process has seen it, and may have done what it needs.
    if ((await records.settings.get(MARK)) || since !== restoredAt) return;
    await records.settings.put(...RESTORED_MARK);
    await records.settings.put(PUT_BACK_AT, `${head.position}:${head.hash}`);
    const detail = `${head.position} events in the history, ${most} when its head was written down`;
    if (!(await records.incidents.open(PUT_BACK, detail, to.now))) return;
    await oweIncidentMails(records, PUT_BACK, to.locale, to.now);
    await records.incidents.markTold(PUT_BACK, to.now);
  });
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
  return numberOrNull(await store.records.settings.get(RESTORED_AT));
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
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
