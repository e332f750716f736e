/** Working days, business hours and cut-offs on the shop's wall clock. Summer time is the zone's own business. */

export interface Calendar {
  /** IANA name; null: the shop's own. */
  readonly zone: string | null;
  /** 1 Monday to 7 Sunday. */
  readonly days: readonly number[];
  /** "09:00" */
  readonly opens: string;
  readonly closes: string;
  /** "2026-12-24" */
  readonly holidays: readonly string[];
}

export function isWorkingDay(date: Temporal.PlainDate, { days, holidays }: Calendar): boolean {
  return days.includes(date.dayOfWeek) && !holidays.includes(date.toString());
}

export function isInBusinessHours(at: number, shopZone: string, calendar: Calendar): boolean {
  const wall = wallClock(at, calendar.zone ?? shopZone);
  const time = wall.toPlainTime();
  return (
    isWorkingDay(wall.toPlainDate(), calendar) &&
    Temporal.PlainTime.compare(time, calendar.opens) >= 0 &&
    Temporal.PlainTime.compare(time, calendar.closes) < 0
  );
}

/** A year of nothing but holidays is a mistake in the file, not a reason to look for ever. */
const FURTHEST_DAYS = 366;

/**
 * Until when an order can be cancelled where parcels leave at `cutOff` on working days: orders from before it until
 * that day's cut-off, later ones until the next working day's. Epoch milliseconds.
 */
export function cutOffAfter(orderedAt: number, cutOff: string, shopZone: string, calendar: Calendar): number {
  const zone = calendar.zone ?? shopZone;
  const wall = wallClock(orderedAt, zone);
  const before = Temporal.PlainTime.compare(wall.toPlainTime(), cutOff) < 0;
  let date = before ? wall.toPlainDate() : wall.toPlainDate().add({ days: 1 });
  for (let i = 0; i < FURTHEST_DAYS && !isWorkingDay(date, calendar); i += 1) date = date.add({ days: 1 });
  return date.toZonedDateTime({ timeZone: zone, plainTime: cutOff }).epochMilliseconds;
}

/** When "2026-12-31" is over on the shop's clock; null: no day that the calendar has. */
export function endOfDay(day: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' }).add({ days: 1 }).toZonedDateTime(zone)
      .epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** "2026-12-31": which day it is then on the shop's clock. */
export function dayAt(at: number, zone: string): string {
  return wallClock(at, zone).toPlainDate().toString();
}

function wallClock(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

/** Hours in which nobody wants mail, such as from "20:00" until "07:00". */
export interface Quiet {
  readonly from: string;
  readonly until: string;
}

/** `at`, or the end of the quiet hours it falls into. */
export function afterQuiet(at: number, { from, until }: Quiet, zone: string): number {
  const wall = wallClock(at, zone);
  const time = wall.toPlainTime();
  const [afterStart, beforeEnd] = [from, until].map((limit) => Temporal.PlainTime.compare(time, limit));
  const overnight = Temporal.PlainTime.compare(from, until) > 0;
  const late = (afterStart ?? 0) >= 0;
  const early = (beforeEnd ?? 0) < 0;
  if (overnight ? !late && !early : !(late && early)) return at;
  const date = overnight && late ? wall.toPlainDate().add({ days: 1 }) : wall.toPlainDate();
  return date.toZonedDateTime({ timeZone: zone, plainTime: until }).epochMilliseconds;
}

/** The moment when so much working time has gone by since `from`. */
export function addWorkingTime(from: number, ms: number, shopZone: string, calendar: Calendar): number {
  const zone = calendar.zone ?? shopZone;
  let left = ms;
  let date = wallClock(from, zone).toPlainDate();
  for (let i = 0; i < FURTHEST_DAYS; i += 1, date = date.add({ days: 1 })) {
    if (!isWorkingDay(date, calendar)) continue;
    const [opens, closes] = [calendar.opens, calendar.closes].map(
      (plainTime) => date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds,
    ) as [number, number];
    const start = Math.max(from, opens);
    if (start >= closes) continue;
    if (closes - start >= left) return start + left;
    left -= closes - start;
  }
  return from + ms;
}
