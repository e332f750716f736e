/** What has happened when each mail is sent, so that its preview reads as a true story. */
import type { NoticeName } from '../../domain/notices.ts';
import type { OrderView, RequestView } from '../../domain/views.ts';

export const AT = Date.parse('2026-11-23T09:30:00Z');
export const HOUR = 3_600_000;
export const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** What is told beside the request as it came in. */
export interface Story extends Partial<Omit<RequestView, 'order' | 'decision'>> {
  readonly order?: Partial<OrderView>;
  readonly decision?: Partial<NonNullable<RequestView['decision']>>;
  /** To whoever only sent the form. */
  readonly toSender?: true;
}

const ENDED = { hold: null, expiresAt: null } as const;
const SHIPPED = { displayFulfillmentStatus: 'FULFILLED', warnings: ['shipped'] };
const REFUSED = 'Your order is being engraved already, so we can’t cancel it any more.';
const APPROVED = { kind: 'approve', way: 'approve', customerText: null } as const;
const TAKEN = { ...ENDED, status: 'withdrawn' } as const;
const PRESENT = { question: 'Keep your order, and we wrap it as a present at no cost.', terms: noDiscount(false) };
const DISCOUNT = {
  question: 'Keep your order, and get 10% off the next one.',
  terms: { percent: 10, exchange: false },
};
const EXCHANGE = { question: 'Take the blanket in Ash instead of Moss.', terms: noDiscount(true) };
const BY_HAND = { amount: euros('122.70'), done: null };
const BY_TRANSFER: Partial<OrderView> = { paidWith: 'Bank Deposit', moneyEffect: 'refund_by_hand', feeEstimate: null };

const PART = {
  ...APPROVED,
  way: 'part',
  part: [{ lineItemId: '1', title: 'Wool blanket', quantity: 1 }],
} as const;
const CHANGE = {
  ...APPROVED,
  way: 'change',
  change: {
    lines: [{ lineItemId: '2', title: 'Candle', from: 2, to: 1 }],
    added: { variantId: '3', sku: 'TL-6', title: 'Tealights', quantity: 1 },
    address: null,
  },
} as const;

