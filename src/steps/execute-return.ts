/**
 * Opens a return for what has been shipped. Shopify has no key that would make a second call harmless: "sent" is stored
 * first, and what came of a lost answer is read from the order, never tried again.
 */
import { delayBefore } from '../domain/backoff.ts';
import { isReturnOpen } from '../domain/cancel-check.ts';
import type { ReturnEffect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { MutationAnswer } from '../ports.ts';
import { calledAt, noteBegun } from './begin-on-order.ts';
import type { Desk } from './desk.ts';
import { finishReturn } from './end-execution.ts';
import { endWithTrouble, returnToStaff } from './end-in-vain.ts';
import { isDeniedForGood } from './note-rejection.ts';
import { noteFailure } from './outages.ts';
import { isSettling, lookLater, lookLaterAfter } from './settling.ts';

export async function executeReturn(desk: Desk, effect: ReturnEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  if (!request || (request.status !== 'approved' && request.status !== 'executing')) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  const order = await desk.orders.read(effect.payload.orderId);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  if (isReturnOpen(order)) return finishReturn(desk, effect, request, order);
  if (effect.state === 'sent') {
    return isSettling(desk, effect)
      ? lookLater(desk, effect)
      : endWithTrouble(desk, effect, request, { reason: 'outcome_unknown', detail: null }, null);
  }
  if (effect.outcome.restored) return returnToStaff(desk, effect, request, order, 'restored');
  const begun = desk.now();
  const sending = { ...effect, outcome: calledAt(effect.outcome, begun) };
  if (!(await noteBegun(desk, sending, request, order, sending.outcome))) return;
  // Stopped or starved meanwhile: this call would come late. A person finds that nothing was opened.
  if (desk.now() - begun >= desk.timings.lease) return;
  let answer: MutationAnswer;
  try {
    answer = await desk.orders.openReturn(effect.payload.orderId, effect.payload.note);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (error.fault === 'rejected' || isDeniedForGood(error, effect)) {
      return endWithTrouble(desk, effect, request, { reason: 'return_refused', detail: error.message }, order);
    }
    await noteFailure(desk, error);
    const state = error.mayHaveHappened ? 'sent' : 'pending';
    const dueAt = desk.now() + delayBefore(effect.attempts + 1, desk.timings.retry, Math.random());
    const result = { state, dueAt, attempts: effect.attempts + 1, lastError: error.message } as const;
    await effects.settle(effect, result, desk.now());
    return;
  }
  if (answer.kind === 'refused') {
    const detail = answer.errors.map(({ message }) => message).join(' ');
    return endWithTrouble(desk, effect, request, { reason: 'return_refused', detail }, order);
  }
  // What was opened is open: when nobody can look just now, it is read back as if the answer had been lost.
  const after = await desk.orders.read(order.id).catch((error: unknown) => lookLaterAfter(desk, sending, error));
  if (after !== 'later') await finishReturn(desk, effect, request, after ?? order, answer.id);
}
