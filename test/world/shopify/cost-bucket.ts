/** The leaky bucket of one app on one shop. */

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

export class CostBucket {
  readonly #maximumAvailable: number;
  readonly #restoreRate: number;
  readonly #now: () => number;
  #available: number;
  #seenAt: number;

  constructor(now: () => number, maximumAvailable = 2_000, restoreRate = 100) {
    this.#now = now;
    this.#maximumAvailable = maximumAvailable;
    this.#restoreRate = restoreRate;
    this.#available = maximumAvailable;
    this.#seenAt = now();
  }

  /** The requested cost has to fit first. False: throttled, nothing is taken. */
  take(requestedCost: number): boolean {
    this.#refill();
    if (requestedCost > this.#available) return false;
    this.#available -= requestedCost;
    return true;
  }

  /** What the query turned out not to need. */
  giveBack(cost: number): void {
    this.#refill();
    this.#available = Math.min(this.#maximumAvailable, this.#available + cost);
  }

  status(): ThrottleStatus {
    this.#refill();
    return {
      maximumAvailable: this.#maximumAvailable,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: this.#restoreRate,
    };
  }

  #refill(): void {
    const now = this.#now();
    this.#available = Math.min(
      this.#maximumAvailable,
      this.#available + (Math.max(0, now - this.#seenAt) / 1000) * this.#restoreRate,
    );
    this.#seenAt = now;
  }
}
