/**
 * The one dangerous step. `pending`: nothing was sent. `sent`: orderCancel was, or was about to be, and no answer is
 * known. `confirming`: Shopify works on it. Each claim moves the cancellation on by one look; "cancelled" is only ever
 * concluded from the order's own `cancelledAt`.
 */
import { delayBefore } from '../domain/backoff.ts';
import { checkBeforeCancel, isOurs, mayBeOurs } from '../domain/cancel-check.ts';
import { planOrderCancel } from '../domain/cancellation-plan.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { CancelEffect, CancelOutcome } from '../domain/effect.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { owedByHand } from '../domain/refund-plan.ts';
import { troubleOf } from '../domain/trouble.ts';
import { warehouseLetsGo } from './ask-warehouse.ts';
import { noteBegun } from './begin-on-order.ts';
import type { Desk } from './desk.ts';
import { finishCancelled } from './end-execution.ts';
import { endBlocked, endWithTrouble, returnToStaff, tellStuck } from './end-in-vain.ts';
import { noteRejection } from './note-rejection.ts';
import { noteAnswered, noteFailure } from './outages.ts';

/** Times a lost call is made again, each after it was proven not to have happened. Then a person looks. */
const MOST_CALLS = 3;

export async function executeCancel(desk: Desk, effect: CancelEffect): Promise<void> {
  const request = effect.requestId ? await desk.store.records.requests.get(effect.requestId) : null;
  const isItsOrder = request?.orderId === effect.payload.orderId;
  if (!request || !isItsOrder || (request.status !== 'approved' && request.status !== 'executing')) {
    await desk.store.records.effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  try {
    const step = effect.state === 'pending' ? send : effect.state === 'sent' ? readBack : confirm;
    await noteAnswered(desk, () => step(desk, effect, request));
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    if (error.fault === 'rejected' && (await noteRejection(desk, effect, error))) return;
    await lookAgain(desk, effect, effect.outcome, error);
  }
}

async function send(desk: Desk, effect: CancelEffect, request: CancellationRequest): Promise<void> {
  const order = await readNow(desk, effect, request);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  const verdict = checkBeforeCancel(order, request.approvedFingerprint ?? '', request.ref);
  if (verdict.kind === 'already_cancelled') return concludeFound(desk, effect, request, order, effect.outcome);
  if (verdict.kind === 'changed') return returnToStaff(desk, effect, request, order);
  if (verdict.kind === 'blocked') return endBlocked(desk, effect, request, verdict.reason, order);
  // It may have been taken back since: a person says so again.
  if (effect.outcome.restored) return returnToStaff(desk, effect, request, order, 'restored');
  if (!(await warehouseLetsGo(desk, effect, request, order))) return;
  const outcome: CancelOutcome = {
    ...effect.outcome,
    sentAt: desk.now(),
    jobResultId: null,
    calls: effect.outcome.calls + 1,
  };
  if (!(await noteBegun(desk, effect, request, order, outcome))) return;
  // Stopped or starved meanwhile: somebody else may have taken it, and this call would come late.
  if (desk.now() - (outcome.sentAt ?? 0) >= desk.timings.lease)
    return settle(desk, effect, 'pending', effect.outcome, 0);
  const plan = planOrderCancel(request, effect.payload, order);
  try {
    const answer = await desk.orders.cancel(plan);
    desk.log.info({ ref: request.ref, answer: answer.kind }, 'orderCancel answered');
    if (answer.kind === 'refused') {
      return await concludeRefusal(desk, effect, { ...request, order }, outcome, answer.errors);
    }
    const state = answer.jobResultId ? 'confirming' : 'sent';
    await settle(desk, effect, state, { ...outcome, jobResultId: answer.jobResultId }, jobWait(desk, 1));
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    // Not sent, or turned away before anything happened: as if never called. Otherwise it is read back, not repeated.
    if (error.mayHaveHappened) return settle(desk, effect, 'sent', outcome, jobWait(desk, 1), error.message);
    const before = { ...effect, outcome: { ...effect.outcome, sentAt: null } };
    if (error.fault === 'rejected' && (await noteRejection(desk, before, error))) return;
    await lookAgain(desk, effect, { ...effect.outcome, sentAt: null }, error);
  }
}

/** The order was read whole when it was decided on: now only what may have changed since. */
function readNow(desk: Desk, { payload }: CancelEffect, { order }: CancellationRequest): Promise<Order | null> {
  return order?.id === payload.orderId ? desk.orders.readAgain(order) : desk.orders.read(payload.orderId);
}

/** The answer never came. The order tells: cancelled, or not yet, or, after the settling time, not at all. */
async function readBack(desk: Desk, effect: CancelEffect, request: CancellationRequest): Promise<void> {
  const order = await readNow(desk, effect, request);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  if (order.cancelledAt !== null) return conclude(desk, effect, request, order, false);
  const age = desk.now() - (effect.outcome.sentAt ?? effect.createdAt);
  if (age < desk.timings.settling)
    return settle(desk, effect, 'sent', effect.outcome, jobWait(desk, effect.attempts + 1));
  if (effect.outcome.calls >= MOST_CALLS) {
    return endWithTrouble(desk, effect, request, { reason: 'outcome_unknown', detail: null }, order);
  }
  await settle(desk, effect, 'pending', { ...effect.outcome, sentAt: null }, 0);
}

async function confirm(desk: Desk, effect: CancelEffect, request: CancellationRequest): Promise<void> {
  const { jobResultId } = effect.outcome;
  if (!jobResultId) return readBack(desk, effect, request);
  const { job, order } = await desk.orders.readCancelProgress(effect.payload.orderId, jobResultId, request.order);
  if (!order) return endWithTrouble(desk, effect, request, { reason: 'order_gone', detail: null }, null);
  if (order.cancelledAt !== null) return conclude(desk, effect, request, order, job?.done ?? false);
  if (!job) return readBack(desk, effect, request);
  if (job.done && job.status === 'FAILED') {
    return endWithTrouble(desk, effect, request, troubleOf(job.errors, order, 'job_failed'), order);
  }
  const age = desk.now() - (effect.outcome.sentAt ?? effect.createdAt);
  let { outcome } = effect;
  if (age > desk.timings.jobStuck && !outcome.staffToldStuck) {
    outcome = { ...outcome, staffToldStuck: true };
    await tellStuck(desk, effect, request, outcome);
  }
  await settle(desk, effect, 'confirming', outcome, jobWait(desk, effect.attempts + 1));
}

/**
 * The order is cancelled. What became of the money is only certain when the job is done: the cancellation may show
 * before its refund does, and somebody would be told to pay back what is on its way already.
 */
async function conclude(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
  jobIsDone: boolean,
): Promise<void> {
  const { outcome, payload } = effect;
  const settled = desk.now() - (outcome.sentAt ?? effect.createdAt) >= desk.timings.settling;
  if (jobIsDone || settled || owedByHand(order, payload.treatment) === null) {
    return finishCancelled(desk, effect, request, order, mayBeOurs(order, request.ref));
  }
  const state = effect.state === 'confirming' ? 'confirming' : 'sent';
  await settle(desk, effect, state, outcome, jobWait(desk, effect.attempts + 1));
}

/**
 * Cancelled by somebody else, or by a call of ours that was forgotten. A refund may show later than the cancellation it
 * came with: until the settling time has passed, nobody is told to pay back what may be on its way.
 */
async function concludeFound(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  order: Order,
  outcome: CancelOutcome,
): Promise<void> {
  const now = desk.now();
  const foundAt = outcome.foundAt ?? now;
  const age = now - Math.min(foundAt, Date.parse(order.cancelledAt ?? ''));
  if (age >= desk.timings.settling || owedByHand(order, effect.payload.treatment) === null) {
    return finishCancelled(desk, effect, request, order, isOurs(order, request.ref));
  }
  await settle(desk, effect, 'pending', { ...outcome, foundAt }, jobWait(desk, effect.attempts + 1));
}

/**
 * Shopify has no code for "already cancelled", so a refusal is understood by reading the order. Where a call before it was
 * lost, the refusal may mean just that one, whose job takes longer than the settling time: it is read on.
 */
async function concludeRefusal(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  outcome: CancelOutcome,
  errors: readonly { code: string | null; message: string }[],
): Promise<void> {
  const order = await desk.orders.read(effect.payload.orderId);
  if (order?.cancelledAt) return concludeFound(desk, effect, request, order, outcome);
  if (outcome.calls > 1) return settle(desk, effect, 'sent', outcome, jobWait(desk, 1));
  await endWithTrouble(desk, effect, request, troubleOf(errors, order, 'shopify_refused'), order);
}

async function lookAgain(desk: Desk, effect: CancelEffect, outcome: CancelOutcome, error: OutsideError): Promise<void> {
  const throttled = error.fault === 'throttled';
  const pause =
    error.fault === 'denied'
      ? desk.timings.deniedPause
      : delayBefore(effect.attempts + 1, desk.timings.retry, Math.random());
  const wait = throttled ? (error.retryAfter ?? desk.timings.retry.first) : pause;
  const attempts = throttled ? effect.attempts : effect.attempts + 1;
  const result = { state: effect.state, outcome, attempts, dueAt: desk.now() + wait, lastError: error.message };
  await desk.store.records.effects.settle(effect, result, desk.now());
}

async function settle(
  desk: Desk,
  effect: CancelEffect,
  state: 'pending' | 'sent' | 'confirming',
  outcome: CancelOutcome,
  wait: number,
  lastError: string | null = null,
): Promise<void> {
  const attempts = state === effect.state ? effect.attempts + 1 : 0;
  await desk.store.records.effects.settle(
    effect,
    { state, outcome, attempts, dueAt: desk.now() + wait, lastError },
    desk.now(),
  );
}

function jobWait(desk: Desk, attempt: number): number {
  return delayBefore(attempt, desk.timings.jobPoll, Math.random());
}
