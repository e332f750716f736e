/**
 * The five kinds of condition a policy knows. Each says how it is written, when it holds, when one implies another (for
 * rules that can never be reached) and when two can't both hold (for rules that contradict themselves).
 */
import { z } from 'zod';
import { type Calendar, cutOffAfter } from './calendar.ts';
import { DURATION, milliseconds } from './duration.ts';
import type { Facts } from './facts.ts';

/** What was found, as data: sentences are made of it where the reader's language is known. */
export type Shown =
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'list'; readonly value: readonly string[] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'range'; readonly over: number | null; readonly under: number | null }
  | { readonly kind: 'duration'; readonly value: number }
  | { readonly kind: 'duration_range'; readonly over: number | null; readonly under: number | null }
  | { readonly kind: 'until'; readonly until: number; readonly asked: number }
  | { readonly kind: 'cut_off'; readonly value: string }
  | { readonly kind: 'unknown' };

export interface Condition<Wanted> {
  readonly schema: z.ZodType<Wanted>;
  /** null: the fact isn't known, so nothing can be said. */
  readonly holds: (wanted: Wanted, facts: Facts, calendar: Calendar) => boolean | null;
  readonly wanted: (wanted: Wanted) => Shown;
  readonly found: (wanted: Wanted, facts: Facts, calendar: Calendar) => Shown;
  /** Whenever `strict` holds, `loose` does. */
  readonly implies: (strict: Wanted, loose: Wanted) => boolean;
  readonly clash: (a: Wanted, b: Wanted) => boolean;
  /** Can't hold for any order. */
  readonly impossible: (wanted: Wanted) => boolean;
}

const never = () => false;
const UNKNOWN: Shown = { kind: 'unknown' };

export function flag(fact: (facts: Facts, calendar: Calendar) => boolean | null): Condition<boolean> {
  return {
    schema: z.boolean({ error: 'must be true or false' }),
    holds: (wanted, facts, calendar) => {
      const value = fact(facts, calendar);
      return value === null ? null : value === wanted;
    },
    wanted: (value) => ({ kind: 'flag', value }),
    found: (_, facts, calendar) => {
      const value = fact(facts, calendar);
      return value === null ? UNKNOWN : { kind: 'flag', value };
    },
    implies: (strict, loose) => strict === loose,
    clash: (a, b) => a !== b,
    impossible: never,
  };
}

type Compare = 'whole' | 'within';

/**
 * Any of the values, whatever their case; one that ends in "*" stands for all that begin so.
 * @param compare 'within': the value may stand anywhere in a longer text
 */
export function list(
  fact: (facts: Facts) => readonly string[] | string | null,
  options: { readonly values?: readonly [string, ...string[]]; readonly compare?: Compare } = {},
): Condition<string[]> {
  const { values, compare = 'whole' } = options;
  const item = values
    ? z.enum(values, { error: `must be one of ${values.join(', ')}` })
    : z.string({ error: 'must be a text' }).min(1, 'must not be empty');
  const known = (facts: Facts): readonly string[] | null => {
    const value = fact(facts);
    return typeof value === 'string' ? [value] : value;
  };
  return {
    schema: z.array(item, { error: 'must be a list such as [a, b]' }).min(1, 'must name at least one') as z.ZodType<
      string[]
    >,
    holds: (wanted, facts) => {
      const found = known(facts);
      return found === null ? null : wanted.some((one) => found.some((value) => fits(value, one, compare)));
    },
    wanted: (value) => ({ kind: 'list', value }),
    found: (_, facts) => {
      const value = known(facts);
      return value === null ? UNKNOWN : { kind: 'list', value };
    },
    implies: (strict, loose) => strict.every((one) => loose.some((other) => fits(one, other, compare))),
    // One value of an order can't be two; of several there may be both.
    clash: (a, b) => values !== undefined && !a.some((one) => b.includes(one)),
    impossible: never,
  };
}

function fits(value: string, wanted: string, compare: Compare): boolean {
  const [have, want] = [value, wanted].map((text) => text.normalize('NFC').toLowerCase()) as [string, string];
  if (want.endsWith('*')) return have.startsWith(want.slice(0, -1));
  return compare === 'within' ? have.includes(want) : have === want;
}

export interface Range<Limit> {
  readonly over?: Limit | undefined;
  readonly under?: Limit | undefined;
}

function between<Limit>(
  fact: (facts: Facts) => number | null,
  item: z.ZodType<Limit>,
  size: (limit: Limit) => number,
  kind: 'number' | 'duration',
): Condition<Range<Limit>> {
  const low = ({ over }: Range<Limit>) => (over === undefined ? Number.NEGATIVE_INFINITY : size(over));
  const high = ({ under }: Range<Limit>) => (under === undefined ? Number.POSITIVE_INFINITY : size(under));
  return {
    schema: z
      .strictObject({ over: item.optional(), under: item.optional() }, { error: 'must be {under: …} or {over: …}' })
      .refine(({ over, under }) => over !== undefined || under !== undefined, 'must say under or over'),
    holds: (wanted, facts) => {
      const value = fact(facts);
      return value === null ? null : value > low(wanted) && value < high(wanted);
    },
    wanted: ({ over, under }) => ({
      kind: kind === 'number' ? 'range' : 'duration_range',
      over: over === undefined ? null : size(over),
      under: under === undefined ? null : size(under),
    }),
    found: (_, facts) => {
      const value = fact(facts);
      return value === null ? UNKNOWN : { kind, value };
    },
    implies: (strict, loose) => low(strict) >= low(loose) && high(strict) <= high(loose),
    clash: (a, b) => Math.max(low(a), low(b)) >= Math.min(high(a), high(b)),
    impossible: (wanted) => low(wanted) >= high(wanted),
  };
}

export function range(fact: (facts: Facts) => number | null): Condition<Range<number>> {
  return between(
    fact,
    z.number({ error: 'must be a number' }).min(0, 'must not be negative'),
    (limit) => limit,
    'number',
  );
}

/** "under 2h": less than two hours. */
export function age(fact: (facts: Facts) => number): Condition<Range<string>> {
  const item = z
    .string({ error: 'must be a time such as 30m, 2h or 14d' })
    .regex(DURATION, 'must be a time such as 30m, 2h or 14d');
  return between(fact, item, milliseconds, 'duration');
}

/** Holds until the cut-off that follows the order, see calendar.ts. */
export function cutOff(): Condition<string> {
  return {
    schema: z
      .string({ error: 'must be a time of day in quotes, such as "12:00"' })
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day in quotes, such as "12:00"'),
    holds: (wanted, facts, calendar) =>
      facts.requestedAt < cutOffAfter(facts.orderedAt, wanted, facts.shopZone, calendar),
    wanted: (value) => ({ kind: 'cut_off', value }),
    found: (wanted, facts, calendar) => ({
      kind: 'until',
      until: cutOffAfter(facts.orderedAt, wanted, facts.shopZone, calendar),
      asked: facts.requestedAt,
    }),
    implies: (strict, loose) => strict === loose,
    clash: never,
    impossible: never,
  };
}
