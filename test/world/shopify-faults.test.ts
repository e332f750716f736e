/** What goes wrong in the world, and what has happened all the same. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import type { ShopifyFault } from './shopify/admin-api.ts';
import { CANCEL_ORDER, cancel, effectsOn, type ShopUnderTest, startShop } from './shopify-support.ts';

let shop: ShopUnderTest;
beforeEach(async () => {
  shop = await startShop({ jobMs: 0, lateMs: 1 });
});
afterEach(() => shop.close());

async function status(kind: ShopifyFault): Promise<number> {
  shop.faults.set({ kind, times: 1 });
  const response = await shop.post('/admin/api/2026-10/graphql.json', {
    headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': shop.accessToken },
    body: JSON.stringify({ query: CANCEL_ORDER, variables: { orderId: shop.state.order('#1001').id } }),
  });
  return response.status;
}

describe('before the effect', () => {
  it.each([
    ['http_401', 401],
    ['http_402', 402],
    ['http_403', 403],
    ['http_423', 423],
    ['http_429', 429],
    ['http_500', 500],
    ['http_503', 503],
    ['throttled', 200],
    ['access_denied', 200],
  ] satisfies [ShopifyFault, number][])('%s answers HTTP %i and does nothing', async (kind, expected) => {
    expect(await status(kind)).toBe(expected);
    expect(shop.state.ledger).toEqual([]);
    expect(shop.requests.map((request) => request.outcome)).toEqual([kind]);
  });

  it('a reset connection does nothing', async () => {
    shop.faults.set({ kind: 'reset', times: 1 });
    await expect(cancel(shop, '#1001')).rejects.toThrow();
    expect(shop.state.ledger).toEqual([]);
  });

  it('a call that is kept waiting does nothing until the faults are cleared, and is answered then', async () => {
    shop.faults.set({ kind: 'kept_waiting', times: 1 });
    const answer = cancel(shop, '#1001');
    await waitFor('the request to arrive', () => shop.faults.waiting === 1);
    expect(shop.state.ledger).toEqual([]);
    shop.faults.clear();
    expect((await answer).orderCancelUserErrors).toEqual([]);
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
  });

  it('a timeout gives no answer and does nothing', async () => {
    shop.faults.set({ kind: 'timeout', times: 1 });
    const failing = expect(cancel(shop, '#1001')).rejects.toThrow();
    await waitFor('the request to arrive', () => shop.requests.length === 1);
    shop.pass(60_000);
    expect(shop.state.ledger).toEqual([]);
    await shop.close();
    await failing;
    shop = await startShop();
  });
});

describe('after the effect', () => {
  it.each(['reset_after', 'http_500_after', 'garbled_after'] satisfies ShopifyFault[])(
    '%s loses the answer and leaves the cancellation on the ledger, once',
    async (kind) => {
      shop.faults.set({ kind, times: 1 });
      await expect(cancel(shop, '#1001')).rejects.toThrow();
      expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
      expect((await cancel(shop, '#1001')).orderCancelUserErrors[0]?.message).toMatch(/already been canceled/);
      expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
    },
  );

  it('a timeout gives no answer and leaves the cancellation on the ledger', async () => {
    shop.faults.set({ kind: 'timeout_after', times: 1 });
    const failing = expect(cancel(shop, '#1001')).rejects.toThrow();
    await waitFor('the effect', () => shop.state.ledger.length > 0);
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
    await shop.close();
    await failing;
    shop = await startShop();
  });

  it('a late answer is an answer', async () => {
    shop.faults.set({ kind: 'late', times: 1 });
    expect((await cancel(shop, '#1001')).orderCancelUserErrors).toEqual([]);
  });
});

describe('somebody in the admin is quicker', () => {
  it.each([
    ['cancelled_before', /already been canceled/, ['by_hand', 'cancel', 'refund', 'restock', 'notify']],
    ['fulfilled_before', /fulfillments/, ['by_hand']],
  ] satisfies [ShopifyFault, RegExp, string[]][])('%s has the order refused', async (kind, message, effects) => {
    shop.faults.set({ kind, times: 1 });
    expect((await cancel(shop, '#1001')).orderCancelUserErrors[0]?.message).toMatch(message);
    expect(effectsOn(shop, '#1001')).toEqual(effects);
  });

  it('edited_before takes a piece off the order', async () => {
    const { id, lines } = shop.state.order('#1001');
    const before = lines[0]?.currentQuantity ?? 0;
    shop.faults.set({ kind: 'edited_before', times: 1 });
    const { data } = await shop.ask(
      'query($id: ID!) { order(id: $id) { edited lineItems(first: 1) { nodes { currentQuantity } } } }',
      { id },
    );
    expect(data).toEqual({ order: { edited: true, lineItems: { nodes: [{ currentQuantity: before - 1 }] } } });
  });
});

describe('the cancel job', () => {
  const jobOf = (id: string | undefined) => shop.state.findJob(id ?? '');

  it('can fail, leaving the order as it was', async () => {
    shop.jobFaults.set({ kind: 'fails', times: 1 });
    const { jobResult } = await cancel(shop, '#1001');
    expect(jobOf(jobResult?.id)).toMatchObject({ status: 'FAILED', errors: [{ code: 'INVALID' }] });
    expect(shop.state.order('#1001').cancelledAt).toBeNull();
    expect((await cancel(shop, '#1001')).orderCancelUserErrors).toEqual([]);
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund', 'restock']);
  });

  it('can go on for ever', async () => {
    shop.jobFaults.set({ kind: 'never' });
    const { jobResult } = await cancel(shop, '#1001');
    shop.pass(365 * 24 * 60 * 60_000);
    expect(jobOf(jobResult?.id)?.status).toBe('STARTED');
    expect(shop.state.ledger).toEqual([]);
  });

  it('can be slow', async () => {
    shop.jobFaults.set({ kind: 'slow' });
    const { jobResult } = await cancel(shop, '#1001');
    shop.pass(4_999);
    expect(jobOf(jobResult?.id)?.status).toBe('STARTED');
    shop.pass(1);
    expect(jobOf(jobResult?.id)?.status).toBe('SUCCEEDED');
  });

  it('can cancel the order and fail to give the money back', async () => {
    shop.jobFaults.set({ kind: 'refund_fails' });
    await cancel(shop, '#1001');
    expect(effectsOn(shop, '#1001')).toEqual(['cancel', 'refund_failed', 'restock']);
    const order = shop.state.order('#1001');
    expect(order.displayFinancialStatus).toBe('PAID');
    expect(order.transactions.at(-1)).toMatchObject({ kind: 'REFUND', status: 'FAILURE' });
  });
});

it('faults strike by operation name, and the same way again from the same seed', async () => {
  const outcomes = async () => {
    shop = await startShop({ seed: 7 });
    shop.faults.set({ kind: 'http_500', rate: 0.5, only: ['Often'] });
    for (let i = 0; i < 20; i += 1) {
      await shop.ask('query Often { shop { name } }');
      await shop.ask('query Spared { shop { name } }');
    }
    const of = (name: string) => shop.requests.filter((one) => one.operationName === name).map((one) => one.outcome);
    return [of('Often'), of('Spared')];
  };
  await shop.close();
  const [often, spared] = await outcomes();
  expect(new Set(often)).toEqual(new Set(['ok', 'http_500']));
  expect(new Set(spared)).toEqual(new Set(['ok']));
  await shop.close();
  expect(await outcomes()).toEqual([often, spared]);
});
