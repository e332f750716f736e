import { wayOf } from './approvals.ts';
import { blockOf, boughtLabels, isBeingFulfilled, isReturnable, shippedOf } from './cancel-check.ts';
import type { CancellationRequest, Decision } from './cancellation-request.ts';
import { compareEmail } from './contact-evidence.ts';
import { customerAddress } from './customer-address.ts';
import { typedReference, wordsOf } from './customers-words.ts';
import { isEnded } from './lifecycle.ts';
import { fromMillionths, type Money, times, toMillionths } from './money.ts';
import { keptOf, type MoneyView, moneyEffectOf, moneyReturned } from './money-effect.ts';
import { discountCodeOf } from './offer.ts';
import type { Order } from './order.ts';
import { ruleBehind } from './policy/assess.ts';
import type { Policy, Treatment } from './policy/policy.ts';
import { answerText } from './question-mapping.ts';
import { knowsAcceptance } from './trouble.ts';
import type { ApprovalTerms, OrderView, RequestView } from './views.ts';

interface ViewOptions {
  readonly cardFee?: Policy['cardFee'];
  /** What approving would do; left out: as the policy said when it was assessed. */
  readonly treatment?: Treatment;
}

/** `order` is the one read last, or null where the reader must not learn of it. */
export function viewRequest(
  request: CancellationRequest,
  order: Order | null,
  adminOrigin: string,
  options: ViewOptions = {},
): RequestView {
  return {
    ref: request.ref,
    status: request.status,
    standing: standingOf(request),
    submittedAt: request.submittedAt,
    locale: request.locale,
    answers: request.answers.map((answer) => ({ question: answer.question, text: answerText(answer) })),
    words: wordsOf(request.answers),
    typed: typedReference(request.fields),
    customerName: request.fields.name,
    customerEmail: request.fields.email,
    mailedTo: customerAddress(request, order),
    reason: request.fields.reason,
    message: request.fields.message,
    matchKind: request.match?.kind ?? null,
    matchReason: request.match?.reason ?? null,
    candidates: request.match?.candidates ?? [],
    order: order && viewOrder(order, request, adminOrigin, options),
    trouble: request.trouble,
    question: request.question,
    terms: request.asking?.terms ?? null,
    discountCode: discountCodeOf(request.ref),
    undelivered: request.undelivered,
    way: request.decision ? wayOf(request.decision) : 'approve',
    told: request.trouble?.told ? 'failed' : knowsAcceptance(request) ? 'accepted' : 'nothing',
    shipped: request.order && shippedOf(request.order),
    canReturn: request.status === 'declined' && request.order !== null && isReturnable(request.order),
    origin: request.origin,
    proofLevel: request.proof?.level ?? null,
    asking: request.asking?.kind ?? null,
    askedOrder: askedOrderOf(request),
    hold: request.hold?.state ?? null,
    payback: request.payback,
    assessment: request.assessment && {
      reason: request.assessment.reason,
      rule: ruleBehind(request.assessment),
      note: request.assessment.note,
      waitsFor: request.assessment.waitsFor,
      approvalsWanted: request.assessment.approvals,
      treatment: request.assessment.treatment,
    },
    approvals: request.approvals.map(({ by }) => by),
    approvalsLeft: Math.max(0, (request.assessment?.approvals ?? 1) - request.approvals.length),
    lastApproval: lastApprovalOf(request, order),
    assignedTo: request.assignedTo,
    snoozedUntil: request.snoozedUntil,
    undoUntil: request.undoUntil,
    decision: request.decision && {
      kind: request.decision.kind,
      by: request.decision.by,
      at: request.decision.at,
      customerText: request.decision.customerText,
      part: request.decision.part,
      change: request.decision.change ?? null,
      way: wayOf(request.decision),
      ...balanceOf(request, order),
      refund: request.decision.treatment?.refund ?? 'none',
      terms: termsOf(request.decision),
      money: order && moneyOfDecision(request.decision, order),
    },
    expiresAt: request.expiresAt,
  };
}

/** Who takes an offer withdraws the request; staff want to know that the order was kept for it. */
function standingOf({ status, trouble }: CancellationRequest): RequestView['standing'] {
  return status === 'withdrawn' && trouble?.reason === 'offer_accepted' ? 'offer_taken' : status;
}

