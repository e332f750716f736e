/**
 * Changes an order instead of cancelling it. What is to be stands in absolute values, so that reading the order tells
 * what is left to do; a call whose answer was lost is read back for the settling time and never simply made again.
 */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import type { ChangeEffect } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { type OrderChange, remainingOf } from '../domain/order-change.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { MutationAnswer } from '../ports.ts';
import { calledAt, isAsApproved, noteBegun } from './begin-on-order.ts';
import type { Desk } from './desk.ts';
import { finishChange } from './end-execution.ts';
import { endWithTrouble } from './end-in-vain.ts';
import { isDeniedForGood } from './note-rejection.ts';
import { noteFailure } from './outages.ts';
import { readOrLast } from './refund-and-tidy.ts';
import { isSettling, lookLater, lookLaterAfter } from './settling.ts';

/** Times a call is made again whose effect didn't show within the settling time. Then a person looks. */
const MOST_CALLS = 3;

export async function executeChange(desk: Desk, effect: ChangeEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!request || (request.status !== 'approved' && request.status !== 'executing')) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  const begun = desk.now();
  const isFirst = effect.outcome.sentAt === null;
  const order = await desk.orders.read(effect.payload.orderId);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  const left = remainingOf(order, effect.payload.change, effect.payload.knownLines);
  const isDone = left.lines.length === 0 && !left.added && !left.address;
  if (!isFirst && isDone && order.cancelledAt === null) return finishChange(desk, effect, request, order);
  if (effect.state === 'sent' && isSettling(desk, effect)) return lookLater(desk, effect);
  if (!(await isAsApproved(desk, effect, request, order))) return;
  if (isDone) return finishChange(desk, effect, request, order);
  const calls = (effect.outcome.calls ?? 0) + 1;
  if (calls > MOST_CALLS) {
    return endWithTrouble(desk, effect, request, { reason: 'outcome_unknown', detail: null }, order);
  }
  const sending = { ...effect, outcome: calledAt({ ...effect.outcome, calls }, desk.now()) };
  if (!(await noteBegun(desk, sending, request, order, sending.outcome))) return;
  // Stopped or starved meanwhile: this call would come late. It is read back, and made again if nothing shows.
  if (desk.now() - begun >= desk.timings.lease) return;
  await carryOut(desk, sending, request, order, left);
}

async function carryOut(
  desk: Desk,
  effect: ChangeEffect,
  request: CancellationRequest,
  order: Order,
  left: OrderChange,
): Promise<void> {
  let answer: MutationAnswer;
  try {
    answer = await change(desk, order.id, left, `Cancel Desk ${request.ref}`);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return lookInto(desk, effect, request, order, error);
  }
  if (answer.kind === 'refused') {
    const detail = answer.errors.map(({ message }) => message).join(' ');
    const trouble: Trouble = { reason: 'change_refused', detail };
    return endWithTrouble(desk, effect, request, trouble, await readOrLast(desk, request, order.id));
  }
  // What was done is done: when nobody can look just now, it is read back as if the answer had been lost.
  const after = await desk.orders.read(order.id).catch((error: unknown) => lookLaterAfter(desk, effect, error));
  if (after === 'later') return;
  await (after
    ? finishChange(desk, effect, request, after)
    : endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null));
}

/** A refused call goes to a person; what may have happened is read back; the rest is tried again. */
async function lookInto(
  desk: Desk,
  effect: ChangeEffect,
  request: CancellationRequest,
  order: Order,
  error: OutsideError,
): Promise<void> {
  if (error.fault === 'rejected' || isDeniedForGood(error, effect)) {
    return endWithTrouble(desk, effect, request, { reason: 'change_refused', detail: error.message }, order);
  }
  await noteFailure(desk, error);
  const { mayHaveHappened } = error;
  const wait = error.retryAfter ?? delayBefore(effect.attempts + 1, desk.timings.retry, Math.random());
  const { outcome } = effect;
  const result = {
    state: mayHaveHappened ? 'sent' : 'pending',
    // A call that was turned away before anything happened is none. The address may have gone through before it.
    outcome: mayHaveHappened ? outcome : { ...outcome, calls: (outcome.calls ?? 1) - 1 },
    attempts: effect.attempts + 1,
    dueAt: desk.now() + wait,
    lastError: error.message,
  } as const;
  await desk.store.records.effects.settle(effect, result, desk.now());
}

/** The address first: it can be repeated, and a parcel to the wrong place is the dearer half. */
async function change(desk: Desk, orderId: string, left: OrderChange, staffNote: string): Promise<MutationAnswer> {
  if (left.address) {
    const answer = await desk.orders.changeAddress(orderId, left.address);
    if (answer.kind === 'refused') return answer;
  }
  if (left.lines.length === 0 && !left.added) return { kind: 'done' };
  return desk.orders.editLines(orderId, left, staffNote);
}
