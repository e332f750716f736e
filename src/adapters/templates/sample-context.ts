/** Made-up contents for previews of mails: one order, one customer, and what each mail is about. */

import { unansweredLeadsTo } from '../../domain/ask-customer.ts';
import { isEnded } from '../../domain/lifecycle.ts';
import {
  type DigestContext,
  type IncidentContext,
  NOTICES,
  type NoticeContext,
  type NoticeName,
  type SignInContext,
} from '../../domain/notices.ts';
import { BUILT_IN_POLICY } from '../../domain/policy/to-policy.ts';
import type { OrderView, RequestView } from '../../domain/views.ts';
import { AT, euros, HOUR, STORIES, type Story, VARIANTS } from './sample-stories.ts';

const order: OrderView = {
  name: '#1001',
  cancelledAt: null,
  cancelledEarlier: false,
  moneyReturned: null,
  createdAt: AT - 5 * HOUR,
  customerName: 'Ana Virtanen',
  email: 'ana@customer.example',
  customerNumberOfOrders: 3,
  countryCode: 'FI',
  zip: '00100',
  lines: [
    {
      id: '1',
      unfulfilled: 1,
      title: 'Wool blanket',
      variantTitle: 'Moss',
      sku: 'WB-MOSS',
      image: null,
      quantity: 1,
      shipped: 0,
      total: euros('84.90'),
    },
    {
      id: '2',
      unfulfilled: 2,
      title: 'Candle',
      variantTitle: null,
      sku: 'CA-PINE',
      image: null,
      quantity: 2,
      shipped: 0,
      total: euros('37.80'),
    },
  ],
  total: euros('122.70'),
  shipping: null,
  rest: null,
  isCutShort: false,
  isEmptied: false,
  shopTotal: null,
  paidWith: 'Visa •••• 4242',
  displayFinancialStatus: 'PAID',
  displayFulfillmentStatus: 'UNFULFILLED',
  paymentGatewayNames: ['shopify_payments'],
  tags: [],
  riskRecommendation: 'ACCEPT',
  test: false,
  warnings: ['fulfilment_in_progress'],
  moneyEffect: 'refund',
  moneyAmount: euros('122.70'),
  moneyKept: null,
  feeEstimate: euros('2.04'),
  adminUrl: 'https://name.myshopify.com/admin/orders/1',
};

const request: RequestView = {
  ref: 'CR-7K2M9QX',
  status: 'awaiting_decision',
  standing: 'awaiting_decision',
  isOpen: true,
  submittedAt: AT,
  locale: 'en',
  typed: '1001',
  words: [{ question: null, text: 'Ordered by mistake' }],
  answers: [
    { question: 'Order number', text: '#1001' },
    { question: 'Why do you want to cancel?', text: 'Ordered by mistake' },
  ],
  customerName: 'Ana Virtanen',
  customerEmail: 'ana@customer.example',
  mailedTo: 'ana@customer.example',
  reason: 'Ordered by mistake',
  message: null,
  matchKind: 'exact',
  matchReason: 'reference_and_contact_agree',
  candidates: [
    {
      orderId: 'gid://shopify/Order/1',
      orderName: '#1001',
      createdAt: new Date(AT - 5 * HOUR).toISOString(),
      evidence: [
        { about: 'reference', verdict: 'agrees', given: '1001', found: '#1001' },
        { about: 'email', verdict: 'agrees', given: 'ana@customer.example', found: 'ana@customer.example' },
      ],
    },
  ],
  order,
  trouble: null,
  question: 'Would you rather have it in another colour?',
  terms: { percent: 10, exchange: false },
  discountCode: 'KEEP-CR-7K2M9QX',
  undelivered: { address: 'ana@custmer.example', notices: ['customer-cancelled'] },
  canReturn: true,
  way: 'approve',
  told: 'nothing',
  shipped: null,
  origin: 'customer',
  doubt: null,
  proofLevel: 'confirmed',
  asking: null,
  askedOrder: '#1001',
  hold: 'held',
  payback: {
    amount: euros('122.70'),
    done: { by: 'sam@shop.example', at: AT + HOUR, how: 'bank transfer', on: '2026-11-24' },
  },
  assessment: {
    reason: 'no_rule',
    rule: null,
    note: null,
    waitsFor: null,
    approvalsWanted: 1,
    treatment: BUILT_IN_POLICY.defaults,
  },
  approvals: ['sam@shop.example'],
  approvalsLeft: 1,
  lastApproval: {
    by: 'sam@shop.example',
    terms: { refund: 'original', restock: 'yes' },
    money: { effect: 'refund', amount: euros('122.70') },
  },
  assignedTo: null,
  snoozedUntil: null,
  undoUntil: AT + 2 * HOUR,
  decision: {
    kind: 'decline',
    by: 'sam@shop.example',
    at: AT + HOUR,
    customerText: 'Your order is being engraved already, so we can’t cancel it any more.',
    part: [{ lineItemId: '1', title: 'Wool blanket', quantity: 1 }],
    change: {
      lines: [{ lineItemId: '2', title: 'Candle', from: 2, to: 1 }],
      added: { variantId: '3', sku: 'CA-OAK', title: 'Candle - Oak', quantity: 1 },
      address: null,
    },
    way: 'decline',
    refunded: euros('84.90'),
    owed: null,
    newTotal: null,
    terms: null,
    refund: 'original',
    money: null,
  },
  expiresAt: AT + 24 * HOUR,
};

