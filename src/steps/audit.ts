/** Seals what happened into the audit chain, writes its head down once a day, and looks whether anything was changed since. */
import { type Anchor, type AuditFault, ChainCheck, digestOf, ERASED, linkTo } from '../domain/audit.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';

const BATCH = 500;
const ANCHORED = 'audit anchored';

/** Together, once in a while: each sealing is a commit more, and there may be hundreds of events a second. */
const SEAL_EVERY_MS = 1_000;

/** One process at a time, in order. Returns how many events were sealed. */
export async function sealEvents(desk: Desk): Promise<number> {
  if (performance.now() < desk.anchors.sealAt) return 0;
  const isOpen = (await desk.store.records.audit.countOpen()) > 0;
  const sealed = isOpen ? await sealBatch(desk) : 0;
  if (sealed === BATCH) return sealed;
  desk.anchors.sealAt = performance.now() + SEAL_EVERY_MS;
  await anchorDaily(desk);
  return 0;
}

function sealBatch({ store }: Desk): Promise<number> {
  return store.transaction(async (records) => {
    await records.lock('audit');
    return records.audit.seal(BATCH);
  });
}

/** All there is, in the caller's transaction: before and after an erasure, which must not be seen without its event. */
export async function sealNow(records: Records): Promise<void> {
  await records.lock('audit');
  while ((await records.audit.seal(BATCH)) === BATCH);
}

async function anchorDaily(desk: Desk): Promise<void> {
  const { settings, audit } = desk.store.records;
  const today = new Date(desk.now()).toISOString().slice(0, 10);
  if (desk.anchors.day === today) return;
  const head = await audit.head();
  if (head.position === 0) return;
  if ((await settings.get(ANCHORED)) !== today) {
    await desk.anchors.write(desk.now(), head);
    await settings.put(ANCHORED, today);
  }
  // Only now: what could not be written is written at the next look.
  desk.anchors.day = today;
}

export interface AuditReport {
  readonly head: Anchor;
  readonly faults: readonly AuditFault[];
  /** Written within the last moments, and in no chain yet. */
  readonly notSealed: number;
  /** The day on which a head was last written down, as the database remembers it. */
  readonly anchoredOn: string | null;
}

export async function verifyAudit(records: Records, anchors: readonly Anchor[]): Promise<AuditReport> {
  const check = new ChainCheck(anchors);
  // From the very first one there is: 1, unless somebody has put another one before it.
  for (let after: number | null = null; ; ) {
    const page = await records.audit.page(after);
    if (page.length === 0) break;
    check.see(page);
    after = page.at(-1)?.position ?? after;
  }
  const { head, faults } = check.end();
  const putIn = (await records.audit.unchained()).map((position) => ({ kind: 'put_in', position }) as const);
  const anchoredOn = await records.settings.get(ANCHORED);
  return { head, faults: [...faults, ...putIn], notSealed: await records.audit.countOpen(), anchoredOn };
}

/** Of one request: what is there is as it was sealed. What is gone only the whole chain tells, on the command line. */
export async function auditMark(records: Records, requestId: string): Promise<'verified' | 'open' | 'broken'> {
  const found = await records.audit.ofRequest(requestId);
  const hasTrace = found.some(({ event, entry }) => event.type === ERASED && entry && digestOf(event) === entry.digest);
  const isGood = found.every(({ position, event, entry, before }) => {
    if (position === null) return true;
    if (!entry || position < 1 || linkTo({ position: position - 1, hash: before }, entry.digest).hash !== entry.hash)
      return false;
    return digestOf(event) === entry.digest && (event.salt !== '' || hasTrace);
  });
  if (!isGood) return 'broken';
  return found.some(({ position }) => position === null) ? 'open' : 'verified';
}
