import type { ShopOrder } from './shop-order.ts';

/**
 * Why Shopify won't cancel this order, or null. It has no codes for these (they come as INVALID) and its sources
 * disagree about shipped orders; the world takes the strict reading.
 */
export function refusalOf(order: ShopOrder): string | null {
  if (order.cancelledAt !== null) return 'Order has already been canceled';
  if (order.fulfillments.some((one) => one.status !== 'CANCELLED')) {
    return 'Cannot cancel an order that has fulfillments';
  }
  if (order.returnStatus === 'IN_PROGRESS') return 'Cannot cancel an order with an open return';
  if (order.transactions.some((one) => one.status === 'PENDING')) {
    return 'Cannot cancel an order with a pending payment';
  }
  return null;
}
