import { createHash } from 'node:crypto';
import type { Order } from './order.ts';

/**
 * Changes when anything staff decided on has changed: lines, money, payment, fulfilment, return, cancellation.
 * Tags, notes and addresses may change without asking staff again, and holds may come and go: some are ours.
 * @param inProgress whether somebody works on the parcel, see cancel-check.ts
 */
export function fingerprintOf(order: Order, inProgress: boolean): string {
  const decisive = [
    order.id,
    order.cancelledAt,
    order.displayFinancialStatus,
    inProgress,
    order.returnStatus,
    order.total.amount,
    order.total.currencyCode,
    order.lines.map((line) => [line.id, line.currentQuantity, line.unfulfilledQuantity]).sort(),
    order.refunds.map((refund) => refund.id).sort(),
    order.fulfillments.map((fulfillment) => [fulfillment.id, fulfillment.status]).sort(),
  ];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('base64url');
}
