/** The customer ends it: whoever asked takes it back, or whose order it is says that it wasn't them. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { isOwner, isVeiled, standingOf } from '../domain/customer-standing.ts';
import { isEnded, nextStatus } from '../domain/lifecycle.ts';
import { mayEndAfter } from '../domain/trouble.ts';
import type { Records } from '../records/store.ts';
import { localeFor } from './customer-locale.ts';
import { type CustomerResult, moveForCustomer, orDoneBefore, type Person } from './customer-move.ts';
import type { Desk } from './desk.ts';
import { oweCustomerMail } from './owe-mail.ts';
import { undoApproval } from './take-back.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

function canEnd(request: CancellationRequest): boolean {
  return nextStatus(request.status, 'withdrawn') !== null && mayEndAfter(request);
}

/** Whether there is anything to take back, as far as this reader may know. */
export function canWithdraw(request: CancellationRequest, person: Person): boolean {
  return isVeiled(request, person) ? standingOf(request, person) === 'received' : canEnd(request);
}

/** The owner of the order, of a request that may not be theirs. */
export function canStop(request: CancellationRequest, person: Person): boolean {
  return isOwner(request, person) && nextStatus(request.status, 'stopped') !== null && mayEndAfter(request);
}

const STOPPED = { expiresAt: null, dueAt: null, asking: null, trouble: { reason: 'stopped_by_owner', detail: null } };

/**
 * By the owner, or by whoever asked as long as no owner has confirmed it. To a sender who isn't the owner it always looks
 * alike: that somebody else's order has moved on is nothing they are told.
 */
export async function withdraw(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  const proven = request.proof?.level === 'confirmed' || request.origin === 'risk_sweep';
  if (isOwner(request, person) || (!proven && canEnd(request))) return end(desk, request, person);
  if (!canWithdraw(request, person)) return request.senderWithdrew ? 'done' : 'too_late';
  await writeAnew(desk, (records) => noteTakenBack(desk, records, request.id, person));
  desk.wake();
  return 'done';
}

/**
 * The address on the order has confirmed what this sender takes back, and may be the same person's: staff are told, and
 * decide once more what nobody has begun to carry out.
 */
async function noteTakenBack(desk: Desk, records: Records, id: string, person: Person): Promise<void> {
  const at = desk.now();
  const request = await records.requests.get(id);
  if (!request || request.senderWithdrew) return;
  await records.requests.setSenderWithdrew(id);
  await records.events.append(id, { at, actor: 'customer', type: 'taken_back', data: {} });
  await oweWithdrawn(desk, records, request, person, at);
  if (isEnded(request.status)) return;
  if (request.status === 'approved' && (await undoApproval(desk, records, request, 'customer', at))) return;
  // Whoever has the request open has to look again.
  await mustUpdate(records, request, {}, at);
}

function end(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  return orDoneBefore(
    desk,
    request,
    person,
    ({ kind }) => kind === 'withdrew',
    async () => {
      if (!canEnd(request)) return 'too_late';
      return moveForCustomer(desk, request, 'withdrawn', { expiresAt: null, dueAt: null }, async (records, now) => {
        await records.tokens.revokeForRequest(request.id, 'staff', now);
        await records.requests.setSenderWithdrew(request.id);
        await oweWithdrawn(desk, records, request, person, now);
      });
    },
  );
}

function oweWithdrawn(desk: Desk, records: Records, request: CancellationRequest, person: Person, now: number) {
  const locale = localeFor(desk, request, person);
  return oweCustomerMail(records, { ...request, locale }, 'customer-withdrawn', person, now, 'sender');
}

/** "That wasn't me": one POST ends the request. The one who asked is told no more than of any other end. */
export function stop(desk: Desk, request: CancellationRequest, person: Person): Promise<CustomerResult> {
  return orDoneBefore(
    desk,
    request,
    person,
    ({ kind }) => kind === 'stopped',
    async () => {
      if (!canStop(request, person)) return 'too_late';
      return moveForCustomer(desk, request, 'stopped', STOPPED, async (records, now) => {
        await records.tokens.revokeForRequest(request.id, 'staff', now);
        const locale = localeFor(desk, request, person);
        await oweCustomerMail(records, { ...request, locale }, 'customer-stopped', person, now);
      });
    },
  );
}
