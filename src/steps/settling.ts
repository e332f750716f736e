/** For how long a call without an answer may still turn out to have been carried out. */
import { delayBefore } from '../domain/backoff.ts';
import type { ChangeEffect, PartEffect, RefundEffect, ReturnEffect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';
import { noteFailure } from './outages.ts';

type Sent = PartEffect | RefundEffect | ReturnEffect | ChangeEffect;

export function isSettling(desk: Pick<Desk, 'now' | 'timings'>, { outcome, createdAt }: Sent): boolean {
  return desk.now() - (outcome.calledAt ?? outcome.sentAt ?? createdAt) <= desk.timings.settling;
}

export async function lookLater(desk: Desk, effect: Sent): Promise<void> {
  const now = desk.now();
  const dueAt = now + delayBefore(effect.attempts + 1, desk.timings.jobPoll, Math.random());
  const { outcome } = effect;
  await desk.store.records.effects.settle(
    effect,
    { state: 'sent', outcome, dueAt, attempts: effect.attempts + 1 },
    now,
  );
}

/** After a call that was carried out, and a look at the order that failed. */
export async function lookLaterAfter(desk: Desk, effect: Sent, error: unknown): Promise<'later'> {
  if (!(error instanceof OutsideError)) throw error;
  await noteFailure(desk, error);
  await lookLater(desk, effect);
  return 'later';
}

/**
 * What was noted by a clock that was ahead lies in the future: then it counts as sent now, so that it is waited for as
 * long as always, and no longer.
 */
export function sentByNow<Outcome extends { readonly sentAt: number | null; readonly calledAt?: number }>(
  outcome: Outcome,
  now: number,
): Outcome {
  const { sentAt, calledAt } = outcome;
  const known = sentAt === null ? outcome : { ...outcome, sentAt: Math.min(sentAt, now) };
  return calledAt === undefined ? known : { ...known, calledAt: Math.min(calledAt, now) };
}
