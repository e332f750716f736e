import type { SharedBucket } from '../../ports.ts';
import { createPacer, type Pacer } from './pacer.ts';

/**
 * For many processes on one shop. Each call takes its points out of one bucket in the database before it is sent, and
 * waits as long as the bucket says. Without the database it goes on as if alone: then Shopify refuses what is too much.
 */
export function createSharedPacer(
  bucket: SharedBucket,
  now: () => number,
  sleep: (ms: number) => Promise<void>,
): Pacer {
  const alone = createPacer(now, sleep);
  const requested = new Map<string, number>();

  return {
    async ready(operation) {
      const wait = await bucket.take(requested.get(operation) ?? 0).catch(() => null);
      if (wait === null) return alone.ready(operation);
      if (wait > 0) await sleep(wait);
    },
    async note(operation, cost) {
      const taken = requested.get(operation) ?? 0;
      requested.set(operation, cost.requestedQueryCost);
      await alone.note(operation, cost);
      // What was taken before the call less what it cost: below zero where nothing was known of it yet.
      const left = taken - (cost.actualQueryCost ?? 0);
      // That an answer could not be counted must not spoil the answer.
      await bucket.giveBack(left, cost.throttleStatus).catch(() => {});
    },
    waitAfterThrottle: (cost) => alone.waitAfterThrottle(cost),
  };
}
