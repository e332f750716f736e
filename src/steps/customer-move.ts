/** What a customer's answer writes, whichever it is; and what it is worth when it comes too late, or a second time. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { type Deed, lastDeedOf } from '../domain/customer-deeds.ts';
import type { RequestEvent } from '../domain/lifecycle.ts';
import type { RequestChanges } from '../records/requests.ts';
import { ConflictError, type Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { takeBack } from './take-back.ts';

export type CustomerResult = 'done' | 'too_late' | 'answer_missing' | 'too_long' | 'choose_order';

/** Who opened the link: the address it was mailed to. */
export type Person = string;

export async function moveForCustomer(
  desk: Desk,
  request: CancellationRequest,
  event: RequestEvent,
  changes: RequestChanges,
  alsoWrite: (records: Records, now: number) => Promise<void>,
  data: Record<string, unknown> = {},
): Promise<CustomerResult> {
  const at = desk.now();
  const isApproved = request.status === 'approved';
  const all =
    isApproved || request.status === 'failed'
      ? { ...changes, decision: null, approvals: [], undoUntil: null }
      : changes;
  try {
    await desk.store.transaction(async (records) => {
      // Approved already: only as long as nobody has begun to carry it out.
      if (isApproved && !(await takeBack(records, request.id, at))) tooLate();
      if ((await moveRequest(records, request, event, all, { actor: 'customer', at, data })) !== 'moved') tooLate();
      await alsoWrite(records, at);
    });
  } catch (error) {
    if (error instanceof ConflictError) return 'too_late';
    throw error;
  }
  desk.wake();
  return 'done';
}

/** Rolls back what was written so far. */
function tooLate(): never {
  throw new ConflictError('The request changed meanwhile');
}

/** The very same once more, of an impatient click or another tab, is done: nobody is told that it was not taken. */
export async function orDoneBefore(
  desk: Desk,
  request: CancellationRequest,
  person: Person,
  isSame: (deed: Deed, now: CancellationRequest) => boolean,
  work: () => Promise<CustomerResult>,
): Promise<CustomerResult> {
  const result = await work();
  if (result !== 'too_late') return result;
  const { requests, events } = desk.store.records;
  const now = (await requests.get(request.id)) ?? request;
  const deed = lastDeedOf(now, await events.byRequest(request.id), person);
  return deed && isSame(deed, now) ? 'done' : 'too_late';
}