interface Balance {
  readonly refunded: Money | null;
  readonly owed: Money | null;
  readonly newTotal: Money | null;
}

const NO_BALANCE: Balance = { refunded: null, owed: null, newTotal: null };

/** Of a changed order: one with refunds of its own is paid back by hand, so all its refunds are this one. */
function balanceOf({ status, payback, decision }: CancellationRequest, order: Order | null): Balance {
  if (decision?.part) {
    const isPaid = decision.amount && toMillionths(decision.amount) > 0n && decision.treatment?.refund !== 'none';
    return { ...NO_BALANCE, refunded: isPaid ? (decision.amount ?? null) : null };
  }
  const edits = decision?.change && (decision.change.lines.length > 0 || decision.change.added !== null);
  if (!order || !edits || status !== 'changed') return NO_BALANCE;
  const refunded = order.refunds.reduce((sum, { total }) => sum + toMillionths(total), 0n);
  const owed = toMillionths(order.outstanding);
  const before = decision.owedBefore ? toMillionths(decision.owedBefore) : 0n;
  // What was never paid is owed as it was, and only the total is news.
  const isUnpaid = before > 0n;
  return {
    refunded: refunded > 0n && !payback ? fromMillionths(refunded, order.total.currencyCode) : null,
    owed: owed > 0n && !isUnpaid ? order.outstanding : null,
    newTotal: isUnpaid && owed !== before ? order.total : null,
  };
}

/** What it did, or will do, to the money; null: of a change or a return, where it isn't known before. */
function moneyOfDecision({ kind, treatment, part, change, amount }: Decision, order: Order): MoneyView | null {
  if (kind !== 'approve' || change) return null;
  if (!part) return moneyEffectOf(order, treatment);
  if (!amount || toMillionths(amount) === 0n || treatment?.refund === 'none') return null;
  return { effect: treatment?.refund === 'store_credit' ? 'store_credit' : 'refund', amount };
}

function termsOf({ treatment, change }: Pick<Decision, 'treatment' | 'change'>): ApprovalTerms | null {
  if (!treatment || change) return null;
  return { refund: treatment.refund, restock: treatment.restock ? 'yes' : 'no' };
}

function lastApprovalOf({ approvals }: CancellationRequest, order: Order | null): RequestView['lastApproval'] {
  const last = approvals.at(-1);
  if (!last) return null;
  const isWhole = !last.part && !last.change;
  return {
    by: last.by,
    terms: isWhole ? termsOf(last) : null,
    money: isWhole && order ? moneyEffectOf(order, last.treatment) : null,
  };
}

function askedOrderOf({ asking, orderName, match }: CancellationRequest): string | null {
  if (orderName) return orderName;
  return match?.candidates.find((one) => one.orderId === asking?.orderId)?.orderName ?? null;
}

/** What the provider keeps when a card payment goes back; nothing is kept of what was never taken. */
function estimateFee({ effect, amount }: MoneyView, cardFee: Policy['cardFee']): Money | null {
  if (!cardFee || effect !== 'refund') return null;
  const share = (toMillionths(amount) * BigInt(Math.round(cardFee.percent * 1_000))) / 100_000n;
  const cents = (share + BigInt(Math.round(cardFee.fixed * 1_000_000))) / 10_000n;
  return fromMillionths(cents * 10_000n, amount.currencyCode);
}

