/** Faults that can be switched on in any part of the world. Seeded, so that a run can be repeated. */

export interface FaultRule<Kind extends string> {
  readonly kind: Kind;
  /** Chance per call, 0 to 1; 1 when left out. */
  readonly rate?: number;
  /** Calls it may still strike; without end when left out. */
  times?: number;
  /** Only calls of these names. */
  readonly only?: readonly string[];
}

export class Faults<Kind extends string> {
  #rules: FaultRule<Kind>[] = [];
  #random: () => number;
  #letGo: (() => void)[] = [];

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  set(...rules: FaultRule<Kind>[]): void {
    this.#rules = rules.map((rule) => ({ ...rule }));
  }

  clear(): void {
    this.#rules = [];
    for (const letGo of this.#letGo.splice(0)) letGo();
  }

  /** Calls that wait for the faults to be cleared. */
  get waiting(): number {
    return this.#letGo.length;
  }

  untilCleared(): Promise<void> {
    return new Promise((resolve) => this.#letGo.push(resolve));
  }

  /** The fault that strikes this call, or null. */
  strike(call: string): Kind | null {
    for (const rule of this.#rules) {
      if (rule.only && !rule.only.includes(call)) continue;
      if (rule.times !== undefined && rule.times <= 0) continue;
      if (this.#random() >= (rule.rate ?? 1)) continue;
      if (rule.times !== undefined) rule.times -= 1;
      return rule.kind;
    }
    return null;
  }
}

/** mulberry32: small, even, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