export const STORIES: Partial<Record<NoticeName, Story>> = {
  'customer-received': { status: 'received' },
  'customer-confirm': { status: 'needs_customer', asking: 'confirmation', proofLevel: null },
  'customer-which-order': { status: 'needs_customer', asking: 'order', proofLevel: null },
  'customer-question': {
    status: 'needs_customer',
    asking: 'question',
    question: 'Would you rather have it in another colour?',
  },
  'customer-offer': { ...DISCOUNT, status: 'needs_customer', asking: 'offer' },
  'customer-waiting': { status: 'waiting', order: { displayFinancialStatus: 'PENDING' } },
  'customer-approved': { status: 'approved', decision: APPROVED, undoUntil: AT + 2 * HOUR },
  'customer-stopped': { ...ENDED, status: 'withdrawn', proofLevel: null },
  'customer-paid-back': {
    ...ENDED,
    status: 'cancelled',
    decision: APPROVED,
    order: BY_TRANSFER,
    payback: {
      ...BY_HAND,
      done: { by: 'sam@shop.example', at: AT + 24 * HOUR, how: 'bank transfer', on: '2026-11-24' },
    },
  },
  'customer-cancelled': { ...ENDED, status: 'cancelled', decision: APPROVED },
  'customer-found-cancelled': {
    ...ENDED,
    status: 'cancelled',
    order: { cancelledAt: AT - 20 * HOUR, cancelledEarlier: true, moneyReturned: euros('122.70') },
  },
  'customer-part-cancelled': {
    ...ENDED,
    status: 'part_cancelled',
    decision: { ...PART, refunded: euros('84.90') },
  },
  'customer-return-opened': {
    ...ENDED,
    status: 'return_opened',
    order: SHIPPED,
    decision: {
      kind: 'return',
      way: 'return',
      customerText: 'Put everything back in its box and bring it to any post office, with the label that came with it.',
    },
  },
  'customer-changed': {
    ...ENDED,
    status: 'changed',
    decision: { ...CHANGE, refunded: euros('9.00') },
  },
  'customer-offer-accepted': { ...TAKEN, ...PRESENT },
  'customer-discount': { ...TAKEN, ...DISCOUNT },
  'customer-shipped': { canReturn: true, order: SHIPPED, shipped: 'all' },
  'customer-declined': {
    ...ENDED,
    status: 'declined',
    decision: { kind: 'decline', way: 'decline', customerText: REFUSED },
  },
  'customer-withdrawn': { ...ENDED, status: 'withdrawn' },
  'customer-expired': { ...ENDED, status: 'expired' },
  'customer-unanswered': {
    ...ENDED,
    status: 'expired',
    question: 'Would you rather have it in another colour?',
  },
  'staff-failed': {
    status: 'failed',
    decision: APPROVED,
    trouble: { reason: 'job_failed', detail: 'Items could not be restocked at this location.' },
  },
  'staff-assigned': { assignedTo: 'sam@shop.example' },
  'staff-label': {
    status: 'waiting',
    order: { displayFulfillmentStatus: 'FULFILLED', warnings: ['label_bought'] },
  },
  'staff-payback': { ...ENDED, status: 'cancelled', decision: APPROVED, order: BY_TRANSFER, payback: BY_HAND },
  'staff-offer-accepted': { ...TAKEN, ...PRESENT },
  'staff-exchange': { ...EXCHANGE, trouble: { reason: 'exchange_accepted', detail: null } },
  'staff-discount-failed': { ...TAKEN, ...DISCOUNT },
  'staff-bounced': {
    ...ENDED,
    status: 'cancelled',
    decision: APPROVED,
    undelivered: { address: 'ana@custmer.example', notices: ['customer-cancelled'] },
  },
  'staff-decided': { status: 'approved', decision: APPROVED, undoUntil: AT + 2 * HOUR },
  'staff-wrote-again': {
    ...ENDED,
    status: 'declined',
    decision: { kind: 'decline', way: 'decline', customerText: REFUSED },
    answers: [
      { question: 'Order number', text: '#1001' },
      { question: 'Why do you want to cancel?', text: 'Ordered by mistake, and I need the money back soon' },
    ],
  },
};

const UNDOABLE = { status: 'approved', undoUntil: AT + 2 * HOUR } as const;
const FAILED = { status: 'failed', decision: APPROVED, told: 'failed' } as const;

/** What the same mail says when it is about something else. */
export const VARIANTS: Partial<Record<NoticeName, Readonly<Record<string, Story>>>> = {
  'customer-received': { entered: { status: 'awaiting_decision', origin: 'staff', proofLevel: 'staff' } },
  'customer-approved': {
    part: { ...UNDOABLE, decision: PART },
    change: { ...UNDOABLE, decision: CHANGE },
  },
  'customer-cancelled': {
    fee: {
      ...ENDED,
      status: 'cancelled',
      decision: APPROVED,
      order: { moneyAmount: euros('117.70'), moneyKept: { why: 'fee', amount: euros('5.00') } },
    },
  },
  'customer-found-cancelled': {
    unpaid: {
      ...ENDED,
      status: 'cancelled',
      order: { cancelledAt: AT + HOUR, moneyEffect: 'void_authorization', displayFinancialStatus: 'VOIDED' },
    },
  },
  'customer-shipped': {
    part: { order: SHIPPED, shipped: 'part' },
    approved: { ...FAILED, order: SHIPPED, shipped: 'all' },
  },
  'customer-undone': { failed: FAILED },
  'customer-withdrawn': { sender: { ...ENDED, status: 'withdrawn', toSender: true } },
  'customer-expired': { sender: { ...ENDED, status: 'expired', askedOrder: null, toSender: true } },
  'staff-failed': {
    part: { status: 'failed', decision: PART, trouble: { reason: 'shopify_refused', detail: null } },
    change: { ...FAILED, decision: CHANGE, trouble: { reason: 'change_refused', detail: null } },
    return: {
      status: 'failed',
      decision: { kind: 'return', way: 'return' },
      trouble: { reason: 'return_refused', detail: null },
    },
  },
};

function noDiscount(exchange: boolean) {
  return { percent: 0, exchange };
}
