import type { RefundLine, RefundPlan } from '../../domain/refund-plan.ts';
import type { RefundOrderMutationVariables } from './admin.generated.ts';

type RefundInput = RefundOrderMutationVariables['input'];
type Currency = NonNullable<RefundInput['currency']>;

/** Nothing that changes between two tries may be in it: under one key Shopify wants the same input, to the letter. */
export function toRefundInput({ orderId, method, amount, transactions, lines }: RefundPlan): RefundInput {
  const currencyCode = amount.currencyCode as Currency;
  const shared = {
    orderId,
    currency: currencyCode,
    notify: false,
    note: 'Cancelled at the customer’s request',
    ...(lines.length > 0
      ? {
          refundLineItems: toLineInputs(lines),
        }
      : {}),
  };
  if (method === 'store_credit') {
    if (Number(amount.amount) === 0) return shared;
    return { ...shared, refundMethods: [{ storeCreditRefund: { amount: { amount: amount.amount, currencyCode } } }] };
  }
  return {
    ...shared,
    // A fee that is kept makes the sum smaller than the order's lines.
    discrepancyReason: 'CUSTOMER',
    transactions: transactions.map((one) => ({
      orderId,
      parentId: one.parentId,
      gateway: one.gateway,
      kind: 'REFUND',
      amount: one.amount.amount,
    })),
  };
}

/** CANCEL is for lines that nobody has shipped; shipped ones go back as returns. */
export function toLineInputs(lines: readonly RefundLine[]) {
  return lines.map(({ lineItemId, quantity, restock }) => ({
    lineItemId,
    quantity,
    restockType: restock ? ('CANCEL' as const) : ('NO_RESTOCK' as const),
  }));
}
