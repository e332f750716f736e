/** What cancelling does, or did, to the money. The transactions are the truth, not the payment status. */
import { fromMillionths, type Money, toMillionths } from './money.ts';
import type { Order, OrderTransaction } from './order.ts';
import type { MoneyEffect } from './views.ts';

export interface MoneyView {
  /** Locale key `money_effect.…`. */
  readonly effect: MoneyEffect;
  readonly amount: Money;
}

const TAKEN = ['SALE', 'CAPTURE'];
const GIVEN_BACK = ['SUCCESS', 'PENDING'];

/**
 * Before the cancellation: what it will do. After it: what it did.
 * An order with earlier refunds is never refunded again by the cancellation, see cancellation-plan.ts.
 */
export function moneyEffectOf(order: Order, refundWanted: boolean): MoneyView {
  const taken = sum(order.transactions.filter((one) => TAKEN.includes(one.kind) && one.status === 'SUCCESS'));
  const returned = sum(order.transactions.filter((one) => one.kind === 'REFUND' && GIVEN_BACK.includes(one.status)));
  const held = sum(order.transactions.filter((one) => one.kind === 'AUTHORIZATION' && one.status === 'SUCCESS'));
  const money = (effect: MoneyEffect, amount: bigint): MoneyView => ({
    effect,
    amount: fromMillionths(amount, order.total.currencyCode),
  });
  if (taken === 0n) {
    const voided = order.cancelledAt !== null && held > 0n;
    return order.capturable || voided ? money('void_authorization', held) : money('nothing_paid', 0n);
  }
  if (order.cancelledAt !== null) {
    return returned >= taken ? money('refund', returned) : money('refund_by_hand', taken - returned);
  }
  const byShopify = refundWanted && order.refundable && order.refunds.length === 0;
  return money(byShopify ? 'refund' : 'refund_by_hand', taken - returned);
}

function sum(transactions: readonly OrderTransaction[]): bigint {
  return transactions.reduce((total, one) => total + toMillionths(one.amount), 0n);
}