/** Nothing but the request as it came in, waiting for a decision. */
const NEW: Partial<RequestView> = {
  question: null,
  terms: null,
  undelivered: null,
  canReturn: false,
  payback: null,
  undoUntil: null,
  decision: null,
};

/** Mails that have no link to open. */
const WITHOUT_LINK: readonly NoticeName[] = ['operator-incident', 'staff-offer-accepted'];

/** "customer-approved" tells one story; "customer-approved.part" another one that the same mail is sent for. */
export function sampleNames(notice: NoticeName): string[] {
  return [notice, ...Object.keys(VARIANTS[notice] ?? {}).map((variant) => `${notice}.${variant}`)];
}

/** @param name whose story is told; without one everything is filled in at once */
export function sampleContext(name?: string): NoticeContext & IncidentContext & DigestContext & SignInContext {
  const [first, variant] = name?.split('.') ?? [];
  const notice = NOTICES.find((one) => one === first);
  const story = notice && storyOf(notice, variant);
  const told = notice ? sampleRequest(story) : request;
  const toSender = story?.toSender ?? false;
  const link = 'https://desk.shop.example/preview';
  const second = { ...told, ref: 'CR-4H8TW2C', order: { ...order, name: '#1002' }, submittedAt: AT + HOUR };
  return {
    shopName: 'Pine & Loom',
    request: told,
    readerOwns: !toSender,
    unanswered: told.asking && unansweredLeadsTo(told.asking, 'staff'),
    // Empty, not null: the mail to sign in by always has one.
    link: toSender || (notice && WITHOUT_LINK.includes(notice)) ? '' : link,
    confirmBy: 'order_end',
    linkExpiresAt: AT + (notice === 'staff-sign-in' ? HOUR / 6 : 72 * HOUR),
    waiting: 2,
    items: [told, second].map((one) => ({ request: one, link, why: [] })),
    queue: null,
    incident: { code: 'shopify_unreachable', detail: 'Shopify gave no answer', since: AT },
  };
}

function storyOf(notice: NoticeName, variant?: string): Story | undefined {
  return variant ? VARIANTS[notice]?.[variant] : STORIES[notice];
}

function sampleRequest(story: Story = {}): RequestView {
  const { order: ofOrder, decision, toSender: _, ...rest } = story;
  return {
    ...request,
    ...NEW,
    way: decision?.way ?? 'approve',
    ...rest,
    standing: rest.status ?? request.status,
    isOpen: !isEnded(rest.status ?? request.status),
    order: { ...order, ...ofOrder },
    decision:
      decision && request.decision
        ? { ...request.decision, part: null, change: null, refunded: null, ...decision }
        : null,
  };
}
