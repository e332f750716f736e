/**
 * Glossary of the record everything turns on.
 *
 * response  what the form tool holds                   request  our record, made from one response
 * match     which order is meant, with the evidence     decision what staff or a rule answered, once
 * proof     that the one who asks is the one who ordered assessment what the policy says of it
 * effect    one thing owed to the outside world, a row  notice   a mail, which is an effect
 */
import type { Verdict } from './contact-evidence.ts';
import type { Doubt } from './doubt.ts';
import type { Money } from './money.ts';
import type { NoticeName } from './notices.ts';
import type { OfferTerms } from './offer.ts';
import type { Order } from './order.ts';
import type { OrderChange } from './order-change.ts';
import type { Assessment } from './policy/assess.ts';
import type { Treatment } from './policy/policy.ts';
import type { Proof } from './proof.ts';
import type { Answer } from './response.ts';

export const REQUEST_STATUSES = [
  'received',
  'needs_customer',
  'needs_match',
  'waiting',
  'awaiting_decision',
  'approved',
  'executing',
  'cancelled',
  'part_cancelled',
  'return_opened',
  'changed',
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

export const NO_FIELDS: RequestFields = {
  orderReference: null,
  email: null,
  name: null,
  phone: null,
  postcode: null,
  reason: null,
  message: null,
};

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
  /** Who has taken it on; null: nobody in particular. */
  readonly assignedTo: string | null;
  /** Out of the queue until then. */
  readonly snoozedUntil: number | null;
  /** Until then an approval can be taken back; nothing is sent before. */
  readonly undoUntil: number | null;
  /** The order when it was last read for this request. */
  readonly order: Order | null;
  /** Fingerprint of the order as staff saw it when they approved. */
  readonly approvedFingerprint: string | null;
  readonly decision: Decision | null;
  /** "customer", or who else made it. */
  readonly origin: RequestOrigin;
  readonly proof: Proof | null;
  readonly assessment: Assessment | null;
  /** What the customer is asked, until it is answered. */
  readonly asking: Asking | null;
  /** Text of a question or an offer, until it is answered. */
  readonly question: string | null;
  /** Who has approved so far, where more than one has to. */
  readonly approvals: readonly Approval[];
  /** Whoever sent the response has withdrawn it, as far as they are concerned. */
  readonly senderWithdrew: boolean;
  readonly hold: Hold | null;
  /** Money that somebody has to pay back by hand. */
  readonly payback: Payback | null;
  /** Where the customer is written to since staff corrected it; null: to the address on the order. */
  readonly mailTo: string | null;
  /** What could not be delivered to the customer, until staff have seen to it. */
  readonly undelivered: Undelivered | null;
  /** Why it failed or came back to staff: a reason code of `staff-sentences`. */
  readonly trouble: Trouble | null;
  /** Id of the request this one joined. */
  readonly duplicateOf: string | null;
  /** Id of an ended request whose response was edited afterwards. */
  readonly follows: string | null;
  /** Why it may not be asked for now: a person decides it. */
  readonly doubt: Doubt | null;
  /** When waiting ends by itself; null when it doesn't. */
  readonly expiresAt: number | null;
  /** When the person was taken out of it: what is left is evidence. */
  readonly erasedAt: number | null;
}

/** risk_sweep: made by the policy, without a response. staff: came by phone or mail, entered by staff. */
export type RequestOrigin = 'customer' | 'risk_sweep' | 'staff';

/**
 * question: staff's or a rule's; the answer is a text. order: which one, of the candidates. confirmation: that it was
 * them. offer: whether they take something else instead.
 */
export interface Asking {
  readonly kind: 'question' | 'order' | 'confirmation' | 'offer';
  /** Address the question went to; only from its link it can be answered. */
  readonly to: string;
  /** Of a confirmation: the order, which isn't the request's own before it is confirmed. */
  readonly orderId: string | null;
  /** Of an offer. */
  readonly terms?: OfferTerms;
}

/** One of several that an order needs. They count together when they are of the same order and the same terms. */
export interface Approval {
  readonly by: string;
  /** Fingerprint of the order as it was approved. */
  readonly seen: string;
  readonly treatment: Treatment;
  readonly part: readonly PartLine[] | null;
  readonly change: OrderChange | null;
}

export interface Hold {
  /**
   * held: all that could be; too_late: the warehouse had begun; refused: Shopify won't; no_scope: the app may not.
   * not_released: it is still held, though it was to be let go long ago.
   */
  readonly state: 'asked' | 'held' | 'too_late' | 'refused' | 'no_scope' | 'not_released' | 'released';
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Undelivered {
  readonly address: string;
  /** The mails in question, oldest first; each is sent again to a corrected address. */
  readonly notices: readonly NoticeName[];
}

export interface Payback {
  readonly amount: Money;
  readonly done: { readonly by: string; readonly at: number; readonly how: string; readonly on: string } | null;
}

export type MatchKind = 'exact' | 'ambiguous' | 'none' | 'chosen';

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
  /** Neither cancelled nor archived. */
  readonly isOpen: boolean;
  readonly createdAt: string;
  readonly locale: string | null;
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
  | 'several_orders'
  | 'customer_chose'
  | 'staff_chose'
  | 'found_by_sweep';

export interface Decision {
  readonly kind: 'approve' | 'decline' | 'return';
  /** Staff e-mail address, "operator" for the command line, or "policy: " and the rule's name. */
  readonly by: string;
  readonly at: number;
  /** Told to the customer: why it is declined, or how to return it. */
  readonly customerText: string | null;
  /** Of an approval. */
  readonly treatment: Treatment | null;
  /** What is cancelled of the order; null: all of it. */
  readonly part: readonly PartLine[] | null;
  /** Of a part: what goes back for it, as Shopify worked it out or staff wrote it. */
  readonly amount?: Money | null;
  /** What is changed about the order, which is not cancelled then. */
  readonly change?: OrderChange | null;
  /** What the customer owed before a change. */
  readonly owedBefore?: Money | null;
}

export interface PartLine {
  readonly lineItemId: string;
  readonly title: string;
  readonly quantity: number;
}

export interface Trouble {
  readonly reason: string;
  /** Shopify's own words, for staff. */
  readonly detail: string | null;
  /** The customer has been told that it came to nothing. */
  readonly told?: boolean;
}
