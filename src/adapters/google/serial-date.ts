const DAY_MS = 86_400_000;
/** Serial day 0 of Sheets is 1899-12-30. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

/**
 * A sheet's date and time (days since 1899-12-30, without a zone) → epoch milliseconds. In the autumn hour that comes
 * twice, the first one is taken: the serial number doesn't say which it was. null: a number that is no date.
 */
export function serialToEpoch(serial: number, timeZone: string): number | null {
  const date = new Date(Math.round(SERIAL_EPOCH + serial * DAY_MS));
  if (Number.isNaN(date.getTime())) return null;
  const wall = date.toISOString().slice(0, -1);
  try {
    return Temporal.PlainDateTime.from(wall).toZonedDateTime(zoneOf(timeZone), { disambiguation: 'earlier' })
      .epochMilliseconds;
  } catch {
    return Date.parse(`${wall}Z`);
  }
}

/** Sheets may name a zone "GMT-07:00". */
function zoneOf(timeZone: string): string {
  return timeZone.replace(/^GMT(?=[+-])/, '');
}
