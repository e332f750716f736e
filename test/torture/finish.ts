import { waitFor } from '../support/wait-for.ts';
import type { CampaignResult } from './campaign.ts';
import { type JudgeOptions, judge } from './judge.ts';
import { FIRST, type Rig } from './rig.ts';

/** Waits for what is under way, stops the service, and judges. */
export async function finish(
  rig: Rig,
  last: number,
  done: Record<string, number>,
  how: JudgeOptions = { allCancelled: true },
): Promise<CampaignResult> {
  if (how.allCancelled) await allTold(rig, last);
  await stopChild(rig);
  return { done, verdict: await judge(rig, how) };
}

/** As an operator does. */
export async function stopChild(rig: Rig): Promise<void> {
  rig.child.signal('SIGTERM');
  await Promise.race([rig.child.ended, pause(5_000)]);
  await rig.child.kill();
}

function allTold(rig: Rig, last: number): Promise<void> {
  const numbers = Array.from({ length: last - FIRST + 1 }, (_, i) => FIRST + i);
  return untilNoneIsLeft('one more to be told', () => numbers.filter((one) => rig.told(one).size === 0).length);
}

/** A busy machine takes its time: given up only when for two minutes there has not been one less. */
export async function untilNoneIsLeft(what: string, left: () => number): Promise<void> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const now = left();
    if (now === 0 || now >= before) return;
    before = now;
    await waitFor(what, () => left() < now, 120_000).catch(() => {});
  }
}

export function count(counts: Record<string, number>, what: string, by = 1): void {
  counts[what] = (counts[what] ?? 0) + by;
}

/** Not a wait for something to happen: the moment itself is what varies. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
