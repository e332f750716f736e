/** The end of an execution: the effect's, the request's status and the mails, in one transaction. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { CancelEffect, ChangeEffect, EffectState, PartEffect, ReturnEffect } from '../domain/effect.ts';
import type { RequestEvent } from '../domain/lifecycle.ts';
import type { RequestChanges } from '../records/requests.ts';
import { ConflictError, type Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { writeAnew } from './write-anew.ts';

export type Execution = CancelEffect | PartEffect | ReturnEffect | ChangeEffect;

export interface Ending {
  readonly event: RequestEvent;
  readonly changes: RequestChanges;
  /** For the history. */
  readonly data?: Record<string, unknown>;
}

export async function writeEnding(
  desk: Desk,
  effect: Execution,
  state: EffectState,
  request: CancellationRequest,
  { event, changes, data = {} }: Ending,
  alsoOwe: (records: Records, now: number) => Promise<void>,
): Promise<void> {
  const now = desk.now();
  const written = await writeAnew(desk, async (records) => {
    // The fence first: a worker that lost its claim writes nothing at all.
    if (!(await records.effects.settle(effect, { state }, now))) return false;
    const current = await records.requests.get(request.id);
    if (!current) throw new Error(`Request ${request.ref} is not in the store`);
    const moved = await moveRequest(records, current, event, changes, { actor: 'service', at: now, data });
    if (moved === 'stale') throw new ConflictError(`Request ${request.ref} changed meanwhile`);
    if (moved !== 'moved') throw new Error(`Request ${request.ref} refused ${event} in ${current.status}`);
    await alsoOwe(records, now);
    return true;
  });
  if (changes.order) desk.freshOrder.note(changes.order);
  if (written) desk.log.info({ ref: request.ref, event }, 'execution ended');
  desk.wake();
}
