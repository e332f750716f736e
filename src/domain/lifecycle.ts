/** The one table of what may happen to a request. Everything else is refused, and the database refuses it too. */
import { REQUEST_STATUSES, type RequestStatus } from './cancellation-request.ts';

export const REQUEST_EVENTS = [
  'matched',
  'match_unclear',
  'found_duplicate',
  'edited',
  'order_chosen',
  'asked',
  'answered',
  'answered_about_order',
  'approved',
  'declined',
  'withdrawn',
  'expired',
  'execution_started',
  'order_changed',
  'confirmed_cancelled',
  'found_cancelled',
  'execution_failed',
] as const;

export type RequestEvent = (typeof REQUEST_EVENTS)[number];

const TRANSITIONS: Record<RequestStatus, Partial<Record<RequestEvent, RequestStatus>>> = {
  received: {
    matched: 'awaiting_decision',
    match_unclear: 'needs_match',
    found_duplicate: 'duplicate',
    edited: 'received',
    withdrawn: 'withdrawn',
  },
  needs_match: {
    order_chosen: 'awaiting_decision',
    found_duplicate: 'duplicate',
    asked: 'needs_customer',
    declined: 'declined',
    edited: 'received',
    withdrawn: 'withdrawn',
    expired: 'expired',
  },
  needs_customer: {
    answered: 'received',
    answered_about_order: 'awaiting_decision',
    declined: 'declined',
    edited: 'received',
    withdrawn: 'withdrawn',
    expired: 'expired',
  },
  awaiting_decision: {
    approved: 'approved',
    declined: 'declined',
    asked: 'needs_customer',
    edited: 'received',
    withdrawn: 'withdrawn',
    expired: 'expired',
  },
  approved: {
    execution_started: 'executing',
    order_changed: 'awaiting_decision',
    // Ours from an earlier attempt whose answer was lost.
    confirmed_cancelled: 'cancelled',
    found_cancelled: 'cancelled',
    execution_failed: 'failed',
  },
  executing: {
    confirmed_cancelled: 'cancelled',
    found_cancelled: 'cancelled',
    order_changed: 'awaiting_decision',
    execution_failed: 'failed',
  },
  failed: {
    approved: 'approved',
    declined: 'declined',
    confirmed_cancelled: 'cancelled',
    found_cancelled: 'cancelled',
  },
  cancelled: {},
  declined: {},
  withdrawn: {},
  expired: {},
  duplicate: {},
};

/** The status after the event, or null: the event is refused in this status. */
export function nextStatus(status: RequestStatus, event: RequestEvent): RequestStatus | null {
  return TRANSITIONS[status][event] ?? null;
}

export function isEnded(status: RequestStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0;
}

/** Still open: a second request for the same order joins it. */
export const OPEN_STATUSES = REQUEST_STATUSES.filter((status) => !isEnded(status));

/** All (from, to) pairs, for the database's own guard. */
export function allowedMoves(): [RequestStatus, RequestStatus][] {
  return REQUEST_STATUSES.flatMap((from) =>
    [...new Set(Object.values(TRANSITIONS[from]))].map((to): [RequestStatus, RequestStatus] => [from, to]),
  );
}
