/**
 * Time that a test owns: it stands still until the test lets it pass, and whatever is due at a moment is done before the
 * next one. The worker's parts run by hand, with the waits of production.
 */
import { TIMINGS } from '../../src/steps/desk.ts';
import { partsOf } from '../../src/steps/tick.ts';
import { type DeskOptions, type DeskUnderTest, startDesk } from './desk-under-test.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday morning. */
const MONDAY = Date.parse('2026-11-02T08:00:00Z');

export interface DeskInVirtualTime extends DeskUnderTest {
  /** Until nothing more is due. */
  settle(): Promise<void>;
  /** @param step between two moments at which is looked what is due */
  pass(ms: number, step: number): Promise<void>;
  /** Calls to Shopify, Google and the mail server so far. */
  calls(): number;
}

export async function startInVirtualTime(options: Omit<DeskOptions, 'now' | 'timings'>): Promise<DeskInVirtualTime> {
  let now = MONDAY;
  let calls = 0;
  const desk = await startDesk({
    ...options,
    timings: TIMINGS,
    now: () => now,
    world: {
      ...options.world,
      tap: (_, moment) => {
        if (moment === 'received') calls += 1;
      },
      // It fills up with time, which stands still.
      shopify: { ...options.world?.shopify, bucket: { maximumAvailable: 1_000_000, restoreRate: 1_000_000 } },
    },
  });
  await desk.stopWorker();
  const parts = partsOf(desk.service.desk);
  const polls = parts.filter(({ name }) => name.startsWith('poll'));
  const others = parts.filter((part) => !polls.includes(part));
  const settle = async () => {
    // A worker's loops race: none of them is the first for ever. Polls go before: they don't say what they took.
    others.push(...others.splice(0, 1));
    for (const poll of polls) await poll.run();
    for (let done = 1; done > 0; ) {
      done = 0;
      for (const part of others) done += await part.run();
    }
  };
  return Object.assign(desk, {
    settle,
    async pass(ms: number, step: number) {
      for (const end = now + ms; now < end; ) {
        now = Math.min(end, now + step);
        await settle();
      }
    },
    // At a server that isn't there, nobody else counts.
    calls: () => calls + desk.logLines.filter((line) => line.includes('"system":"smtp"')).length,
  });
}