export function viewOrder(
  order: Order,
  request: Pick<CancellationRequest, 'decision' | 'assessment'> & Parameters<typeof warningsOf>[1],
  adminOrigin: string,
  options: ViewOptions = {},
): OrderView {
  const treatment = request.decision?.treatment ?? options.treatment ?? request.assessment?.treatment ?? null;
  const money = moneyEffectOf(order, treatment);
  const isPartlyShipped = order.lines.some(({ unfulfilledQuantity }) => unfulfilledQuantity > 0);
  return {
    name: order.name,
    createdAt: Date.parse(order.createdAt),
    cancelledAt: order.cancelledAt === null ? null : Date.parse(order.cancelledAt),
    cancelledEarlier: order.cancelledAt !== null && Date.parse(order.cancelledAt) < request.submittedAt,
    customerName: order.customerName ?? order.shippingTo?.name ?? null,
    email: order.email,
    customerNumberOfOrders: order.customerNumberOfOrders,
    countryCode: order.shippingTo?.countryCode ?? null,
    zip: order.shippingTo?.zip ?? null,
    lines: order.lines
      .map((line) => ({ ...line, shown: order.cancelledAt ? line.quantity : line.currentQuantity }))
      .filter(({ shown }) => shown > 0)
      .map((line) => ({
        id: line.id,
        unfulfilled: line.unfulfilledQuantity,
        title: line.title,
        variantTitle: line.variantTitle,
        sku: line.sku,
        image: line.image,
        quantity: line.shown,
        shipped: isPartlyShipped ? line.shown - line.unfulfilledQuantity : 0,
        total: times(line.unitPrice, line.shown),
      })),
    shipping: toMillionths(order.shipping) > 0n ? order.shipping : null,
    rest: restOf(order),
    total: order.total,
    isEmptied: order.cancelledAt !== null && toMillionths(order.total) === 0n,
    shopTotal: order.shopTotal.currencyCode === order.total.currencyCode ? null : order.shopTotal,
    paidWith: order.paidWith,
    displayFinancialStatus: order.displayFinancialStatus,
    displayFulfillmentStatus: order.displayFulfillmentStatus,
    paymentGatewayNames: order.paymentGatewayNames,
    tags: order.tags,
    riskRecommendation: order.riskRecommendation,
    test: order.test,
    isCutShort: order.isCutShort,
    warnings: warningsOf(order, request),
    moneyEffect: money.effect,
    moneyAmount: money.amount,
    moneyKept: keptOf(order, treatment, money),
    moneyReturned: moneyReturned(order),
    feeEstimate: estimateFee(money, options.cardFee ?? null),
    adminUrl: `${adminOrigin}/admin/orders/${order.id.split('/').at(-1) ?? ''}`,
  };
}

/** Asked for with another address than the order's, and its owner has not said that it was them. */
function isSomebodyElses(
  order: Order,
  { fields, origin, proof }: Pick<CancellationRequest, 'fields' | 'origin' | 'proof'>,
): boolean {
  return origin === 'customer' && proof?.level !== 'confirmed' && compareEmail(fields.email, order.email) === 'differs';
}

/** Taxes on top, discounts, fees: what makes the lines and the shipping the total. Of a cancelled order nothing is left. */
function restOf(order: Order): Money | null {
  if (order.cancelledAt !== null || order.isCutShort) return null;
  const lines = order.lines.reduce((sum, line) => sum + toMillionths(times(line.unitPrice, line.currentQuantity)), 0n);
  const rest = toMillionths(order.total) - toMillionths(order.shipping) - lines;
  return rest === 0n ? null : fromMillionths(rest, order.total.currencyCode);
}

/** What staff should know before they decide, the worst first. */
export function warningsOf(
  order: Order,
  request: Pick<
    CancellationRequest,
    'submittedAt' | 'hold' | 'status' | 'fields' | 'origin' | 'proof' | 'senderWithdrew'
  >,
): string[] {
  // Nothing is to be decided any more.
  if (isEnded(request.status)) return [];
  const shipped = shippedOf(order);
  const shippable = order.lines.some((line) => line.unfulfilledQuantity > 0);
  const facts: [string, boolean][] = [
    ['already_cancelled', order.cancelledAt !== null],
    ['sender_withdrew', request.senderWithdrew],
    ['contact_differs', isSomebodyElses(order, request)],
    ['shipped', shipped === 'all'],
    ['partly_shipped', shipped === 'part'],
    ['label_bought', boughtLabels(order).length > 0],
    ['fulfilment_in_progress', isBeingFulfilled(order)],
    ['hold_too_late', request.hold?.state === 'too_late'],
    ['hold_refused', request.hold?.state === 'refused' && shippable],
    ['hold_no_scope', request.hold?.state === 'no_scope'],
    ['return_open', blockOf(order) === 'return_open'],
    ['payment_pending', blockOf(order) === 'payment_pending'],
    ['partly_refunded', order.refunds.length > 0],
    ['high_risk', order.riskRecommendation === 'CANCEL'],
    ['test_order', order.test],
    ['older_than_request', Date.parse(order.createdAt) > request.submittedAt],
    ['archived', order.closed],
    ['email_hidden', order.email === null],
    ['cut_short', order.isCutShort],
  ];
  return facts.filter(([, holds]) => holds).map(([code]) => code);
}
