import type { Desk } from './desk.ts';

/** Below that it is the machine's ordinary keeping of time. */
const JUMP_MS = 5_000;

/**
 * A clock that was ahead and goes back would leave everything that was to be done "in a moment" waiting for as long as it
 * was wrong. It is noticed while running, and at a start by what was polled in the future.
 */
export async function noticeClock(desk: Desk): Promise<void> {
  const now = desk.now();
  const before = desk.clock.last ?? (await latestPoll(desk));
  desk.clock.last = now;
  if (before === null || before - now < JUMP_MS) return;
  const rows = await desk.store.records.hurry(now);
  desk.outages.pausedUntil.clear();
  desk.housekeeping.nextAt = 0;
  desk.housekeeping.letGoAt = 0;
  desk.log.warn({ backMs: before - now, rows }, 'the clock went back: what it had put off is due now');
  desk.wake();
}

async function latestPoll({ store }: Desk): Promise<number | null> {
  const polled = (await store.records.sources.list()).flatMap(({ lastOkAt }) => lastOkAt ?? []);
  return polled.length > 0 ? Math.max(...polled) : null;
}
