/** What pages say, still as data: a key of templates/locales with what it speaks of. */
import type { Money } from './money.ts';

export interface Phrase {
  readonly key: string;
  readonly values: Readonly<Record<string, Told>>;
}

/** "2026-11-23" */
export interface Day {
  readonly day: string;
}

/** Epoch milliseconds. */
export interface Moment {
  readonly time: number;
}

/** A text is told as it is. */
export type Told = string | number | Money | Day | Moment | Phrase;

export function phrase(key: string, values: Phrase['values'] = {}): Phrase {
  return { key, values };
}
