/** The queue as staff see it: which requests want whom. */
import type { RequestStatus } from './cancellation-request.ts';

export const QUEUE_VIEWS = {
  /** Staff have to do something. */
  to_do: ['needs_match', 'awaiting_decision', 'failed'],
  /** Put off by staff. */
  snoozed: ['needs_match', 'awaiting_decision', 'failed'],
  customer: ['needs_customer'],
  waiting: ['waiting', 'received'],
  moving: ['approved', 'executing'],
  ended: ['cancelled', 'part_cancelled', 'declined', 'withdrawn', 'expired', 'duplicate'],
} as const satisfies Record<string, readonly RequestStatus[]>;

export type QueueView = keyof typeof QUEUE_VIEWS;

export const QUEUE_VIEW_NAMES = Object.keys(QUEUE_VIEWS) as QueueView[];

/** @param snoozed of those that want staff, how many are put off */
export function countViews(counts: Partial<Record<RequestStatus, number>>, snoozed: number): Record<QueueView, number> {
  const sum = (statuses: readonly RequestStatus[]) => statuses.reduce((total, one) => total + (counts[one] ?? 0), 0);
  const all = Object.fromEntries(QUEUE_VIEW_NAMES.map((name) => [name, sum(QUEUE_VIEWS[name])]));
  return { ...all, snoozed, to_do: Math.max(0, (all.to_do ?? 0) - snoozed) } as Record<QueueView, number>;
}

/** A cell that a spreadsheet can't take for a formula (OWASP, "CSV Injection"). */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
