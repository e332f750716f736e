/**
 * What throws unexpectedly, a bug or data that nobody foresaw, is tried a few times and then set aside with its reason.
 * Everything else goes on. The operator is told once, and can put it back to work when the cause is mended.
 */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Effect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { IncomingResponse } from '../domain/response.ts';
import { MOST_FAULTS, type SetAside } from '../records/quarantine.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { takeResponses } from './intake.ts';
import { openIncident } from './outages.ts';
import { traceOf } from './trace-of.ts';
import { writeAnew } from './write-anew.ts';

/** Code of the incident that is open while anything is set aside. */
export const SET_ASIDE = 'set_aside';

const LONGEST_REASON = 500;
/** More of it on another day is told again. */
const TOLD_AGAIN_MS = 24 * 60 * 60_000;

/** Does work on one request; a bug in it stands against that request alone. */
export async function shielded(desk: Desk, request: CancellationRequest, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    await noteRequestFault(desk, request, error);
  }
}

export async function noteRequestFault(desk: Desk, { id, ref }: CancellationRequest, error: unknown): Promise<void> {
  if (desk.store.isAway(error)) throw error;
  desk.log.error({ ref, error: traceOf(error) }, 'work on a request failed unexpectedly');
  const subject = { kind: 'request', id } as const;
  const faults = await desk.store.records.quarantine.noteFault(
    subject,
    reasonOf(error),
    desk.now(),
    desk.timings.retry.first,
  );
  if (faults === MOST_FAULTS) await setAside(desk, id, ref);
}

export async function noteEffectFault(desk: Desk, effect: Effect, error: unknown): Promise<void> {
  // What was claimed is free again when its lease ends.
  if (desk.store.isAway(error)) throw error;
  const { id, kind, fence, requestId } = effect;
  desk.log.error({ effect: id, kind, error: traceOf(error) }, 'effect failed unexpectedly');
  const subject = { kind: 'effect', id, fence } as const;
  const faults = await desk.store.records.quarantine.noteFault(
    subject,
    reasonOf(error),
    desk.now(),
    desk.timings.retry.first,
  );
  if (faults === MOST_FAULTS) await setAside(desk, requestId, effect.kind);
}

/** Stores a response whole that no request could be made of. It is tried again by itself a few times. */
export async function keepResponse(desk: Desk, response: IncomingResponse, error: unknown): Promise<void> {
  const { source, sourceId, externalId } = response;
  desk.log.error({ source, response: externalId, error: traceOf(error) }, 'response could not be taken in: kept');
  const { quarantine, responses } = desk.store.records;
  const known = await responses.knownRequest(source, sourceId, externalId, null).catch(() => null);
  const requestId = known?.requestId ?? null;
  const fault = { id: newId(), requestId, reason: reasonOf(error), nextTry: laterBy(desk, 1), now: desk.now() };
  await quarantine.keep(response, fault);
}

/** Tries kept responses that are due. Returns how many were looked at. */
export async function retakeResponses(desk: Desk): Promise<number> {
  const { quarantine } = desk.store.records;
  const due = await quarantine.claimResponses(desk.now(), desk.now() + desk.timings.lease);
  for (const { id, response, faults } of due) {
    try {
      await writeAnew(desk, async (records) => {
        await takeResponses(desk, records, [response]);
        await records.quarantine.forget(id);
      });
      desk.log.info({ source: response.source, response: response.externalId }, 'kept response taken in');
    } catch (error) {
      // Tried again when its claim ends.
      if (desk.store.isAway(error)) throw error;
      const dead = faults + 1 >= MOST_FAULTS;
      await quarantine.noteResponseFault(id, reasonOf(error), dead ? null : laterBy(desk, faults + 1));
      desk.log.error({ source: response.source, error: traceOf(error) }, 'kept response could not be taken in');
      if (dead) await setAside(desk, null, response.source);
    }
  }
  if (due.length > 0) desk.wake();
  return due.length;
}

/** Puts these back to work, and tells how many there were. */
export async function releaseSetAside(desk: Desk, items: readonly Pick<SetAside, 'id' | 'kind' | 'ref'>[]) {
  const at = desk.now();
  let released = 0;
  for (const item of items) {
    const done = await desk.store.transaction(async (records) => {
      if (!(await records.quarantine.release(item, at))) return false;
      const request = item.ref ? await records.requests.byRef(item.ref) : null;
      if (request) {
        await records.events.append(request.id, { at, actor: 'operator', type: 'taken_up_again', data: {} });
      }
      return true;
    });
    if (done) released += 1;
  }
  await closeWhenEmpty(desk);
  desk.wake();
  return released;
}

/** What is set aside after that is news. */
export async function closeWhenEmpty({ store }: Desk): Promise<void> {
  const { quarantine, incidents } = store.records;
  const { response, request, effect } = await quarantine.counts();
  if (response + request + effect === 0) await incidents.close(SET_ASIDE);
}

async function setAside(desk: Desk, requestId: string | null, what: string): Promise<void> {
  if (requestId) {
    const event = { at: desk.now(), actor: 'service', type: SET_ASIDE, data: { of: what } };
    await desk.store.records.events.append(requestId, event);
  }
  const { incidents } = desk.store.records;
  const earlier = await incidents.get(SET_ASIDE);
  if (earlier && desk.now() - earlier.since > TOLD_AGAIN_MS) await incidents.close(SET_ASIDE);
  await openIncident(desk, SET_ASIDE, `${what}; "cancel-desk dead list" shows all and why`);
}

function laterBy(desk: Desk, attempt: number): number {
  return desk.now() + delayBefore(attempt, desk.timings.retry, Math.random());
}

/** Stays in the database: it may quote what a customer wrote. */
function reasonOf(error: unknown): string {
  return String(error).slice(0, LONGEST_REASON);
}
