/**
 * May this order be cancelled now? Asked when staff look and again right before the call, because Shopify's own
 * refusals have no codes for most of these and a cancelled order can't be un-cancelled.
 */
import type { Order } from './order.ts';
import { fingerprintOf } from './order-fingerprint.ts';

export type CancelBlock = 'already_shipped' | 'label_bought' | 'return_open' | 'payment_pending';

export type CancelVerdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'already_cancelled'; readonly ours: boolean }
  | { readonly kind: 'changed' }
  | { readonly kind: 'blocked'; readonly reason: CancelBlock };

const OPEN_RETURN = new Set(['RETURN_REQUESTED', 'IN_PROGRESS']);
/** A payment taken by hand (cash on delivery, bank transfer) shows as PENDING too, and such orders can be cancelled. */
const LIVE_TRANSACTION = new Set(['PENDING', 'AWAITING_RESPONSE']);

/** A label is a fulfilment though nothing has left the house. */
const LABELS = new Set(['LABEL_PURCHASED', 'LABEL_PRINTED']);
const WORKED_ON = new Set(['IN_PROGRESS', 'INCOMPLETE']);
const TAKEN_ON = new Set(['ACCEPTED', 'CANCELLATION_REQUESTED', 'CANCELLATION_REJECTED']);

/** A fulfilment stands unless it was cancelled or came to nothing. A bought label is one, though nothing has left. */
export function standingFulfillments(order: Order): Order['fulfillments'] {
  return order.fulfillments.filter((fulfillment) => !['CANCELLED', 'ERROR', 'FAILURE'].includes(fulfillment.status));
}

export function boughtLabels(order: Order): Order['fulfillments'] {
  return standingFulfillments(order).filter((one) => LABELS.has(one.displayStatus ?? ''));
}

export function blockOf(order: Order): CancelBlock | null {
  const some = blockOfSome(order);
  if (some === 'return_open') return some;
  if (shippedOf(order)) return 'already_shipped';
  return boughtLabels(order).length > 0 ? 'label_bought' : some;
}

/** Of taking something off an order or changing it: what has been shipped or packed of the rest is no hindrance. */
export function blockOfSome(order: Order): CancelBlock | null {
  if (OPEN_RETURN.has(order.returnStatus)) return 'return_open';
  return isPaymentPending(order) ? 'payment_pending' : null;
}

/** What of it has left the house; null: nothing. */
export function shippedOf(order: Order): 'all' | 'part' | null {
  if (standingFulfillments(order).length <= boughtLabels(order).length) return null;
  return order.lines.some((line) => line.unfulfilledQuantity > 0) ? 'part' : 'all';
}

/** Something has left, and no return is open for it. */
export function isReturnable(order: Order): boolean {
  return order.cancelledAt === null && shippedOf(order) !== null && !OPEN_RETURN.has(order.returnStatus);
}

export function isReturnOpen(order: Order): boolean {
  return OPEN_RETURN.has(order.returnStatus);
}

/** Neither taken nor failed yet: Shopify cancels nothing before it settles (help.shopify.com, "Pending payments"). */
export function isPaymentPending(order: Order): boolean {
  const unsettled = order.transactions.some((transaction) => LIVE_TRANSACTION.has(transaction.status));
  return order.displayFinancialStatus === 'PENDING' && unsettled && !isPaidByHand(order);
}

/** Cash on delivery, bank transfer and the like: Shopify moves no money, in either direction. */
export function isPaidByHand(order: Order): boolean {
  // Before there is a payment only the gateway's name tells.
  const byName = order.paymentGatewayNames.some((name) =>
    /cash on delivery|bank deposit|money order|manual/iu.test(name),
  );
  return byName || order.transactions.some((transaction) => transaction.manual);
}

/** Somebody works on the parcel, or a fulfilment service has taken the order on. */
export function isBeingFulfilled(order: Order): boolean {
  return order.fulfillmentOrders.some((one) => WORKED_ON.has(one.status) || TAKEN_ON.has(one.requestStatus));
}

/** @param block what stands against it, see blockOf and blockOfSome */
export function checkBeforeCancel(
  order: Order,
  approvedFingerprint: string,
  ref: string,
  block: (order: Order) => CancelBlock | null = blockOf,
): CancelVerdict {
  if (order.cancelledAt !== null) return { kind: 'already_cancelled', ours: isOurs(order, ref) };
  const reason = block(order);
  if (reason) return { kind: 'blocked', reason };
  return isAsApproved(order, approvedFingerprint) ? { kind: 'go' } : { kind: 'changed' };
}

/** A parcel that nobody works on any more is no reason to ask again; one that somebody began on is. */
function isAsApproved(order: Order, approvedFingerprint: string): boolean {
  const inProgress = isBeingFulfilled(order);
  if (fingerprintOf(order, inProgress) === approvedFingerprint) return true;
  return !inProgress && fingerprintOf(order, true) === approvedFingerprint;
}

/** Our reference stands in the staff note of every cancellation we send. */
export function isOurs(order: Order, ref: string): boolean {
  return order.cancellationStaffNote?.includes(ref) ?? false;
}

/** After a call of ours: somebody else's only when another note says so. */
export function mayBeOurs(order: Order, ref: string): boolean {
  return order.cancellationStaffNote === null || isOurs(order, ref);
}
