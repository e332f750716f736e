/**
 * Responses that come to us now and may have been sent long ago: an old row that somebody changed, a form that was running
 * before the service was. Whoever sent it waits for nothing, so no rule answers them, nothing is mailed to them and no parcel
 * is held for it. A person decides, and is told why.
 */
import type { IncomingResponse } from './response.ts';

/**
 * before_start: sent before the service began to read where it comes from. old_row: a row that shows up in a sheet which has
 * had later ones. edited_row: a row was changed whose request is over.
 */
export const DOUBTS = ['before_start', 'old_row', 'edited_row'] as const;
export type Doubt = (typeof DOUBTS)[number];

/** Clocks differ by moments, and a service is seldom started anew so soon after a response. */
const CLOCKS_DIFFER_MS = 60_000;
/** Rows may come in another order than they were sent. */
const OUT_OF_ORDER_MS = 5 * 60_000;

/** @param beganAt when its source was first read; null: not known, and not asked */
export function doubtAbout(response: IncomingResponse, beganAt: number | null, now: number): Doubt | null {
  if (response.doubt) return response.doubt;
  const sentAt = latestMoment(response);
  if (sentAt === null || beganAt === null) return null;
  // A clock that was ahead at the first start casts no doubt on what is sent now.
  return sentAt < Math.min(beganAt, now) - CLOCKS_DIFFER_MS ? 'before_start' : null;
}

/** What is known of a sheet from earlier polls. */
export interface SheetSoFar {
  /** null: this is the first poll. */
  readonly polledAt: number | null;
  /** The latest timestamp that any of its rows had; null: none had one. */
  readonly newestStamp: number | null;
  /** Rows that had vanished and are there again, as they were: they belong to their requests. */
  readonly returned: ReadonlySet<string>;
}

/** Of a row that has not been seen before. Google stamps each response anew, and an edited one too. */
export function doubtAboutRow(
  row: IncomingResponse,
  { polledAt, newestStamp }: Omit<SheetSoFar, 'returned'>,
): Doubt | null {
  const sentAt = latestMoment(row);
  if (sentAt === null) return polledAt === null ? 'before_start' : newestStamp === null ? null : 'old_row';
  if (polledAt === null || newestStamp === null) return null;
  // A timestamp that was mistyped into the future makes nothing old that is sent now.
  if (sentAt > Math.min(newestStamp, polledAt)) return null;
  return sentAt < polledAt - OUT_OF_ORDER_MS ? 'old_row' : null;
}

/** In the hour that comes twice a sheet's timestamp may mean the later one. */
export function latestMoment({
  submittedAt,
  orSubmittedAt,
}: Pick<IncomingResponse, 'submittedAt' | 'orSubmittedAt'>): number | null {
  return orSubmittedAt ?? submittedAt;
}
