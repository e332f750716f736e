/** Which parcel leaves first, as far as the order says: staff decide on it before the others. */
import { boughtLabels, isBeingFulfilled } from './cancel-check.ts';
import type { CancellationRequest } from './cancellation-request.ts';
import { isEnded } from './lifecycle.ts';
import type { Order } from './order.ts';

/** In this order. packed: somebody works on it. kept: it is held, or waits for its day. gone: or nothing is known of it. */
export const SHIPPING = ['packed', 'open', 'kept', 'gone'] as const;

export interface Shipping {
  readonly state: (typeof SHIPPING)[number];
  /** Within the state: by when it is to leave, else when it was ordered. Epoch milliseconds. */
  readonly at: number;
  /** The shop's promise; null: the order has none. */
  readonly deadline: number | null;
}

type Asked = Pick<CancellationRequest, 'order' | 'hold' | 'status'>;

export function shippingOf({ order, hold, status }: Asked): Shipping {
  if (!order) return { state: 'gone', at: 0, deadline: null };
  const deadline = deadlineOf(order);
  const state = isEnded(status) ? 'gone' : stateOf(order, hold);
  return { state, at: deadline ?? Date.parse(order.createdAt), deadline: state === 'gone' ? null : deadline };
}

const OVER = new Set(['CLOSED', 'CANCELLED']);
const WAITS = new Set(['ON_HOLD', 'SCHEDULED']);

function stateOf(order: Order, hold: CancellationRequest['hold']): Shipping['state'] {
  if (order.cancelledAt !== null || order.lines.every((line) => line.unfulfilledQuantity === 0)) {
    // A label is a fulfilment before anything has left.
    return order.cancelledAt === null && boughtLabels(order).length > 0 ? 'packed' : 'gone';
  }
  if (isBeingFulfilled(order) || boughtLabels(order).length > 0) return 'packed';
  const open = openOf(order);
  const waits = hold?.state === 'held' || (open.length > 0 && open.every(({ status }) => WAITS.has(status)));
  return waits ? 'kept' : 'open';
}

function openOf({ fulfillmentOrders }: Order): Order['fulfillmentOrders'] {
  return fulfillmentOrders.filter(({ status }) => !OVER.has(status));
}

/** The first of those that are still to leave. */
function deadlineOf(order: Order): number | null {
  const times = openOf(order).flatMap(({ fulfillBy }) => (fulfillBy ? [Date.parse(fulfillBy)] : []));
  return times.length > 0 ? Math.min(...times) : null;
}
