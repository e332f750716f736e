/** Reading less must not mean knowing less: what is read again is judged as an order that is read whole would be. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShopifyOrders } from '../../../src/adapters/shopify/orders.ts';
import { checkBeforeCancel, isBeingFulfilled } from '../../../src/domain/cancel-check.ts';
import type { Order } from '../../../src/domain/order.ts';
import { fingerprintOf } from '../../../src/domain/order-fingerprint.ts';
import type { Orders } from '../../../src/ports.ts';
import { totalsByOperation } from '../../world/ledger.ts';
import { startWorld, type World } from '../../world/server.ts';
import type { ShopLine, ShopOrder } from '../../world/shopify/shop-order.ts';

const NAME = '#1001';

describe('an order that is read again', () => {
  let world: World;
  let orders: Orders;
  let shopOrder: ShopOrder;

  beforeEach(async () => {
    world = await startWorld();
    shopOrder = world.shopify.state.order(NAME);
    orders = createShopifyOrders({
      storeDomain: 'pine-and-loom.myshopify.com',
      apiVersion: '2026-10',
      apiOrigin: world.origin,
      auth: { kind: 'token', accessToken: world.shopify.accessToken },
      now: Date.now,
    }).orders;
  });
  afterEach(() => world.close());

  async function mustRead(): Promise<Order> {
    const order = await orders.read(shopOrder.id);
    if (!order) throw new Error('the order is gone');
    return order;
  }

  const sent = (operation: string) => totalsByOperation(world.shopify.requests).get(operation)?.requests ?? 0;
  const changes: [what: string, meddle: () => void][] = [
    ['nothing', () => {}],
    ['a shipment', () => world.shopify.state.fulfilByHand(NAME)],
    ['a bought label', () => world.shopify.state.fulfilByHand(NAME, 'LABEL_PURCHASED')],
    ['a refund', () => world.shopify.state.refundByHand(NAME, 100)],
    ['one piece less', () => world.shopify.state.editByHand(NAME)],
    ['another line', () => shopOrder.lines.push(lineLike(shopOrder, 'x'))],
    ['a line in the place of another', () => shopOrder.lines.splice(0, 1, lineLike(shopOrder, 'y'))],
    ['a hold of somebody else', () => world.shopify.state.holdByHand(NAME)],
    ['work on the parcel', () => setParcels(shopOrder, 'IN_PROGRESS')],
    ['an open return', () => Object.assign(shopOrder, { returnStatus: 'RETURN_REQUESTED' })],
    ['a payment that is pending', () => setPending(shopOrder)],
    ['more lines than a small read takes', () => addLines(shopOrder, 25)],
  ];

  it.each(changes)('is judged as it stands, after %s', async (_, meddle) => {
    const known = await mustRead();
    meddle();
    const again = await orders.readAgain(known);
    const whole = await mustRead();
    expect(again).toEqual(whole);
    const approved = fingerprintOf(known, isBeingFulfilled(known));
    if (again) expect(checkBeforeCancel(again, approved, 'CR-1')).toEqual(checkBeforeCancel(whole, approved, 'CR-1'));
  });

  it('that somebody has cancelled keeps the price it had, and shows what became of the money', async () => {
    const known = await mustRead();
    world.shopify.state.cancelByHand(NAME, 'CR-7: by us');
    const again = await orders.readAgain(known);
    const whole = await mustRead();
    expect(again).toMatchObject({ total: known.total, cancellationStaffNote: 'CR-7: by us' });
    for (const part of ['cancelledAt', 'transactions', 'refunds', 'displayFinancialStatus', 'lines'] as const) {
      expect(again?.[part]).toEqual(part === 'lines' ? expect.anything() : whole[part]);
    }
  });

  it('that is gone is gone', async () => {
    const known = await mustRead();
    world.shopify.state.remove(shopOrder);
    expect(await orders.readAgain(known)).toBeNull();
  });

  it('has all its lines, up to 60, though few are asked for at first; with more it says so', async () => {
    addLines(shopOrder, 25);
    expect(await mustRead()).toMatchObject({ lines: { length: shopOrder.lines.length }, isCutShort: false });
    addLines(shopOrder, 40);
    expect(await mustRead()).toMatchObject({ lines: { length: 60 }, isCutShort: true });
  });

  it('costs a fraction of the order whole', async () => {
    const known = await mustRead();
    await orders.readAgain(known);
    const totals = totalsByOperation(world.shopify.requests);
    expect(sent('OrderForDecision')).toBe(1);
    expect(totals.get('OrderForDecision')?.requestedCost).toBeLessThanOrEqual(26);
    expect(totals.get('OrderAgain')?.requestedCost).toBeLessThanOrEqual(10);
    expect(totals.get('OrderAgain')?.actualCost).toBeLessThanOrEqual(7);
  });
});

function lineLike({ lines: [first] }: ShopOrder, mark: string): ShopLine {
  if (!first) throw new Error('an order without lines');
  return { ...first, id: `gid://shopify/LineItem/${mark}` };
}

function addLines(order: ShopOrder, count: number): void {
  const from = order.lines.length;
  for (let i = 0; i < count; i += 1) order.lines.push({ ...lineLike(order, String(from + i)), price: 0 });
}

function setParcels(order: ShopOrder, status: 'IN_PROGRESS'): void {
  for (const one of order.fulfillmentOrders) one.status = status;
}

function setPending(order: ShopOrder): void {
  order.displayFinancialStatus = 'PENDING';
  for (const one of order.transactions) one.status = 'PENDING';
}
