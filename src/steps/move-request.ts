import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { nextStatus, type RequestEvent } from '../domain/lifecycle.ts';
import type { Records, RequestChanges } from '../records.ts';

export type Moved =
  | 'moved'
  /** The table doesn't allow this event in this status. */
  | 'refused'
  /** Somebody wrote since the request was read. */
  | 'stale';

/** The only way a request changes its status: by the table, guarded by its revision, with a line in its history. */
export async function moveRequest(
  records: Records,
  request: CancellationRequest,
  event: RequestEvent,
  changes: RequestChanges,
  by: { readonly actor: string; readonly at: number; readonly data?: Record<string, unknown> },
): Promise<Moved> {
  const status = nextStatus(request.status, event);
  if (!status) return 'refused';
  const written = await records.requests.update(request, { ...changes, status }, by.at);
  if (!written) return 'stale';
  await records.events.append(request.id, { at: by.at, actor: by.actor, type: event, data: by.data ?? {} });
  return 'moved';
}
