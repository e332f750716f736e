/** What a part or a change comes to. Staff see it and agree before anything is written. */
import { createHash } from 'node:crypto';
import type { PartLine } from './cancellation-request.ts';
import { type Confirmation, confirms } from './confirmation.ts';
import { partOf } from './decision.ts';
import type { DecisionInput } from './decision-input.ts';
import type { Money } from './money.ts';
import { type MoneyView, moneyEffectOf } from './money-effect.ts';
import type { Order } from './order.ts';
import type { OrderChange } from './order-change.ts';
import type { Treatment } from './policy/policy.ts';
import type { RefundPlan } from './refund-plan.ts';

export type DecisionPlan =
  | {
      /** Of all of the order, in another way than its page said. */
      readonly kind: 'approve';
      readonly digest: string;
      readonly money: MoneyView;
      readonly restock: boolean;
      readonly archive: boolean;
    }
  | {
      readonly kind: 'part';
      readonly digest: string;
      readonly lines: readonly PartLine[];
      readonly amount: Money;
      readonly method: RefundPlan['method'];
      readonly restock: boolean;
    }
  | { readonly kind: 'change'; readonly digest: string; readonly change: OrderChange };

export interface PlanFacts {
  readonly order: Order | null;
  readonly treatment: Treatment;
  readonly partPlan: RefundPlan | null;
  readonly change: OrderChange | null;
}

/** null: a decision that comes to what its page says already. */
export function planOf(input: DecisionInput, { order, treatment, partPlan, change }: PlanFacts): DecisionPlan | null {
  if (input.kind === 'change' && change) return { kind: 'change', digest: digestOf(change), change };
  if (input.kind === 'approve' && input.terms && order) {
    const money = moneyEffectOf(order, treatment);
    const { restock, archive } = treatment;
    return { kind: 'approve', digest: digestOf([money, treatment]), money, restock, archive };
  }
  if (input.kind !== 'part' || !partPlan || !order) return null;
  const { amount, method } = partPlan;
  const lines = partOf(order, input.quantities) ?? [];
  const { restock } = input;
  return { kind: 'part', digest: digestOf([lines, amount, method, restock]), lines, amount, method, restock };
}

/**
 * What was agreed to must be what would be done; the order itself is compared by its fingerprint. "confirm_plan" says
 * that what confirms it was not typed to it.
 */
export function checkAgreement(
  input: DecisionInput,
  plan: DecisionPlan,
  order: Order | null,
  by: Confirmation,
): 'agreed' | 'shown' | 'confirm_plan' {
  if (!('agreed' in input) || input.agreed !== plan.digest || !order) return 'shown';
  return input.confirm === null || confirms(input.confirm, order, by) ? 'agreed' : 'confirm_plan';
}

function digestOf(plan: unknown): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url');
}
