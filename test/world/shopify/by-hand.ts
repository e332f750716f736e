/** What somebody in the admin does more rarely than what ShopState has itself, behind the service's back too. */
import { makeOrder } from './make-order.ts';
import { sumOf } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

export function addLineByHand(state: ShopState, name: string): void {
  const order = state.order(name);
  const [line] = makeOrder(order.number + 1, state.now()).lines;
  if (line) order.lines.push({ ...line, id: state.nextId('LineItem') });
  order.edited = true;
  state.record(order, 'by_hand');
}

/** One piece leaves; the rest, if there is any, is still to go. */
export function shipPieceByHand(state: ShopState, name: string): void {
  const order = state.order(name);
  const at = state.now();
  order.fulfillments.push({ id: state.nextId('Fulfillment'), status: 'SUCCESS', displayStatus: 'IN_TRANSIT', at });
  const [line] = order.lines;
  if (line) line.unfulfilledQuantity -= 1;
  order.displayFulfillmentStatus = 'PARTIALLY_FULFILLED';
  state.record(order, 'by_hand');
}

/** Lifts the holds, as the admin does, and begins to pack. */
export function beginByHand(state: ShopState, name: string): void {
  const order = state.order(name);
  for (const one of order.fulfillmentOrders) [one.status, one.holds] = ['IN_PROGRESS', []];
  order.displayFulfillmentStatus = 'IN_PROGRESS';
  state.record(order, 'by_hand');
}

/** Takes what was only authorised. */
export function captureByHand(state: ShopState, name: string): void {
  const order = state.order(name);
  const gateway = order.gatewayNames[0] ?? 'manual';
  const amount = sumOf(order, 'AUTHORIZATION');
  order.transactions.push({
    id: state.nextId('OrderTransaction'),
    kind: 'CAPTURE',
    status: 'SUCCESS',
    gateway,
    amount,
  });
  order.displayFinancialStatus = 'PAID';
  state.record(order, 'by_hand');
}
