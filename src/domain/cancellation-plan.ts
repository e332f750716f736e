import type { CancellationRequest } from './cancellation-request.ts';
import type { CancelPayload } from './effect.ts';
import type { Order } from './order.ts';

/** `orderCancel.staffNote` takes 255 characters. */
const LONGEST_STAFF_NOTE = 255;

export interface OrderCancelPlan {
  readonly orderId: string;
  readonly reason: 'CUSTOMER';
  readonly restock: boolean;
  readonly originalPaymentMethodsRefund: boolean;
  /** Our own mail tells the customer; two mails would tell two stories. */
  readonly notifyCustomer: false;
  readonly staffNote: string;
}

/**
 * The exact arguments of `orderCancel`. An order that already has refunds is cancelled without another one: Shopify
 * would refund a second time (help.shopify.com, "Canceling orders"), so staff refund the rest by hand.
 */
export function planOrderCancel(request: CancellationRequest, payload: CancelPayload, order: Order): OrderCancelPlan {
  const by = request.decision ? `, approved by ${request.decision.by}` : '';
  return {
    orderId: payload.orderId,
    reason: 'CUSTOMER',
    restock: payload.restock,
    originalPaymentMethodsRefund: payload.refund && order.refunds.length === 0,
    notifyCustomer: false,
    staffNote: `${request.ref}: cancelled at the customer's request${by}`.slice(0, LONGEST_STAFF_NOTE),
  };
}
