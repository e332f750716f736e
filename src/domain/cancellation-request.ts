/**
 * Glossary of the record everything turns on.
 *
 * response  what the form tool holds                   request  our record, made from one response
 * match     which order is meant, with the evidence     decision what staff answered, once
 * effect    one thing owed to the outside world, a row  notice   a mail, which is an effect
 */
import type { Verdict } from './contact-evidence.ts';
import type { Order } from './order.ts';
import type { Answer } from './response.ts';

export const REQUEST_STATUSES = [
  'received',
  'needs_customer',
  'needs_match',
  'awaiting_decision',
  'approved',
  'executing',
  'cancelled',
  'declined',
  'withdrawn',
  'expired',
  'duplicate',
  'failed',
] as const;

export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** What the answers say, read by question mapping; texts are the customer's own, untrusted. */
export interface RequestFields {
  readonly orderReference: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly postcode: string | null;
  readonly reason: string | null;
  readonly message: string | null;
}

export interface CancellationRequest {
  readonly id: string;
  /** "CR-7K2M9Q": what people read out. */
  readonly ref: string;
  readonly status: RequestStatus;
  /** Grows with what makes earlier links stale: an edited response, a customer's answer, a changed order. */
  readonly version: number;
  /** Grows with every write; a decision made on an older page is refused. */
  readonly revision: number;
  readonly locale: string;
  readonly fields: RequestFields;
  readonly answers: readonly Answer[];
  readonly emailVerified: boolean;
  /** Epoch milliseconds, as are all times here. */
  readonly submittedAt: number;
  readonly receivedAt: number;
  readonly updatedAt: number;
  readonly match: Match | null;
  readonly orderId: string | null;
  readonly orderName: string | null;
  /** The order when it was last read for this request. */
  readonly order: Order | null;
  /** Fingerprint of the order as staff saw it when they approved. */
  readonly approvedFingerprint: string | null;
  readonly decision: Decision | null;
  /** What staff asked the customer, until it is answered. */
  readonly question: string | null;
  /** Why it failed or came back to staff: a reason code of `staff-sentences`. */
  readonly trouble: Trouble | null;
  /** Id of the request this one joined. */
  readonly duplicateOf: string | null;
  /** Id of an ended request whose response was edited afterwards. */
  readonly follows: string | null;
  /** When waiting ends by itself; null when it doesn't. */
  readonly expiresAt: number | null;
}

export type MatchKind = 'exact' | 'ambiguous' | 'none';

/** One reason for or against a candidate, as data: the same list is shown to staff and kept. */
export interface Evidence {
  readonly about: 'reference' | 'email' | 'phone' | 'name' | 'postcode';
  readonly verdict: Verdict;
  /** What the customer wrote. */
  readonly given: string | null;
  /** What the order says. */
  readonly found: string | null;
}

export interface MatchCandidate {
  readonly orderId: string;
  readonly orderName: string;
  readonly evidence: readonly Evidence[];
}

export interface Match {
  readonly kind: MatchKind;
  /** Best first. An exact match has exactly one. */
  readonly candidates: readonly MatchCandidate[];
  /** References read out of the answers, in order. */
  readonly references: readonly string[];
  /** Why it isn't exact: a code with a sentence in the locale files. */
  readonly reason: MatchReason;
}

export type MatchReason =
  | 'reference_and_contact_agree'
  | 'no_reference'
  | 'several_references'
  | 'order_not_found'
  /** Not found, and the app may not see orders of more than 60 days. */
  | 'order_not_found_or_old'
  | 'reference_mistyped'
  | 'email_mistyped'
  | 'email_differs'
  | 'email_missing'
  | 'order_email_hidden'
  | 'several_orders';

export interface Decision {
  readonly kind: 'approve' | 'decline';
  /** Staff e-mail address, or "operator" for the command line. */
  readonly by: string;
  readonly at: number;
  /** Told to the customer when declined. */
  readonly customerText: string | null;
  readonly restock: boolean;
  readonly refund: boolean;
}

export interface Trouble {
  readonly reason: string;
  /** Shopify's own words, for staff. */
  readonly detail: string | null;
}
