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

type Left = Pick<CancellationRequest, 'payback' | 'undelivered' | 'hold'>;
type Standing = Left & Pick<CancellationRequest, 'status' | 'trouble'>;

/** What is left to do keeps an ended request before staff's eyes. */
export function stageOf(request: Standing): Stage {
  const { status } = request;
  if (isTask(request) || isOverdue(request)) return 'staff';
  const found = Object.entries(STAGES).find(([, statuses]) => (statuses as readonly RequestStatus[]).includes(status));
  if (!found) throw new Error(`Status ${status} is in no stage`);
  return found[0] as Stage;
}

/** Money to pay back, a mail that didn't arrive, a parcel that is held for nothing. */
export function isTask({ payback, undelivered, hold }: Left): boolean {
  return undelivered !== null || (payback !== null && payback.done === null) || hold?.state === 'not_released';
}

/** The service keeps trying what was approved, and a person should look. */
function isOverdue({ status, trouble }: Pick<CancellationRequest, 'status' | 'trouble'>): boolean {
  const isMoving = (STAGES.moving as readonly RequestStatus[]).includes(status);
  return isMoving && (trouble?.reason === 'job_stuck' || trouble?.reason === 'not_carried_out');
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
