import type { CancellationRequest, RequestStatus } from '../domain/cancellation-request.ts';
import { nextStatus, type RequestEvent } from '../domain/lifecycle.ts';
import type { RequestChanges } from '../records/requests.ts';
import type { Records } from '../records/store.ts';
import { oweRelease } from './holds.ts';

export type Moved =
  | 'moved'
  /** The table doesn't allow this event in this status. */
  | 'refused'
  /** Somebody wrote since the request was read. */
  | 'stale';

/** Ends in which the order lives on: its parcel must not stay held. */
const LETS_GO: readonly RequestStatus[] = [
  'declined',
  'withdrawn',
  'expired',
  'part_cancelled',
  'return_opened',
  'changed',
];

/**
 * The only way a request changes its status: by the table, guarded by its revision, with a line in its history. What
 * it holds of the parcel is released here, so that no end can forget it.
 */
export async function moveRequest(
  records: Records,
  request: CancellationRequest,
  event: RequestEvent,
  changes: RequestChanges,
  by: { readonly actor: string; readonly at: number; readonly data?: Record<string, unknown> },
): Promise<Moved> {
  const status = nextStatus(request.status, event);
  if (!status) return 'refused';
  // Whoever put it off knew nothing of what has happened now.
  const anew = { remindAt: null, reminded: 0, snoozedUntil: null };
  const written = await records.requests.update(request, { ...anew, ...changes, status }, by.at);
  if (!written) return 'stale';
  await records.events.append(request.id, { at: by.at, actor: by.actor, type: event, data: by.data ?? {} });
  if (LETS_GO.includes(status) || event === 'edited') await oweRelease(records, request.id, by.at);
  return 'moved';
}
