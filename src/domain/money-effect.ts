/** What cancelling does, or did, to the money. The transactions are the truth, not the payment status. */
import { isPaidByHand } from './cancel-check.ts';
import { fromMillionths, type Money, toMillionths } from './money.ts';
import type { Order, OrderTransaction } from './order.ts';
import type { Treatment } from './policy/policy.ts';
import { refundAmount } from './refund-plan.ts';
import type { KeptMoney, MoneyEffect } from './views.ts';

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
 * @param treatment null: as the built-in policy has it, everything to the original payment
 */
export function moneyEffectOf(order: Order, treatment: Treatment | null): MoneyView {
  const wanted = treatment?.refund ?? 'original';
  const taken = takenOf(order);
  const returned = returnedOf(order);
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
    if (wanted === 'none' && returned < taken) return money('keep_money', taken - returned);
    const whole = (treatment?.amount ?? 'full') === 'full';
    if (whole && returned < taken) return money('refund_by_hand', taken - returned);
    if (returned === 0n) return money('refund_by_hand', toMillionths(refundAmount(order, treatment?.amount ?? 'full')));
    return money(wanted === 'store_credit' ? 'store_credit' : 'refund', returned);
  }
  if (wanted === 'none') return money('keep_money', taken - returned);
  const amount = toMillionths(refundAmount(order, treatment?.amount ?? 'full'));
  const byShopify = order.refundable && order.refunds.length === 0 && !isPaidByHand(order);
  if (!byShopify) return money('refund_by_hand', amount);
  return money(wanted === 'store_credit' ? 'store_credit' : 'refund', amount);
}

/** null: nothing, or nobody chose to keep it. */
export function keptOf(order: Order, treatment: Treatment | null, { effect, amount }: MoneyView): KeptMoney | null {
  const share = treatment?.amount ?? 'full';
  if (share === 'full' || !['refund', 'store_credit', 'refund_by_hand'].includes(effect)) return null;
  const isBack = order.cancelledAt !== null && effect !== 'refund_by_hand';
  const kept = takenOf(order) - returnedOf(order) - (isBack ? 0n : toMillionths(amount));
  if (kept <= 0n) return null;
  const why = share === 'keep_shipping' ? 'shipping' : 'exactly' in share ? 'rest' : 'fee';
  return { why, amount: fromMillionths(kept, order.total.currencyCode) };
}

/** What has gone back so far, or is on its way; null: nothing. */
export function moneyReturned(order: Order): Money | null {
  const returned = returnedOf(order);
  return returned > 0n ? fromMillionths(returned, order.total.currencyCode) : null;
}

function takenOf({ transactions }: Order): bigint {
  return sum(transactions.filter((one) => TAKEN.includes(one.kind) && one.status === 'SUCCESS'));
}

function returnedOf({ transactions }: Order): bigint {
  return sum(transactions.filter((one) => one.kind === 'REFUND' && GIVEN_BACK.includes(one.status)));
}

function sum(transactions: readonly OrderTransaction[]): bigint {
  return transactions.reduce((total, one) => total + toMillionths(one.amount), 0n);
}
