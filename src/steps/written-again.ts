/**
 * A customer who writes again about an order may take back what they asked for. What they say stands with the request
 * that has the order; what was approved and not begun is decided anew; whoever has the page open has to look again.
 */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { newsIn } from '../domain/joined-words.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { ERASING } from './erase-person.ts';
import { oweHold } from './holds.ts';
import { oweStaffMails } from './owe-mail.ts';
import { liftApproval } from './take-back.ts';
import { mustUpdate } from './write-anew.ts';

const HOUR_MS = 60 * 60_000;
/** Anybody who knows an order and its address may write again and again. */
const MOST_MAILS = 5;
const MOST_JOINED = 40;

/** @param holder the request that has the order; @param second what came after it */
export async function noteWrittenAgain(
  desk: Desk,
  records: Records,
  holder: CancellationRequest,
  second: CancellationRequest,
  policy: Policy,
  at: number,
): Promise<CancellationRequest> {
  const news = newsIn(second, holder);
  if (news.length === 0) return holder;
  await records.lock(ERASING);
  const request = await unlessBegun(desk, records, holder.id, at);
  // Nothing of anybody is written into what was let go of.
  if (request.erasedAt !== null) return request;
  const joined = request.answers.filter((answer) => answer.joined !== undefined).length;
  const room = news.slice(0, Math.max(0, MOST_JOINED - joined));
  await mustUpdate(records, request, { answers: [...request.answers, ...room] }, at);
  await records.events.append(request.id, { at, actor: 'customer', type: 'wrote_again', data: { by: second.ref } });
  // A rule had approved it at once, so that its parcel needed no hold.
  const isLifted = holder.status === 'approved' && request.status !== 'approved';
  if (isLifted && request.orderId && policy.hold && !request.hold) await oweHold(records, request, request.orderId, at);
  const mails = await records.counters.count(`wrote again ${holder.id}`, HOUR_MS, at);
  if (mails <= MOST_MAILS) await oweStaffMails(desk, records, request, 'staff-wrote-again', at, second.id);
  return (await records.requests.get(holder.id)) ?? request;
}

/** As it stands after what was approved, and nobody has begun on, is not approved any more. */
export async function unlessBegun(desk: Desk, records: Records, id: string, at: number): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`Request ${id} is not in the store`);
  if (request.status !== 'approved' || !(await liftApproval(desk, records, request, 'customer', at))) return request;
  return (await records.requests.get(id)) ?? request;
}
