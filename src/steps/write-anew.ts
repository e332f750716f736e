/** Writes that must not be lost to somebody who was quicker: an assignment, a note, a staff member's click at the same moment. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { RequestChanges } from '../records/requests.ts';
import { ConflictError, type Records } from '../records/store.ts';
import type { Desk } from './desk.ts';

const MOST_TRIES = 5;

/** A transaction that reads what it then writes: where somebody wrote in between, it is made anew from what they wrote. */
export async function writeAnew<T>(desk: Desk, work: (records: Records) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await desk.store.transaction(work);
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MOST_TRIES) throw error;
    }
  }
}

/** Throws ConflictError when somebody has written since `request` was read, so that nothing else of the transaction stays. */
export async function mustUpdate(
  records: Records,
  request: CancellationRequest,
  changes: RequestChanges,
  now: number,
): Promise<void> {
  if (!(await records.requests.update(request, changes, now)))
    throw new ConflictError(`${request.ref} changed meanwhile`);
}
