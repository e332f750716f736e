/** Seals what happened into the audit chain, and looks whether anything was changed since. */
import { type Anchor, type AuditFault, ChainCheck, digestOf, ERASED, linkTo } from '../domain/audit.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { ANCHORED, writeHeads } from './write-heads.ts';

const BATCH = 500;

/** Together, once in a while: each sealing is a commit more, and there may be hundreds of events a second. */
const SEAL_EVERY_MS = 1_000;

/** One process at a time, in order. Returns how many events were sealed. */
export async function sealEvents(desk: Desk): Promise<number> {
  if (performance.now() < desk.anchors.sealAt) return 0;
  const isOpen = (await desk.store.records.audit.countOpen()) > 0;
  const sealed = isOpen ? await sealBatch(desk) : 0;
  if (sealed === BATCH) return sealed;
  desk.anchors.sealAt = performance.now() + SEAL_EVERY_MS;
  await writeHeads(desk, { isNew: sealed > 0 });
  return 0;
}

/** Before the worker ends, so that the next start knows how far this one came. */
export async function sealAtEnd(desk: Desk): Promise<void> {
  await desk.store.transaction(sealNow);
  await writeHeads(desk, { isNew: true });
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

export interface AuditReport {
  readonly head: Anchor;
  readonly faults: readonly FoundFault[];
  /** Written within the last moments, and in no chain yet. */
  readonly notSealed: number;
  /** The day on which a head was last written down, as the database remembers it. */
  readonly anchoredOn: string | null;
}

/** Where to look: the request it is about, and what stands there now. */
export interface FoundFault extends Pick<AuditFault, 'kind' | 'position'> {
  readonly ref: string | null;
  readonly at: number | null;
  readonly type: string | null;
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
  const putIn = (await records.audit.unchained()).map(
    (position) => ({ kind: 'put_in', position, event: null }) as const,
  );
  const anchoredOn = await records.settings.get(ANCHORED);
  const found = await withRefs(records, [...faults, ...putIn]);
  return { head, faults: found, notSealed: await records.audit.countOpen(), anchoredOn };
}

async function withRefs(records: Records, faults: readonly AuditFault[]): Promise<FoundFault[]> {
  const refs = new Map<string, string | null>();
  for (const id of new Set(faults.flatMap(({ event }) => event?.requestId ?? []))) {
    refs.set(id, (await records.requests.get(id))?.ref ?? null);
  }
  return faults.map(({ kind, position, event }) => ({
    kind,
    position,
    ref: refs.get(event?.requestId ?? '') ?? null,
    at: event?.at ?? null,
    type: event?.type ?? null,
  }));
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
