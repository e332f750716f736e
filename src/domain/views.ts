/** What pages and mails are given: plain data, codes instead of sentences (templates/locales has the sentences). */
import type { DecisionWay } from './approvals.ts';
import type {
  Asking,
  Evidence,
  Hold,
  MatchKind,
  MatchReason,
  PartLine,
  Payback,
  RequestOrigin,
  RequestStatus,
  Trouble,
  Undelivered,
} from './cancellation-request.ts';
import type { CustomersWords } from './customers-words.ts';
import type { Doubt } from './doubt.ts';
import type { Money } from './money.ts';
import type { OfferTerms } from './offer.ts';
import type { OrderChange } from './order-change.ts';
import type { AssessmentReason, WaitsFor } from './policy/assess.ts';
import type { Treatment } from './policy/policy.ts';
import type { ProofLevel } from './proof.ts';

export interface OrderView {
  readonly name: string;
  readonly createdAt: number;
  readonly cancelledAt: number | null;
  /** Than the customer asked for it. */
  readonly cancelledEarlier: boolean;
  readonly customerName: string | null;
  readonly email: string | null;
  readonly customerNumberOfOrders: number | null;
  readonly countryCode: string | null;
  readonly zip: string | null;
  readonly lines: readonly {
    readonly id: string;
    /** Can still be taken off. */
    readonly unfulfilled: number;
    readonly title: string;
    readonly variantTitle: string | null;
    readonly sku: string | null;
    readonly image: string | null;
    readonly quantity: number;
    /** How many have left, where others haven't. */
    readonly shipped: number;
    /** Price of all of them. */
    readonly total: Money;
  }[];
  /** null: nothing. */
  readonly shipping: Money | null;
  /** null: nothing, or not known. Below nothing: a discount. */
  readonly rest: Money | null;
  readonly total: Money;
  /** There are lines that are not shown. */
  readonly isCutShort: boolean;
  /** Cancelled: the total is of what is left, nothing. */
  readonly isEmptied: boolean;
  /** In the shop's currency, where that is another one. */
  readonly shopTotal: Money | null;
  readonly paidWith: string | null;
  /** Codes are Shopify's enum values: locale keys `financial.PAID`, `fulfillment.UNFULFILLED`, … */
  readonly displayFinancialStatus: string | null;
  readonly displayFulfillmentStatus: string;
  readonly paymentGatewayNames: readonly string[];
  readonly tags: readonly string[];
  readonly riskRecommendation: string;
  readonly test: boolean;
  /** What staff should know before deciding: locale keys `warning.CODE`. */
  readonly warnings: readonly string[];
  /** What approving does with the money: locale key `money_effect.CODE` with {amount}. */
  readonly moneyEffect: MoneyEffect;
  readonly moneyAmount: Money;
  /** What of it stays with the shop, by its policy or as staff chose; null: nothing. */
  readonly moneyKept: KeptMoney | null;
  /** What has gone back so far; null: nothing. */
  readonly moneyReturned: Money | null;
  /** What the payment provider may keep of it; an estimate by the policy's card_fee. */
  readonly feeEstimate: Money | null;
  /** Link into the Shopify admin. */
  readonly adminUrl: string;
}

export type MoneyEffect =
  | 'refund'
  | 'store_credit'
  | 'void_authorization'
  | 'nothing_paid'
  | 'refund_by_hand'
  | 'keep_money';

/** What of the money stays with the shop, and by which word of the treatment: locale keys `kept.…` with {amount}. */
export interface KeptMoney {
  readonly why: 'shipping' | 'fee' | 'rest';
  readonly amount: Money;
}

