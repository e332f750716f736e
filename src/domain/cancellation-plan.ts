import type { CancellationRequest } from './cancellation-request.ts';
import type { CancelPayload } from './effect.ts';
import type { Order } from './order.ts';
import { refundsInOneStep } from './refund-plan.ts';

/** `orderCancel.staffNote` takes 255 characters. */
const LONGEST_STAFF_NOTE = 255;

export interface OrderCancelPlan {
  readonly orderId: string;
  readonly reason: 'CUSTOMER' | 'FRAUD';
  readonly restock: boolean;
  readonly refund: 'original' | 'store_credit' | 'nothing';
  /** Our own mail tells the customer; Shopify's comes besides only where the policy wants it. */
  readonly notifyCustomer: boolean;
  readonly staffNote: string;
}

/**
 * The exact arguments of `orderCancel`. An order that already has refunds is cancelled without another one: Shopify
 * would refund a second time (help.shopify.com, "Canceling orders"). Where less than everything goes back, the order is
 * cancelled first and refunded after, see refund-plan.ts.
 */
export function planOrderCancel(request: CancellationRequest, payload: CancelPayload, order: Order): OrderCancelPlan {
  const by = request.decision ? `, approved by ${request.decision.by}` : '';
  const { treatment } = payload;
  const swept = request.origin === 'risk_sweep';
  const why = swept ? 'cancelled for high risk' : "cancelled at the customer's request";
  return {
    orderId: payload.orderId,
    reason: swept ? 'FRAUD' : 'CUSTOMER',
    restock: treatment.restock,
    refund: treatment.refund !== 'none' && refundsInOneStep(order, treatment) ? treatment.refund : 'nothing',
    notifyCustomer: treatment.notify === 'desk_and_shopify',
    staffNote: `${request.ref}: ${why}${by}`.slice(0, LONGEST_STAFF_NOTE),
  };
}
