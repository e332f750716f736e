const DAY_MS = 86_400_000;
/** Serial day 0 of Sheets is 1899-12-30. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

/**
 * Reads a sheet's dates and times (days since 1899-12-30, without a zone) → epoch milliseconds. In the autumn hour that comes
 * twice these are two moments, the earlier first: the serial number doesn't say which it was. Empty: a number that is no date.
 */
export function serialReader(timeZone: string): (serial: number) => number[] {
  const zone = zoneOf(timeZone);
  /** By day; null: the clocks change around it. Sheets have many rows, and Temporal takes its time. */
  const offsets = new Map<number, number | null>();
  return (serial) => {
    const wall = Math.round(SERIAL_EPOCH + serial * DAY_MS);
    if (Number.isNaN(new Date(wall).getTime())) return [];
    try {
      const day = Math.floor(wall / DAY_MS);
      const known = offsets.get(day);
      const offset = known === undefined ? steadyOffset(day, zone) : known;
      offsets.set(day, offset);
      return offset === null ? momentsOf(wall, zone) : [wall - offset];
    } catch {
      return [wall];
    }
  };
}

/** Of the zone from the day before to the day after; null: it changes. */
function steadyOffset(day: number, zone: string): number | null {
  const [before, after] = [day - 1, day + 2].map(
    (one) => Temporal.Instant.fromEpochMilliseconds(one * DAY_MS).toZonedDateTimeISO(zone).offsetNanoseconds,
  );
  return before === after && before !== undefined ? before / 1e6 : null;
}

function momentsOf(wall: number, zone: string): number[] {
  const plain = Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, -1));
  const moments = (['earlier', 'later'] as const).map((disambiguation) =>
    plain.toZonedDateTime(zone, { disambiguation }),
  );
  // The spring hour that doesn't come would be two others.
  const real = moments.filter((moment) => moment.toPlainDateTime().equals(plain));
  const found = real.length > 0 ? real : moments.slice(0, 1);
  return [...new Set(found.map(({ epochMilliseconds }) => epochMilliseconds))];
}

/** Sheets may name a zone "GMT-07:00". */
function zoneOf(timeZone: string): string {
  return timeZone.replace(/^GMT(?=[+-])/, '');
}
