import { setImmediate } from 'node:timers/promises';
import { delayBefore } from '../domain/backoff.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { type GoneRow, sortRows } from '../domain/replaced-rows.ts';
import type { IncomingResponse } from '../domain/response.ts';
import type { PollResult, ResponseSource } from '../ports.ts';
import { ConflictError, type Records } from '../records/store.ts';
import type { SourceState } from '../records/upkeep.ts';
import { noteBeginning } from './beginnings.ts';
import type { Desk } from './desk.ts';
import { takeResponses } from './intake.ts';
import { keepClaim } from './keep-claim.ts';
import { isPaused, noteFailure, noteSuccess, openIncident } from './outages.ts';
import { keepResponse } from './quarantine.ts';
import { writeAnew } from './write-anew.ts';

/** A sheet's timestamps are whole seconds, and its row comes a moment after the response. */
const STAMP_LAG_MS = 2_000;

/** Code of the incident that is open while rows of the sheet are held. */
const SHEET_CHANGED = 'sheet_changed';

/** Responses stored in one transaction: a backlog doesn't hold the database for long. */
const BATCH = 200;

export function sourceName(source: ResponseSource): string {
  return `${source.kind}:${source.id}`;
}

/** Polls one source if it is due. Returns how many responses were new, or null when it wasn't our turn. */
export async function pollSource(desk: Desk, source: ResponseSource): Promise<number | null> {
  if (isPaused(desk, 'google')) return null;
  const state = await desk.store.records.sources.claim(sourceName(source), desk.now(), desk.timings.lease);
  if (!state) return null;
  await noteBeginning(desk, sourceName(source));
  try {
    const taken = await keepClaim(
      desk,
      (until) => desk.store.records.sources.renew(state, until),
      async () => storeAll(desk, source, state, await source.poll(state.cursor)),
    );
    await noteSuccess(desk, 'google');
    if (taken > 0) {
      desk.log.info({ source: source.kind, taken }, 'new responses');
      desk.wake();
    }
    return taken;
  } catch (error) {
    if (error instanceof ClaimLostError) return 0;
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    const wait =
      error.retryAfter ??
      delayBefore(1, { first: desk.timings.pollInterval, most: desk.timings.pollInterval }, Math.random());
    await desk.store.records.sources.settle(state, { dueAt: desk.now() + wait, lastError: error.message });
    return 0;
  }
}

/** Another process has polled meanwhile: what this one read is old, and would undo what the other stored. */
class ClaimLostError extends Error {}

async function holdClaim(desk: Desk, records: Records, state: SourceState): Promise<void> {
  if (!(await records.sources.renew(state, desk.now() + desk.timings.lease))) throw new ClaimLostError();
}

async function storeAll(desk: Desk, source: ResponseSource, state: SourceState, result: PollResult): Promise<number> {
  const records = desk.store.records;
  const stored = await records.responses.stored(source.kind, source.id, result.responses);
  const kept = await records.quarantine.kept(result.responses);
  const fresh = result.responses.filter((response) => {
    const key = `${response.externalId} ${response.revision}`;
    return !stored.has(key) && !kept.has(key);
  });
  const gone = result.complete ? await vanished(records, source, result.responses) : [];
  const returned = result.complete ? await comeBack(records, source, result.responses, gone) : [];
  fresh.push(...returned);
  const soFar = {
    polledAt: state.lastOkAt,
    newestStamp: fresh.length > 0 ? await records.responses.newestStamp(source.kind, source.id) : null,
    returned: new Set(returned.map(({ externalId }) => externalId)),
  };
  const patience = 2 * desk.timings.pollInterval + STAMP_LAG_MS;
  const sorted = sortRows(fresh, gone, desk.now(), patience, source.kind === 'sheets' ? soFar : null);
  const responses = [...sorted.responses].sort((a, b) => (a.submittedAt ?? 0) - (b.submittedAt ?? 0));
  const tally = { taken: 0 };
  for (let start = 0; start < responses.length; start += BATCH) {
    await storeBatch(desk, source, state, responses.slice(start, start + BATCH), tally);
  }
  // The cursor moves only when everything before it is stored, as a request or whole.
  const now = desk.now();
  await desk.store.transaction(async (inside) => {
    await holdClaim(desk, inside, state);
    await inside.responses.markGone(source.kind, source.id, sorted.gone, now);
    await inside.sources.settle(state, {
      dueAt: now + desk.timings.pollInterval,
      ...(sorted.isWaiting || sorted.held > 0 ? {} : { cursor: result.cursor }),
      lastOkAt: now,
      lastError: null,
    });
  });
  if (source.kind === 'sheets') await noteHeld(desk, sorted.held);
  return tally.taken;
}

/** Read again at each poll: what is put right in the sheet needs nothing else. */
async function noteHeld(desk: Desk, rows: number): Promise<void> {
  if (rows > 0) return openIncident(desk, SHEET_CHANGED, `${rows} rows`);
  const { incidents } = desk.store.records;
  if (await incidents.get(SHEET_CHANGED)) await incidents.close(SHEET_CHANGED);
}

/** One that no request can be made of must not keep the others out: after a failure each is tried by itself. */
async function storeBatch(
  desk: Desk,
  source: ResponseSource,
  state: SourceState,
  batch: readonly IncomingResponse[],
  tally: { taken: number },
): Promise<void> {
  // The embedded database never leaves a turn to the network by itself.
  await setImmediate();
  try {
    const store = async (records: Records) => {
      await holdClaim(desk, records, state);
      await takeResponses(desk, records, batch);
    };
    await (batch.length > 1 ? desk.store.transaction(store) : writeAnew(desk, store));
    tally.taken += batch.length;
  } catch (error) {
    if (error instanceof ClaimLostError || desk.store.isAway(error)) throw error;
    const [only] = batch;
    if (!only) return;
    if (batch.length > 1) {
      for (const response of batch) await storeBatch(desk, source, state, [response], tally);
      return;
    }
    // Pushed to us meanwhile, or twice on the page: it is in the store.
    const stored = await desk.store.records.responses.stored(source.kind, source.id, [only]);
    if (error instanceof ConflictError && stored.size > 0) return;
    await keepResponse(desk, only, error);
  }
}

/**
 * Rows that had vanished and are there again: a correction taken back, a row cut and pasted. Each is a version more of its
 * request, unless another row of the same request is still there: then it is a copy, and says nothing new.
 */
async function comeBack(
  { responses }: Records,
  { kind, id }: ResponseSource,
  now: readonly IncomingResponse[],
  gone: readonly GoneRow[],
): Promise<IncomingResponse[]> {
  const rows = new Map(now.map((row) => [row.externalId, row]));
  const hasGone = new Set(gone.map(({ externalId }) => externalId));
  const returned = await responses.returned(kind, id, [...rows.keys()]);
  return returned.flatMap(({ externalId, goneAt, others }) => {
    const row = rows.get(externalId);
    return row && others.every((other) => hasGone.has(other))
      ? [{ ...row, revision: `${row.revision} ${goneAt}` }]
      : [];
  });
}

/** Rows of a sheet; the other sources say nothing of what was removed there. */
async function vanished(
  { responses }: Records,
  { kind, id }: ResponseSource,
  now: readonly IncomingResponse[],
): Promise<GoneRow[]> {
  const present = new Set(now.map((response) => response.externalId));
  const gone = (await responses.present(kind, id)).filter((externalId) => !present.has(externalId));
  return responses.asStored(kind, id, gone);
}
