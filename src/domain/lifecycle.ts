/** The one table of what may happen to a request. Everything else is refused, and the database refuses it too. */
import { REQUEST_STATUSES, type RequestStatus } from './cancellation-request.ts';

export const REQUEST_EVENTS = [
  'matched',
  'match_unclear',
  'found_duplicate',
  'edited',
  'order_chosen',
  'confirmation_asked',
  'order_asked',
  'asked',
  'offered',
  'blocked',
  'confirmed',
  'customer_chose',
  'answered',
  'answered_about_order',
  'offer_accepted',
  'exchange_accepted',
  'offer_refused',
  'unanswered',
  'unanswered_about_order',
  'not_awaited',
  'not_awaited_about_order',
  'reassessed',
  'restored',
  'undone',
  'approved',
  'declined',
  'withdrawn',
  'stopped',
  'expired',
  'execution_started',
  'order_changed',
  'confirmed_cancelled',
  'part_confirmed',
  'change_confirmed',
  'return_approved',
  'return_confirmed',
  'found_cancelled',
  'execution_failed',
] as const;

export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** Where the policy's assessment may take a request. */
const ASSESSED = {
  matched: 'awaiting_decision',
  blocked: 'waiting',
  confirmation_asked: 'needs_customer',
  asked: 'needs_customer',
  offered: 'needs_customer',
  approved: 'approved',
  declined: 'declined',
  found_cancelled: 'cancelled',
} as const;

/** How a request may end before it is approved. */
const GIVEN_UP = { declined: 'declined', withdrawn: 'withdrawn', stopped: 'withdrawn', expired: 'expired' } as const;

const TRANSITIONS: Record<RequestStatus, Partial<Record<RequestEvent, RequestStatus>>> = {
  received: {
    ...ASSESSED,
    match_unclear: 'needs_match',
    order_asked: 'needs_customer',
    found_duplicate: 'duplicate',
    edited: 'received',
    withdrawn: 'withdrawn',
    stopped: 'withdrawn',
  },
  needs_match: {
    ...GIVEN_UP,
    order_chosen: 'awaiting_decision',
    found_duplicate: 'duplicate',
    asked: 'needs_customer',
    edited: 'received',
    restored: 'received',
  },
  needs_customer: {
    ...GIVEN_UP,
    restored: 'received',
    confirmed: 'received',
    customer_chose: 'received',
    answered: 'received',
    answered_about_order: 'awaiting_decision',
    offer_accepted: 'withdrawn',
    exchange_accepted: 'awaiting_decision',
    offer_refused: 'awaiting_decision',
    unanswered: 'needs_match',
    unanswered_about_order: 'awaiting_decision',
    not_awaited: 'needs_match',
    not_awaited_about_order: 'awaiting_decision',
    order_chosen: 'awaiting_decision',
    found_duplicate: 'duplicate',
    edited: 'received',
  },
  waiting: { ...ASSESSED, ...GIVEN_UP, match_unclear: 'needs_match', edited: 'received', restored: 'received' },
  awaiting_decision: {
    ...GIVEN_UP,
    approved: 'approved',
    return_approved: 'approved',
    // It was another one.
    order_chosen: 'awaiting_decision',
    asked: 'needs_customer',
    offered: 'needs_customer',
    reassessed: 'received',
    restored: 'received',
    edited: 'received',
  },
  approved: {
    // Before anything was sent, see steps/take-back.ts.
    undone: 'awaiting_decision',
    withdrawn: 'withdrawn',
    stopped: 'withdrawn',
    // What Shopify can't cancel yet turned up after the approval.
    blocked: 'waiting',
    execution_started: 'executing',
    order_changed: 'awaiting_decision',
    return_confirmed: 'return_opened',
    // Ours from an earlier attempt whose answer was lost, or which a restored database has forgotten.
    confirmed_cancelled: 'cancelled',
    part_confirmed: 'part_cancelled',
    found_cancelled: 'cancelled',
    execution_failed: 'failed',
  },
  executing: {
    part_confirmed: 'part_cancelled',
    change_confirmed: 'changed',
    return_confirmed: 'return_opened',
    confirmed_cancelled: 'cancelled',
    found_cancelled: 'cancelled',
    order_changed: 'awaiting_decision',
    execution_failed: 'failed',
  },
  failed: {
    restored: 'received',
    approved: 'approved',
    declined: 'declined',
    // It failed because it had been shipped, perhaps, or no answer came to an earlier try.
    return_approved: 'approved',
    asked: 'needs_customer',
    offered: 'needs_customer',
    // Only where nothing can come of it any more, see trouble.ts. It doesn't expire: somebody has promised something.
    withdrawn: 'withdrawn',
    stopped: 'withdrawn',
    confirmed_cancelled: 'cancelled',
    found_cancelled: 'cancelled',
  },
  cancelled: {},
  part_cancelled: {},
  return_opened: {},
  changed: {},
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
