/** `orderCancel` in the world: asynchronous, once, with everything that follows from it on the ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CANCEL_PROGRESS, cancel, effectsOn, type ShopUnderTest, startShop } from './shopify-support.ts';

let shop: ShopUnderTest;
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.close());

async function progress(name: string, jobResultId: string | undefined) {
  const { data } = await shop.ask(CANCEL_PROGRESS, { jobResultId, orderId: shop.state.order(name).id });
  return data as unknown as {
    node: { done: boolean; status: string; errors: { code: string; message: string }[] };
    order: { cancelledAt: string | null; displayFinancialStatus: string; cancellation: { staffNote: string } | null };
  };
}

function named(matches: Parameters<typeof findOrder>[0]): string {
  return findOrder(matches).name;
}

function findOrder(matches: (order: ReturnType<ShopUnderTest['state']['order']>) => boolean) {
  const found = [...shop.state.orders.values()].find(matches);
  if (!found) throw new Error('The seeded shop has no such order');
  return found;
}

describe('cancelling', () => {
  it('starts a job, and does its work only when the time has come', async () => {
    const { job, jobResult, orderCancelUserErrors } = await cancel(shop, '#1001', { note: 'CR-7K2M9QX' });
    expect(orderCancelUserErrors).toEqual([]);
    expect([job?.done, jobResult]).toEqual([false, expect.objectContaining({ done: false, status: 'STARTED' })]);
    expect(await progress('#1001', jobResult?.id)).toMatchObject({
      node: { done: false, status: 'STARTED' },
      order: { cancelledAt: null },
    });
    expect(shop.state.ledger).toEqual([]);

    shop.pass(1_000);
    expect(await progress('#1001', jobResult?.id)).toMatchObject({
      node: { done: true, status: 'SUCCEEDED', errors: [] },
      order: {
        cancelledAt: '2026-11-23T08:00:01.000Z',
        cancelReason: 'CUSTOMER',
        cancellation: { staffNote: 'CR-7K2M9QX' },
        displayFinancialStatus: 'REFUNDED',
        refunds: [{ totalRefundedSet: { presentmentMoney: { currencyCode: 'EUR' } } }],
      },
    });
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
    const [entry] = shop.state.ledger;
    expect(entry).toMatchObject({ orderName: '#1001', staffNote: 'CR-7K2M9QX' });
  });

  it('refuses the second time, while the job runs and after it', async () => {
    await cancel(shop, '#1001');
    const second = await cancel(shop, '#1001');
    expect(second).toMatchObject({ job: null, jobResult: null, orderCancelUserErrors: [{ code: 'INVALID' }] });
    shop.pass(1_000);
    const third = await cancel(shop, '#1001');
    expect(third.orderCancelUserErrors[0]?.message).toMatch(/already been canceled/);
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
    expect(shop.requests.filter((request) => request.orderId === shop.state.order('#1001').id)).toHaveLength(3);
  });

  it('shows on the ledger what is due though nobody has asked the API again', async () => {
    await cancel(shop, '#1001');
    shop.pass(1_000);
    expect(shop.state.ledger).not.toEqual([]);
  });

  it('keeps the money when told so, and restocks and writes to the customer only when told so', async () => {
    await cancel(shop, '#1001', { refund: false, restock: false });
    await cancel(shop, '#1002', { refund: false, restock: false, notify: true });
    shop.pass(1_000);
    expect(effectsOn(shop, '#1001')).toEqual(['cancel']);
    expect(effectsOn(shop, '#1002')).toEqual(['cancel', 'notify']);
    expect(shop.state.order('#1001').displayFinancialStatus).toBe('PAID');
  });

  it('voids an authorization whatever the refund method says', async () => {
    const name = named((order) => order.displayFinancialStatus === 'AUTHORIZED');
    await cancel(shop, name, { refund: false });
    shop.pass(1_000);
    expect(effectsOn(shop, name)).toEqual(['cancel', 'void', 'restock']);
    expect(shop.state.order(name).displayFinancialStatus).toBe('VOIDED');
  });

  it('gives back the rest of what was partly refunded, when asked to', async () => {
    const order = findOrder((one) => one.displayFinancialStatus === 'PARTIALLY_REFUNDED');
    const paid = order.transactions.find((one) => one.kind === 'SALE')?.amount ?? 0;
    await cancel(shop, order.name);
    shop.pass(1_000);
    const refund = shop.state.ledger.find((entry) => entry.kind === 'refund');
    expect(refund).toMatchObject({ amount: paid - 1_000, currencyCode: order.currencyCode });
  });

  it('cancels what is to be paid on delivery', async () => {
    const name = named((order) => order.gatewayNames[0]?.startsWith('Cash') ?? false);
    await cancel(shop, name);
    shop.pass(1_000);
    expect(effectsOn(shop, name)).toEqual(['cancel', 'restock']);
    expect(shop.state.order(name).displayFinancialStatus).toBe('VOIDED');
  });

  it('knows whether the plain job is done, not how it ended', async () => {
    const { job } = await cancel(shop, '#1001');
    const ask = () => shop.ask('query($id: ID!) { job(id: $id) { done } }', { id: job?.id });
    expect((await ask()).data).toEqual({ job: { done: false } });
    shop.pass(1_000);
    expect((await ask()).data).toEqual({ job: { done: true } });
  });
});

describe('refusing to cancel', () => {
  it.each([
    ['cancelled already', () => named((order) => order.cancelledAt !== null), /already been canceled/],
    ['fulfilled', () => '#1003', /fulfillments/],
    ['partly fulfilled', () => named((one) => one.displayFulfillmentStatus === 'PARTIALLY_FULFILLED'), /fulfillments/],
    [
      'whose label is bought',
      () => named((one) => one.fulfillments[0]?.displayStatus === 'LABEL_PURCHASED'),
      /fulfillments/,
    ],
    [
      'with a pending payment of an alternative provider',
      () => named((one) => one.gatewayNames[0] === 'paytrail'),
      /pending payment/,
    ],
  ])('refuses an order %s as INVALID', async (_, name, message) => {
    const answer = await cancel(shop, name());
    expect(answer.orderCancelUserErrors).toEqual([
      { code: 'INVALID', field: ['orderId'], message: expect.stringMatching(message) },
    ]);
    shop.pass(1_000);
    expect(shop.state.ledger).toEqual([]);
  });

  it('refuses an order with a return in progress', async () => {
    const { name } = shop.state.addOrder({ returnStatus: 'IN_PROGRESS' });
    expect((await cancel(shop, name)).orderCancelUserErrors[0]?.message).toMatch(/open return/);
  });

  it('refuses an order that it has not got', async () => {
    const { data } = await shop.ask(
      `mutation { orderCancel(orderId: "gid://shopify/Order/1", reason: CUSTOMER, restock: true) {
        orderCancelUserErrors { code }
      } }`,
    );
    expect(data).toEqual({ orderCancel: { orderCancelUserErrors: [{ code: 'NOT_FOUND' }] } });
  });

  it('takes a staff note of 255 characters and refuses one of 256', async () => {
    const refused = await cancel(shop, '#1001', { note: 'x'.repeat(256) });
    expect(refused.orderCancelUserErrors[0]).toMatchObject({ field: ['staffNote'] });
    expect((await cancel(shop, '#1001', { note: 'x'.repeat(255) })).orderCancelUserErrors).toEqual([]);
  });

  it('fails in the job when a paid order is to be restocked at a deactivated location', async () => {
    const { jobResult } = await cancel(shop, '#1007');
    shop.pass(1_000);
    expect(await progress('#1007', jobResult?.id)).toMatchObject({
      node: {
        done: true,
        status: 'FAILED',
        errors: [{ code: 'INVALID', message: expect.stringMatching(/restocked/) }],
      },
      order: { cancelledAt: null },
    });
    expect((await cancel(shop, '#1007', { restock: false })).orderCancelUserErrors).toEqual([]);
    shop.pass(1_000);
    expect(effectsOn(shop, '#1007')).toEqual(['cancel', 'refund']);
  });

  it('cancels an unpaid order at a deactivated location without restocking', async () => {
    const { name } = shop.state.addOrder({ kind: 'authorized', locationActive: false });
    await cancel(shop, name);
    shop.pass(1_000);
    expect(effectsOn(shop, name)).toEqual(['cancel', 'void']);
  });

  it.each(['cancelByHand', 'fulfilByHand'] as const)('fails in the job after %s in between', async (byHand) => {
    const { jobResult } = await cancel(shop, '#1001');
    shop.state[byHand]('#1001');
    shop.pass(1_000);
    expect((await progress('#1001', jobResult?.id)).node).toMatchObject({ done: true, status: 'FAILED' });
    expect(effectsOn(shop, '#1001').filter((kind) => kind === 'cancel')).toHaveLength(
      byHand === 'cancelByHand' ? 1 : 0,
    );
  });
});
