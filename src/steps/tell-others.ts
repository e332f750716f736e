import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweStaffMails } from './owe-mail.ts';
import { peopleFor } from './who-decides.ts';

/** The command line is the operator's own: it counts for as many people as are wanted. */
export const OPERATOR = 'operator';

/** Everybody else who was to decide knows what was decided; and whoever did, in case that it wasn't them. */
export async function tellOthers(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  by: string,
  at: number,
): Promise<void> {
  const people = await peopleFor(records, request, at);
  if (people.length < 2 && by !== OPERATOR && !request.undoUntil) return;
  await oweStaffMails(desk, records, request, 'staff-decided', at, `r${request.revision}`);
}
