/**
 * May this order be cancelled now? Asked when staff look and again right before the call, because Shopify's own
 * refusals have no codes for most of these and a cancelled order can't be un-cancelled.
 */
import type { Order } from './order.ts';
import { fingerprintOf } from './order-fingerprint.ts';

export type CancelBlock = 'already_shipped' | 'return_open' | 'payment_pending';

export type CancelVerdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'already_cancelled'; readonly ours: boolean }
  | { readonly kind: 'changed' }
  | { readonly kind: 'blocked'; readonly reason: CancelBlock };

const OPEN_RETURN = new Set(['RETURN_REQUESTED', 'IN_PROGRESS']);
/** A payment taken by hand (cash on delivery, bank transfer) shows as PENDING too, and such orders can be cancelled. */
const LIVE_TRANSACTION = new Set(['PENDING', 'AWAITING_RESPONSE']);

/** A fulfilment stands unless it was cancelled or came to nothing. A bought label is one, though nothing has left. */
export function standingFulfillments(order: Order): Order['fulfillments'] {
  return order.fulfillments.filter((fulfillment) => !['CANCELLED', 'ERROR', 'FAILURE'].includes(fulfillment.status));
}

export function blockOf(order: Order): CancelBlock | null {
  if (standingFulfillments(order).length > 0) return 'already_shipped';
  if (OPEN_RETURN.has(order.returnStatus)) return 'return_open';
  const unsettled = order.transactions.some(
    (transaction) => LIVE_TRANSACTION.has(transaction.status) && !isManual(order),
  );
  return order.displayFinancialStatus === 'PENDING' && unsettled ? 'payment_pending' : null;
}

export function checkBeforeCancel(order: Order, approvedFingerprint: string, ref: string): CancelVerdict {
  if (order.cancelledAt !== null) return { kind: 'already_cancelled', ours: isOurs(order, ref) };
  const reason = blockOf(order);
  if (reason) return { kind: 'blocked', reason };
  return fingerprintOf(order) === approvedFingerprint ? { kind: 'go' } : { kind: 'changed' };
}

/** Our reference stands in the staff note of every cancellation we send. */
export function isOurs(order: Order, ref: string): boolean {
  return order.cancellationStaffNote?.includes(ref) ?? false;
}

/** After a call of ours: somebody else's only when another note says so. */
export function mayBeOurs(order: Order, ref: string): boolean {
  return order.cancellationStaffNote === null || isOurs(order, ref);
}

function isManual(order: Order): boolean {
  return order.paymentGatewayNames.some((name) => /cash on delivery|bank deposit|money order|manual/iu.test(name));
}
