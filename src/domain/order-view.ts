/** An order as pages and mails are given it. */
import { blockOf, boughtLabels, isBeingFulfilled, shippedOf } from './cancel-check.ts';
import type { CancellationRequest } from './cancellation-request.ts';
import { compareEmail } from './contact-evidence.ts';
import { DOUBTS } from './doubt.ts';
import { isEnded } from './lifecycle.ts';
import { fromMillionths, type Money, times, toMillionths } from './money.ts';
import { keptOf, type MoneyView, moneyEffectOf, moneyReturned } from './money-effect.ts';
import type { Order } from './order.ts';
import type { Policy, Treatment } from './policy/policy.ts';
import type { OrderView } from './views.ts';

export interface ViewOptions {
  readonly cardFee?: Policy['cardFee'];
  /** What approving would do; left out: as the policy said when it was assessed. */
  readonly treatment?: Treatment;
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

/** What the provider keeps when a card payment goes back; nothing is kept of what was never taken. */
function estimateFee({ effect, amount }: MoneyView, cardFee: Policy['cardFee']): Money | null {
  if (!cardFee || effect !== 'refund') return null;
  const share = (toMillionths(amount) * BigInt(Math.round(cardFee.percent * 1_000))) / 100_000n;
  const cents = (share + BigInt(Math.round(cardFee.fixed * 1_000_000))) / 10_000n;
  return fromMillionths(cents * 10_000n, amount.currencyCode);
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
    'submittedAt' | 'hold' | 'status' | 'fields' | 'origin' | 'proof' | 'senderWithdrew' | 'doubt'
  >,
): string[] {
  // Nothing is to be decided any more.
  if (isEnded(request.status)) return [];
  const shipped = shippedOf(order);
  const shippable = order.lines.some((line) => line.unfulfilledQuantity > 0);
  const facts: [string, boolean][] = [
    ['already_cancelled', order.cancelledAt !== null],
    ...DOUBTS.map((doubt): [string, boolean] => [doubt, request.doubt === doubt]),
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
