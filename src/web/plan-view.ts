/** What a decision comes to, as its page shows it before it is agreed to. */
import type { DecisionPlan } from '../domain/decision-plan.ts';
import { fromMillionths, type Money, toMillionths } from '../domain/money.ts';
import type { MoneyView } from '../domain/money-effect.ts';
import type { DecideResult } from '../steps/decide.ts';

export interface PlanView {
  readonly plan: DecisionPlan;
  /** Of an approval and of a part. */
  readonly money: MoneyView | null;
  /** Of a change; null: no money moves. */
  readonly difference: Money | null;
  /** The difference goes back, or is still to be paid; of an order that isn't paid, it is the new sum. */
  readonly balance: 'back' | 'due' | 'unpaid';
  /** It differs from what was agreed to before. */
  readonly isAnother: boolean;
}

export function viewPlan(
  { plan, outstanding, owedNow }: Extract<DecideResult, { kind: 'plan' }>,
  isAnother: boolean,
): PlanView {
  const money = plan.kind === 'approve' ? plan.money : plan.kind === 'part' ? moneyOfPart(plan) : null;
  return { plan, money, ...balanceOf(outstanding, owedNow), isAnother };
}

function balanceOf(after: Money | null, now: Money | null): Pick<PlanView, 'difference' | 'balance'> {
  const owed = after ? toMillionths(after) : 0n;
  const before = now ? toMillionths(now) : 0n;
  if (!after || owed === before) return { difference: null, balance: 'due' };
  if (before > 0n && owed >= 0n) return { difference: after, balance: 'unpaid' };
  const difference = owed - before;
  const money = fromMillionths(difference < 0n ? -difference : difference, after.currencyCode);
  return { difference: money, balance: difference < 0n ? 'back' : 'due' };
}

function moneyOfPart({ amount, method }: Extract<DecisionPlan, { kind: 'part' }>): MoneyView {
  if (toMillionths(amount) === 0n) return { effect: 'keep_money', amount };
  return { effect: method === 'store_credit' ? 'store_credit' : 'refund', amount };
}
