/** What a part or a change comes to. Staff see it and agree before anything is written. */
import { createHash } from 'node:crypto';
import type { PartLine } from './cancellation-request.ts';
import { confirmsOrder, type DecisionInput, partOf } from './decision.ts';
import type { Money } from './money.ts';
import type { Order } from './order.ts';
import type { OrderChange } from './order-change.ts';
import type { RefundPlan } from './refund-plan.ts';

export type DecisionPlan =
  | {
      readonly kind: 'part';
      readonly digest: string;
      readonly lines: readonly PartLine[];
      readonly amount: Money;
      readonly method: RefundPlan['method'];
      readonly restock: boolean;
    }
  | { readonly kind: 'change'; readonly digest: string; readonly change: OrderChange };

/** null: a decision that comes to what its page says already. */
export function planOf(
  input: DecisionInput,
  order: Order | null,
  partPlan: RefundPlan | null,
  change: OrderChange | null,
): DecisionPlan | null {
  if (input.kind === 'change' && change) return { kind: 'change', digest: digestOf(change), change };
  if (input.kind !== 'part' || !partPlan || !order) return null;
  const { amount, method } = partPlan;
  const lines = partOf(order, input.quantities) ?? [];
  const { restock } = input;
  return { kind: 'part', digest: digestOf([lines, amount, method, restock]), lines, amount, method, restock };
}

/**
 * What was agreed to must be what would be done; the order itself is compared by its fingerprint. "confirm_plan" says
 * that the order's name was not typed to it.
 */
export function checkAgreement(
  input: DecisionInput,
  plan: DecisionPlan,
  orderName: string,
): 'agreed' | 'shown' | 'confirm_plan' {
  if ((input.kind !== 'part' && input.kind !== 'change') || input.agreed !== plan.digest) return 'shown';
  return input.confirm === null || confirmsOrder(input.confirm, orderName) ? 'agreed' : 'confirm_plan';
}

function digestOf(plan: unknown): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64url');
}
