/** The queue as staff see it: which requests want whom. */
import type { CancellationRequest, RequestStatus } from './cancellation-request.ts';

/** Where a request stands, from afar. Kept with each request, so that lists of hundreds of thousands are read by an index. */
export const STAGES = {
  /** Staff have to do something. */
  staff: ['needs_match', 'awaiting_decision', 'failed'],
  customer: ['needs_customer'],
  waiting: ['waiting', 'received'],
  moving: ['approved', 'executing'],
  ended: ['cancelled', 'part_cancelled', 'return_opened', 'changed', 'declined', 'withdrawn', 'expired', 'duplicate'],
} as const satisfies Record<string, readonly RequestStatus[]>;

export type Stage = keyof typeof STAGES;

/** What is left to do keeps an ended request before staff's eyes: money to pay back, a mail that didn't arrive. */
export function stageOf({
  status,
  payback,
  undelivered,
}: Pick<CancellationRequest, 'status' | 'payback' | 'undelivered'>): Stage {
  if (isTask({ payback, undelivered })) return 'staff';
  const found = Object.entries(STAGES).find(([, statuses]) => (statuses as readonly RequestStatus[]).includes(status));
  if (!found) throw new Error(`Status ${status} is in no stage`);
  return found[0] as Stage;
}

/** What is left to do of a request that is decided; null: nothing, or it still wants a decision. */
export type Task = 'payback' | 'undelivered';

export function taskOf(request: Pick<CancellationRequest, 'status' | 'payback' | 'undelivered'>): Task | null {
  const wantsDecision = (STAGES.staff as readonly RequestStatus[]).includes(request.status);
  if (wantsDecision || !isTask(request)) return null;
  return request.payback && !request.payback.done ? 'payback' : 'undelivered';
}

export function isTask({ payback, undelivered }: Pick<CancellationRequest, 'payback' | 'undelivered'>): boolean {
  return undelivered !== null || (payback !== null && payback.done === null);
}

/** What the queue page shows, each a stage; what staff put off is apart from what they have to do. */
export const QUEUE_VIEWS = {
  to_do: { stage: 'staff', snoozed: false },
  snoozed: { stage: 'staff', snoozed: true },
  customer: { stage: 'customer', snoozed: null },
  waiting: { stage: 'waiting', snoozed: null },
  moving: { stage: 'moving', snoozed: null },
  ended: { stage: 'ended', snoozed: null },
} as const satisfies Record<string, { readonly stage: Stage; readonly snoozed: boolean | null }>;

export type QueueView = keyof typeof QUEUE_VIEWS;

export const QUEUE_VIEW_NAMES = Object.keys(QUEUE_VIEWS) as QueueView[];

/**
 * Of what is open; of what has ended nobody needs the number.
 * @param snoozed of those that want staff, how many are put off
 */
export function countViews(open: Partial<Record<Stage, number>>, snoozed: number): Partial<Record<QueueView, number>> {
  const { staff = 0, customer = 0, waiting = 0, moving = 0 } = open;
  return { to_do: Math.max(0, staff - snoozed), snoozed, customer, waiting, moving };
}

/**
 * A cell that a spreadsheet can't take for a formula (OWASP, "CSV Injection"). Where the comma is the decimal sign a
 * spreadsheet splits at semicolons, quotes or not: what follows one inside a text begins a cell there.
 */
export function csvCell(value: string): string {
  const safe = value
    .replace(/^(?=[\s\0"']*[=+\-@＝＋－＠])|^(?=[\t\r\n\0])/, "'")
    .replace(/([;,\t\r\n])(?=[\s\0"']*[=+\-@＝＋－＠])/g, "$1'");
  return /[",;\t\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
