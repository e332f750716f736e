/** The world's other mutations: refunds, holds, tags, archiving. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel, effectsOn, type GraphqlAnswer, type ShopUnderTest, startShop } from './shopify-support.ts';

let shop: ShopUnderTest;
beforeEach(async () => {
  shop = await startShop({
    scopes: [
      'read_orders',
      'write_orders',
      'read_merchant_managed_fulfillment_orders',
      'write_merchant_managed_fulfillment_orders',
    ],
  });
});
afterEach(() => shop.close());

interface Payload {
  readonly refund: { readonly id: string } | null;
  readonly userErrors: readonly { readonly message: string }[];
}

describe('refundCreate', () => {
  const REFUND = `mutation PartialRefund($input: RefundInput!, $key: String!) {
    refundCreate(input: $input) @idempotent(key: $key) {
      refund { id totalRefundedSet { presentmentMoney { amount currencyCode } } }
      userErrors { field message }
    }
  }`;
  const input = (amount: string, more: object = {}) => {
    const { id } = shop.state.order('#1001');
    const transaction = { orderId: id, gateway: 'shopify_payments', kind: 'REFUND', amount };
    return { orderId: id, transactions: [transaction], ...more };
  };
  const refundId = ({ data }: GraphqlAnswer) => (data?.refundCreate as Payload | null)?.refund?.id;
  const complaint = ({ data }: GraphqlAnswer) => (data?.refundCreate as Payload | null)?.userErrors[0]?.message;

  it('gives money back once for one key', async () => {
    const first = await shop.ask(REFUND, { input: input('10.00'), key: 'k1' });
    const again = await shop.ask(REFUND, { input: input('10.00'), key: 'k1' });
    expect(refundId(again)).toBe(refundId(first));
    expect(shop.state.ledger).toEqual([
      expect.objectContaining({ kind: 'refund', amount: 1_000, currencyCode: 'EUR' }),
    ]);
    expect(shop.state.order('#1001').displayFinancialStatus).toBe('PARTIALLY_REFUNDED');
  });

  it('does it again under the same key after 24 hours', async () => {
    await shop.ask(REFUND, { input: input('10.00'), key: 'k1' });
    shop.pass(24 * 60 * 60_000);
    await shop.ask(REFUND, { input: input('10.00'), key: 'k1' });
    expect(effectsOn(shop, '#1001')).toEqual(['refund', 'refund']);
  });

  it('refuses other input under the same key', async () => {
    await shop.ask(REFUND, { input: input('10.00'), key: 'k1' });
    expect(complaint(await shop.ask(REFUND, { input: input('11.00'), key: 'k1' }))).toBe(
      'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
    );
    expect(shop.state.ledger).toHaveLength(1);
  });

  it.each([
    ['left out', REFUND.replace(' @idempotent(key: $key)', '').replace(', $key: String!', '')],
    ['blank', REFUND],
  ])('fails at run time with the key %s', async (_, query) => {
    const { errors } = await shop.ask(query, { input: input('10.00'), key: ' ' });
    expect(errors?.[0]?.message).toMatch(/@idempotent directive is required/);
    expect(shop.state.ledger).toEqual([]);
  });

  it('refuses more than was paid', async () => {
    expect(complaint(await shop.ask(REFUND, { input: input('99999.00'), key: 'k1' }))).toMatch(/more than/);
    expect(shop.state.ledger).toEqual([]);
  });

  it('moves no money without transactions, and takes lines off the order', async () => {
    const [line] = shop.state.order('#1001').lines;
    const before = line?.currentQuantity ?? 0;
    const refundLineItems = [{ lineItemId: line?.id, quantity: 1, restockType: 'CANCEL' }];
    await shop.ask(REFUND, { input: input('0', { transactions: [], refundLineItems }), key: 'k1' });
    expect(shop.state.order('#1001').lines[0]).toMatchObject({
      currentQuantity: before - 1,
      unfulfilledQuantity: before - 1,
    });
    expect(effectsOn(shop, '#1001')).toEqual(['restock']);
  });

  it('says loudly that it lacks a part of the input', async () => {
    const { errors } = await shop.ask(REFUND, { input: input('1.00', { shipping: { fullRefund: true } }), key: 'k1' });
    expect(errors?.[0]?.message).toBe('world: RefundInput.shipping is not implemented');
  });
});

describe('holds', () => {
  const HOLD = `mutation Hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
      fulfillmentHold { id handle } fulfillmentOrder { status supportedActions { action } } userErrors { code }
    }
  }`;
  const RELEASE = `mutation Release($id: ID!, $holdIds: [ID!]) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holdIds) { fulfillmentOrder { status } userErrors { code } }
  }`;
  const fulfillmentOrderId = () => shop.state.order('#1001').fulfillmentOrders[0]?.id;
  const hold = async (handle: string) => {
    const { data } = await shop.ask(HOLD, { id: fulfillmentOrderId(), hold: { reason: 'OTHER', handle } });
    return data?.fulfillmentOrderHold as {
      fulfillmentHold: { id: string } | null;
      fulfillmentOrder: { status: string } | null;
      userErrors: { code: string }[];
    };
  };

  it('put a fulfilment order on hold, once under one handle', async () => {
    expect(await hold('cancel-CR-1')).toMatchObject({ fulfillmentOrder: { status: 'ON_HOLD' }, userErrors: [] });
    expect((await hold('cancel-CR-1')).userErrors).toEqual([{ code: 'DUPLICATE_FULFILLMENT_HOLD_HANDLE' }]);
    expect(effectsOn(shop, '#1001')).toEqual(['hold']);
  });

  it('end when all are released, and only those named when they are named', async () => {
    const first = await hold('one');
    await hold('two');
    const release = (holdIds?: (string | undefined)[]) => shop.ask(RELEASE, { id: fulfillmentOrderId(), holdIds });
    expect((await release([first.fulfillmentHold?.id])).data).toMatchObject({
      fulfillmentOrderReleaseHold: { fulfillmentOrder: { status: 'ON_HOLD' } },
    });
    expect((await release()).data).toMatchObject({
      fulfillmentOrderReleaseHold: { fulfillmentOrder: { status: 'OPEN' } },
    });
    expect(effectsOn(shop, '#1001')).toEqual(['hold', 'hold', 'release_hold', 'release_hold']);
  });

  it('are ten at most, and none on what is shipped', async () => {
    for (let i = 0; i < 10; i += 1) expect((await hold(`h${i}`)).userErrors).toEqual([]);
    expect((await hold('h10')).userErrors).toEqual([{ code: 'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED' }]);
    const id = shop.state.order('#1003').fulfillmentOrders[0]?.id;
    const { data } = await shop.ask(HOLD, { id, hold: { reason: 'OTHER' } });
    expect(data).toMatchObject({ fulfillmentOrderHold: { fulfillmentHold: null, userErrors: [expect.anything()] } });
  });

  it('are gone after the order is cancelled', async () => {
    await hold('one');
    await cancel(shop, '#1001');
    shop.pass(1_000);
    expect(shop.state.order('#1001').fulfillmentOrders[0]).toMatchObject({ status: 'CLOSED', holds: [] });
  });
});

describe('tags and archiving', () => {
  it('adds tags to those that are there, splitting at commas', async () => {
    const { id } = shop.state.order('#1001');
    const query = 'mutation($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { message } } }';
    await shop.ask(query, { id, tags: ['vip'] });
    await shop.ask(query, { id, tags: ['vip', 'a, b'] });
    expect(shop.state.order('#1001').tags).toEqual(['vip', 'a', 'b']);
  });

  it('archives an order, and one that is archived again without a fuss', async () => {
    const { id } = shop.state.order('#1001');
    const query = 'mutation($id: ID!) { orderClose(input: { id: $id }) { order { closed } userErrors { message } } }';
    const closed = { data: { orderClose: { order: { closed: true }, userErrors: [] } } };
    expect(await shop.ask(query, { id })).toMatchObject(closed);
    expect(await shop.ask(query, { id })).toMatchObject(closed);
    expect(effectsOn(shop, '#1001')).toEqual(['close']);
  });
});
