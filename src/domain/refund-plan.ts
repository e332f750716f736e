/** How much goes back, and out of which payments, when it isn't simply everything. */
import { isPaidByHand } from './cancel-check.ts';
import { decimalsOf, fromMillionths, type Money, toMillionths } from './money.ts';
import type { Order, Refund } from './order.ts';
import type { RefundAmount, Treatment } from './policy/policy.ts';

export interface RefundPlan {
  readonly orderId: string;
  readonly method: 'original' | 'store_credit';
  readonly amount: Money;
  /** Which payments it goes back to; none for store credit. */
  readonly transactions: readonly RefundTransaction[];
  /** Lines that are taken off the order with it; none where the order is cancelled as a whole. */
  readonly lines: readonly RefundLine[];
}

export interface RefundTransaction {
  readonly parentId: string;
  readonly gateway: string;
  readonly amount: Money;
}

export interface RefundLine {
  readonly lineItemId: string;
  readonly quantity: number;
  readonly restock: boolean;
}

/** Paid and not given back yet. */
export function refundable(order: Order): Money {
  const left = sum(order, ['SALE', 'CAPTURE'], ['SUCCESS']) - sum(order, ['REFUND'], ['SUCCESS', 'PENDING']);
  return fromMillionths(left > 0n ? left : 0n, order.total.currencyCode);
}

/** Never more than was paid and is still there. */
export function refundAmount(order: Order, amount: RefundAmount): Money {
  const { amount: left, currencyCode } = refundable(order);
  const whole = toMillionths({ amount: left, currencyCode });
  const kept = keptBack(whole, amount, order);
  return fromMillionths(whole > kept ? roundDown(whole - kept, currencyCode) : 0n, currencyCode);
}

function keptBack(whole: bigint, amount: RefundAmount, order: Order): bigint {
  if (amount === 'full') return 0n;
  if (amount === 'keep_shipping') return toMillionths(order.shipping);
  if ('exactly' in amount) {
    const wanted = toMillionths({ amount: amount.exactly, currencyCode: order.total.currencyCode });
    return wanted < whole ? whole - wanted : 0n;
  }
  if ('less' in amount) return BigInt(Math.round(amount.less * 1_000_000));
  return (whole * BigInt(Math.round(amount.less_percent * 1_000))) / 100_000n;
}

/** To the smallest part the currency has: cents, or whole yen. */
function roundDown(millionths: bigint, currencyCode: string): bigint {
  const part = 10n ** BigInt(Math.max(0, 6 - decimalsOf(currencyCode)));
  return millionths - (millionths % part);
}

/** `orderCancel` gives back all or nothing; anything else is cancelled first and refunded after. */
export function refundsInOneStep(order: Order, { refund, amount }: Treatment): boolean {
  return refund !== 'none' && amount === 'full' && order.refunds.length === 0 && !isPaidByHand(order);
}

/**
 * The refund that follows a cancellation which gave nothing back. Not for orders with refunds of their own: what is left
 * there is for a person to judge (help.shopify.com, "Canceling orders").
 */
export function planSeparateRefund(cancelled: Order, before: Order | null, treatment: Treatment): RefundPlan | null {
  const hadRefunds = (before ?? cancelled).refunds.length > 0;
  if (treatment.refund === 'none' || hadRefunds || refundsInOneStep(before ?? cancelled, treatment)) return null;
  if (isPaidByHand(cancelled) || cancelled.isCutShort) return null;
  return planRefund(cancelled, treatment.refund, refundAmount(cancelled, treatment.amount));
}

/** What a person has to pay back, because Shopify moves no such money or gave back less than it should; null: nothing. */
export function owedByHand(cancelled: Order, treatment: Treatment): Money | null {
  if (treatment.refund === 'none') return null;
  const owed = refundAmount(cancelled, treatment.amount);
  return toMillionths(owed) > 0n ? owed : null;
}

/** What a changed order has been paid too much for; null: nothing, or the customer owes something. */
export function owedAfterChange(changed: Order): Money | null {
  const balance = toMillionths(changed.outstanding);
  return balance < 0n ? fromMillionths(-balance, changed.outstanding.currencyCode) : null;
}

/** null: a person pays it back. As with cancellations, orders with refunds of their own are for a person to judge. */
export function planDifference(changed: Order, owed: Money): RefundPlan | null {
  if (isPaidByHand(changed) || changed.isCutShort || changed.refunds.length > 0) return null;
  return planRefund(changed, 'original', owed);
}

/** No more than this out of payments that were suggested for more. */
export function cutTransactions(transactions: readonly RefundTransaction[], most: Money): RefundTransaction[] {
  let left = toMillionths(most);
  return transactions.flatMap((one) => {
    const part = smaller(toMillionths(one.amount), left);
    left -= part;
    return part > 0n ? [{ ...one, amount: fromMillionths(part, one.amount.currencyCode) }] : [];
  });
}

/** Splits over the payments, oldest first; null when there is nothing to give back. */
export function planRefund(order: Order, method: RefundPlan['method'], amount: Money): RefundPlan | null {
  let left = toMillionths(amount);
  if (left <= 0n) return null;
  if (method === 'store_credit') return { orderId: order.id, method, amount, transactions: [], lines: [] };
  const transactions: RefundTransaction[] = [];
  for (const payment of order.transactions) {
    if (left === 0n || !['SALE', 'CAPTURE'].includes(payment.kind) || payment.status !== 'SUCCESS') continue;
    const part = smaller(toMillionths(payment.amount), left);
    left -= part;
    const money = fromMillionths(part, amount.currencyCode);
    transactions.push({ parentId: payment.id, gateway: payment.gateway ?? '', amount: money });
  }
  return { orderId: order.id, method, amount, transactions, lines: [] };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function sum(order: Order, kinds: readonly string[], statuses: readonly string[]): bigint {
  return order.transactions
    .filter((one) => kinds.includes(one.kind) && statuses.includes(one.status))
    .reduce((total, one) => total + toMillionths(one.amount), 0n);
}

/** Refunds that `before` didn't show. */
export function refundsSince(before: Order, now: Order): Order['refunds'] {
  const known = new Set(before.refunds.map(({ id }) => id));
  return now.refunds.filter(({ id }) => !known.has(id));
}

/** What may be this plan's refund among those that `before` didn't show. */
export function refundOf(before: Order, now: Order, { amount }: Pick<RefundPlan, 'amount'>): Refund | null {
  return refundsSince(before, now).find(({ total }) => toMillionths(total) === toMillionths(amount)) ?? null;
}

/** Whether the order shows that this plan was carried out since: its sum has gone back, and its lines are off. */
export function showsRefund(before: Order, now: Order, plan: RefundPlan): boolean {
  const quantity = (order: Order, id: string) => order.lines.find((line) => line.id === id)?.currentQuantity ?? 0;
  return (
    refundOf(before, now, plan) !== null &&
    plan.lines.every((line) => quantity(now, line.lineItemId) <= quantity(before, line.lineItemId) - line.quantity)
  );
}
