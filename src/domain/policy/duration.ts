/** Lengths of time as a policy writes them: "30m", "2h", "14d". Here: milliseconds. */
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION = /^(\d{1,5})(m|h|d)$/;

export function milliseconds(text: string): number {
  const [, count = '0', unit = 'm'] = DURATION.exec(text) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** 5400000 → { hours: 1, minutes: 30 }: the two largest units that are there, for Intl.DurationFormat. */
export function durationParts(ms: number): { days?: number; hours?: number; minutes?: number } {
  const minutes = Math.max(0, Math.floor(ms / UNITS.m));
  const all = { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
  const shown = Object.entries(all).filter(([, count]) => count > 0);
  return shown.length === 0 ? { minutes: 0 } : Object.fromEntries(shown.slice(0, 2));
}
