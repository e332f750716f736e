/**
 * Keeps calls inside Shopify's query cost bucket: waits before a call that wouldn't fit instead of being refused.
 * The figures come with every answer (`extensions.cost`); nothing about plans is assumed.
 */

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  /** Points a second. */
  readonly restoreRate: number;
}

export interface Cost {
  readonly requestedQueryCost: number;
  readonly actualQueryCost: number | null;
  readonly throttleStatus: ThrottleStatus;
}

/** Points in the bucket `elapsed` milliseconds after it was seen. */
export function availableAfter(status: ThrottleStatus, elapsed: number): number {
  return Math.min(
    status.maximumAvailable,
    status.currentlyAvailable + (Math.max(0, elapsed) / 1000) * status.restoreRate,
  );
}

/**
 * Milliseconds until `cost` points are there, at most until the whole bucket is. A cost above the bucket's size is never
 * waited for: Shopify refuses it.
 */
export function waitFor(cost: number, available: number, status: ThrottleStatus): number {
  const missing = Math.min(cost, status.maximumAvailable) - Math.max(0, available);
  return missing <= 0 ? 0 : Math.ceil((missing / status.restoreRate) * 1000);
}

export interface Pacer {
  /** Resolves when the bucket should hold what this operation asked for last time. */
  ready(operation: string): Promise<void>;
  note(operation: string, cost: Cost): void | Promise<void>;
  /** How long a refused operation has to wait, in milliseconds. */
  waitAfterThrottle(cost: Cost | undefined): number;
}

/** Shopify's own advice where it doesn't say more. */
const THROTTLED_WAIT_MS = 1_000;

export function createPacer(now: () => number, sleep: (ms: number) => Promise<void>): Pacer {
  const requested = new Map<string, number>();
  let seen: { status: ThrottleStatus; at: number } | null = null;
  /** Calls under way that the last answer doesn't know of yet. */
  let promised = 0;

  return {
    async ready(operation) {
      const cost = requested.get(operation) ?? 0;
      promised += cost;
      try {
        if (!seen || cost === 0) return;
        const wait = waitFor(promised, availableAfter(seen.status, now() - seen.at), seen.status);
        if (wait > 0) await sleep(wait);
      } finally {
        promised -= cost;
        if (seen)
          seen = {
            at: now(),
            status: {
              ...seen.status,
              currentlyAvailable: Math.max(0, availableAfter(seen.status, now() - seen.at) - cost),
            },
          };
      }
    },
    note(operation, cost) {
      requested.set(operation, cost.requestedQueryCost);
      seen = { status: cost.throttleStatus, at: now() };
    },
    waitAfterThrottle(cost) {
      if (!cost) return THROTTLED_WAIT_MS;
      const { throttleStatus: status, requestedQueryCost } = cost;
      return Math.max(waitFor(requestedQueryCost, status.currentlyAvailable, status), THROTTLED_WAIT_MS / 2);
    },
  };
}