export interface RequestView {
  readonly ref: string;
  readonly status: RequestStatus;
  /** The status as staff read it: locale keys `status.…`. */
  readonly standing: RequestStatus | 'offer_taken';
  /** Something can still come of it. */
  readonly isOpen: boolean;
  readonly submittedAt: number;
  /** Language of the mails to the customer. */
  readonly locale: string;
  readonly answers: readonly { readonly question: string; readonly text: string }[];
  /** Of these, what says why. */
  readonly words: readonly CustomersWords[];
  /** The order number as the customer typed it, where it is one. */
  readonly typed: string | null;
  readonly customerName: string | null;
  readonly customerEmail: string | null;
  /** Where the customer is written to. */
  readonly mailedTo: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly matchKind: MatchKind | null;
  readonly matchReason: MatchReason | null;
  readonly candidates: readonly {
    readonly orderId: string;
    readonly orderName: string;
    readonly createdAt: string;
    readonly evidence: readonly Evidence[];
  }[];
  readonly order: OrderView | null;
  readonly trouble: Trouble | null;
  readonly question: string | null;
  /** Of an offer that is open, or was taken. */
  readonly terms: OfferTerms | null;
  /** Of the discount that an accepted offer made. */
  readonly discountCode: string;
  readonly undelivered: Undelivered | null;
  /** Of the decision; where there is none, the whole order is meant. */
  readonly way: DecisionWay;
  /** What the customer knows of it. */
  readonly told: 'nothing' | 'accepted' | 'failed';
  /** What of the order has left, when it was last read. */
  readonly shipped: 'all' | 'part' | null;
  /** Declined, and what was shipped can be sent back: no return is open. */
  readonly canReturn: boolean;
  readonly origin: RequestOrigin;
  /** Why it may not be asked for now: locale keys `warning.CODE`. */
  readonly doubt: Doubt | null;
  readonly proofLevel: ProofLevel | null;
  readonly asking: Asking['kind'] | null;
  /** Order name that a confirmation is about. */
  readonly askedOrder: string | null;
  readonly hold: Hold['state'] | null;
  readonly payback: Payback | null;
  /** What the policy says: reason codes are locale keys `assessment.CODE`. */
  readonly assessment: {
    readonly reason: AssessmentReason;
    readonly rule: string | null;
    readonly note: string | null;
    readonly waitsFor: WaitsFor | null;
    readonly approvalsWanted: number;
    readonly treatment: Treatment;
  } | null;
  readonly approvals: readonly string[];
  /** Of those that stand together: how many more are wanted. */
  readonly approvalsLeft: number;
  /** The newest of them: what the next one has to agree with. */
  readonly lastApproval: {
    readonly by: string;
    /** null: of a part or a change. */
    readonly terms: ApprovalTerms | null;
    /** What it would do with the money; null as `terms`, and where the reader must not learn of the order. */
    readonly money: { readonly effect: MoneyEffect; readonly amount: Money } | null;
  } | null;
  readonly assignedTo: string | null;
  readonly snoozedUntil: number | null;
  readonly undoUntil: number | null;
  readonly decision: {
    readonly kind: 'approve' | 'decline' | 'return';
    readonly by: string;
    readonly at: number;
    readonly customerText: string | null;
    readonly part: readonly PartLine[] | null;
    readonly change: OrderChange | null;
    /** Locale keys `mail.staff_decided_WAY`. */
    readonly way: DecisionWay;
    /** Of a part or a changed order: what goes back by itself, and what is still to be paid. */
    readonly refunded: Money | null;
    readonly owed: Money | null;
    /** Of a changed order that had not been paid. */
    readonly newTotal: Money | null;
    readonly refund: Treatment['refund'];
    /** Of an approval of all or a part. */
    readonly terms: ApprovalTerms | null;
    /** What it does, or did, to the money; null as `terms`, and where the reader must not learn of the order. */
    readonly money: { readonly effect: MoneyEffect; readonly amount: Money } | null;
  } | null;
  readonly expiresAt: number | null;
}

/** Words of locale keys `refund.…`, `page.yes`. */
export interface ApprovalTerms {
  readonly refund: Treatment['refund'];
  readonly restock: 'yes' | 'no';
}
