export interface Backoff {
  /** Milliseconds before the second attempt. */
  readonly first: number;
  readonly most: number;
}

/** Doubling, capped, with full jitter in the upper half so that retries don't come in step. `random` is in [0, 1). */
export function delayBefore(attempt: number, backoff: Backoff, random: number): number {
  const ceiling = Math.min(backoff.most, backoff.first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling * (0.5 + random / 2));
}
