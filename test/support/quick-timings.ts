import type { Timings } from '../../src/steps/desk.ts';

/** Short where a person would otherwise wait; everything else is as in production. */
export const QUICK: Partial<Timings> = {
  pollInterval: 40,
  retry: { first: 10, most: 200 },
  jobPoll: { first: 10, most: 100 },
  settling: 400,
  receipt: 150,
  deniedPause: 100,
  recheck: 60,
  digest: 100,
};
