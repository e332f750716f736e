/** Takes a person out of everything, on request or when their data has had its time. The evidence stays. */
import { ERASED } from '../domain/audit.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { type Hindrance, hindranceOf, withoutPerson } from '../domain/erase-person.ts';
import type { Records } from '../records/store.ts';
import { sealNow } from './audit.ts';
import type { Desk } from './desk.ts';

/** A lock. Held by an intake that adds to a request, too: a response must not land under one that has just been emptied. */
export const ERASING = 'erasing';

export interface Hindered {
  readonly ref: string;
  readonly why: Hindrance;
}

export type Erasure =
  | { readonly kind: 'staff' }
  | { readonly kind: 'hindered'; readonly requests: readonly Hindered[] }
  | {
      readonly kind: 'erased';
      readonly refs: readonly string[];
      /** Responses that could not be taken in. */
      readonly setAside: number;
      /** Places in what belongs to others where the address stood. */
      readonly mentions: number;
      /** False: the files may still hold what was overwritten, see Store.compact. */
      readonly compacted: boolean;
    };

/** @param email as readEmailAddress gives it */
export async function erasePerson({ store, now, log }: Desk, email: string): Promise<Erasure> {
  const outcome = await store.transaction(
    async (records): Promise<Exclude<Erasure, { compacted: boolean }> | Found> => {
      if (await records.staff.get(email)) return { kind: 'staff' };
      const requests = await records.privacy.requestsOf(email);
      const hindered = await hindrances(records, requests);
      if (hindered.length > 0) return { kind: 'hindered', requests: hindered };
      await sealNow(records);
      for (const request of requests) await eraseRequest(records, request, 'operator', now());
      const beside = await eraseBeside(records, email, now());
      await sealNow(records);
      return { kind: 'found', refs: requests.map(({ ref }) => ref), ...beside };
    },
  );
  if (outcome.kind !== 'found') return outcome;
  const { refs, setAside, mentions } = outcome;
  log.info({ refs, setAside, mentions }, 'a person was erased');
  return { kind: 'erased', refs, setAside, mentions, compacted: await store.compact() };
}

/** What is left of an address when its requests are emptied; in how many places it was. Sealed by the caller. */
export async function eraseBeside(
  records: Records,
  email: string,
  at: number,
): Promise<{ readonly setAside: number; readonly mentions: number }> {
  for (const id of await records.privacy.eraseEventsNaming(email)) await leaveTrace(records, id, 'operator', at);
  const setAside = await records.privacy.setAsideOf(email);
  for (const { id, response } of setAside) await records.privacy.eraseSetAside(id, response);
  return { setAside: setAside.length, mentions: await records.privacy.replaceMentions(email) };
}

interface Found {
  readonly kind: 'found';
  readonly refs: string[];
  readonly setAside: number;
  readonly mentions: number;
}

async function hindrances(records: Records, requests: readonly CancellationRequest[]): Promise<Hindered[]> {
  const hindered: Hindered[] = [];
  for (const request of requests) {
    const why = hindranceOf(request, await records.privacy.countOpenEffects(request.id));
    if (why) hindered.push({ ref: request.ref, why });
  }
  return hindered;
}

/** Its events keep who did what and when; what they say beside that goes, and one more says so. Sealed by the caller. */
export async function eraseRequest(
  records: Records,
  request: CancellationRequest,
  actor: 'operator' | 'service',
  at: number,
): Promise<void> {
  await records.lock(ERASING);
  await records.privacy.erase(request.id, withoutPerson(request), at);
  if (request.duplicateOf) await records.privacy.eraseJoined(request.duplicateOf, request.ref);
  await leaveTrace(records, request.id, actor, at);
}

async function leaveTrace(records: Records, requestId: string | null, actor: string, at: number): Promise<void> {
  await records.events.append(requestId, { at, actor, type: ERASED, data: {} });
}
