/** Finding orders in the world's shop, and what is in it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSearch } from './shopify/order-search.ts';
import { generateOrders, makeOrder, seedOrders } from './shopify/seed.ts';
import { type ShopUnderTest, startShop } from './shopify-support.ts';

const NOW = Date.parse('2026-11-23T08:00:00Z');
const DAY = 24 * 60 * 60_000;

describe('the search grammar', () => {
  const orders = [
    { ...makeOrder(1001, NOW, { email: 'ana@customer.example', ageMs: DAY }), tags: ['vip'] },
    { ...makeOrder(1002, NOW, { email: 'eino@customer.example', ageMs: 2 * DAY, kind: 'cancelled' }) },
    { ...makeOrder(2001, NOW, { email: 'ana@customer.example', ageMs: 3 * DAY }), name: '#1001-A' },
    { ...makeOrder(1010, NOW, { email: null, customerName: 'Sol', ageMs: 10 * DAY }) },
  ];
  const find = (query: string) => orders.filter(parseSearch(query)).map((order) => order.name);

  it.each([
    ['name:1001', ['#1001', '#1001-A']],
    ['name:#1001', ['#1001', '#1001-A']],
    ['name:"#1001-A"', ['#1001-A']],
    ["name:'#1002'", ['#1002']],
    ['name:10*', ['#1001', '#1002', '#1001-A', '#1010']],
    ['name:100', []],
    ['email:ANA@customer.example', ['#1001', '#1001-A']],
    ['email:ana@customer.example name:"#1001-A"', ['#1001-A']],
    ['email:ana@customer.example AND status:open', ['#1001', '#1001-A']],
    ['name:1002 OR name:1010', ['#1002', '#1010']],
    ['(name:1001 OR name:1002) AND email:eino@customer.example', ['#1002']],
    ['name:1001 OR name:1002 email:eino@customer.example', ['#1001', '#1002', '#1001-A']],
    ['-email:ana@customer.example', ['#1002', '#1010']],
    ['NOT status:cancelled', ['#1001', '#1001-A', '#1010']],
    ['-(name:1001 OR name:1002)', ['#1010']],
    ['status:cancelled', ['#1002']],
    ['tag:VIP', ['#1001']],
    [`id:${orders[1]?.id.split('/').at(-1)}`, ['#1002']],
    [`confirmation_number:${orders[0]?.confirmationNumber.toLowerCase()}`, ['#1001']],
    ["created_at:>='2026-11-21'", ['#1001', '#1002']],
    ["created_at:<'2026-11-20T08:00:00Z'", ['#1010']],
    ['created_at:"2026-11-22"', ['#1001']],
    ["created_at:>'2026-11-20' created_at:<'2026-11-22'", ['#1002']],
    ['sol', ['#1010']],
    ['', ['#1001', '#1002', '#1001-A', '#1010']],
  ])('%s', (query, names) => {
    expect(find(query)).toEqual(names);
  });

  it('keeps words of the grammar inside quotes as plain text', () => {
    expect(find('name:"1001 OR status:open"')).toEqual([]);
    expect(find(String.raw`name:"1001\" OR status:\"open"`)).toEqual([]);
    expect(find('name:"(1002)"')).toEqual(['#1002']);
  });

  it('widens when customer input breaks out of its quotes', () => {
    const all = ['#1001', '#1001-A', '#1010'];
    expect(find('name:"x" OR status:"open"')).toEqual(all);
    expect(find('name:x) OR (status:open')).toEqual(all);
    expect(find('name:x OR status:open"')).toEqual(all);
  });

  it('says loudly that it lacks a filter', () => {
    expect(() => find('phone:1')).toThrow('world: the order search filter "phone" is not implemented');
  });
});

describe('orders over the API', () => {
  let shop: ShopUnderTest;
  beforeEach(async () => {
    shop = await startShop();
  });
  afterEach(() => shop.close());

  it('exist for 60 days, in the search, by id and for mutations, unless read_all_orders is granted', async () => {
    const { id } = shop.state.order('#1009');
    const query = 'query($id: ID!) { order(id: $id) { name } orders(first: 5, query: "name:1009") { nodes { name } } }';
    const mutation = `mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true) {
      orderCancelUserErrors { code }
    } }`;
    expect((await shop.ask(query, { id })).data).toEqual({ order: null, orders: { nodes: [] } });
    expect((await shop.ask(mutation, { id })).data).toMatchObject({
      orderCancel: { orderCancelUserErrors: [{ code: 'NOT_FOUND' }] },
    });
    await shop.close();
    shop = await startShop({ scopes: ['read_orders', 'read_all_orders'] });
    expect((await shop.ask(query, { id })).data).toEqual({
      order: { name: '#1009' },
      orders: { nodes: [{ name: '#1009' }] },
    });
  });

  it('disappear as the 60 days pass', async () => {
    const { id } = shop.state.order('#1001');
    const query = 'query($id: ID!) { order(id: $id) { name } }';
    shop.pass(59 * DAY);
    expect((await shop.ask(query, { id })).data).toEqual({ order: { name: '#1001' } });
    shop.pass(DAY);
    expect((await shop.ask(query, { id })).data).toEqual({ order: null });
  });

  it('come page by page, each once', async () => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await shop.ask(
        `query($after: String) { orders(first: 20, after: $after, reverse: true) {
          nodes { name } pageInfo { hasNextPage endCursor }
        } }`,
        { after },
      );
      const page = data?.orders as { nodes: { name: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      names.push(...page.nodes.map((node) => node.name));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(names).toHaveLength(67);
    expect(new Set(names).size).toBe(67);
  });

  it.each([
    ['no size', '{ orders { nodes { id } } }', /first or last/],
    ['too large a page', '{ orders(first: 251) { nodes { id } } }', /at most 250/],
    [
      'another sort key',
      '{ orders(first: 1, sortKey: TOTAL_PRICE) { nodes { id } } }',
      /TOTAL_PRICE is not implemented/,
    ],
  ])('are refused with %s', async (_, query, message) => {
    expect((await shop.ask(query)).errors?.[0]?.message).toMatch(message);
  });

  it('answer everything a decision is made of', async () => {
    const { id } = shop.state.order('#1001');
    const { data, errors } = await shop.ask(ORDER_FOR_DECISION, { id });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      order: {
        name: '#1001',
        email: 'ana@customer.example',
        customerLocale: 'en',
        displayFinancialStatus: 'PAID',
        displayFulfillmentStatus: 'UNFULFILLED',
        currentTotalPriceSet: { presentmentMoney: { currencyCode: 'EUR' } },
        lineItems: { nodes: [expect.anything(), expect.anything(), expect.anything()] },
      },
    });
  });
});

describe('the seeded shop', () => {
  it('is the same every time', () => {
    expect(seedOrders(NOW)).toEqual(seedOrders(NOW));
  });

  it('holds every kind of order that a desk meets', () => {
    const orders = seedOrders(NOW);
    expect(orders.length).toBeGreaterThanOrEqual(60);
    const all = <T>(of: (order: (typeof orders)[number]) => T) => new Set(orders.map(of));
    expect(all((one) => one.displayFinancialStatus)).toEqual(
      new Set(['PAID', 'AUTHORIZED', 'PENDING', 'PARTIALLY_REFUNDED', 'REFUNDED']),
    );
    expect(all((one) => one.displayFulfillmentStatus)).toEqual(
      new Set(['UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'IN_PROGRESS']),
    );
    expect(all((one) => one.currencyCode)).toEqual(new Set(['EUR', 'USD', 'SEK', 'GBP']));
    expect(all((one) => one.customerLocale.slice(0, 2))).toEqual(new Set(['en', 'fi', 'sv', 'de', 'fr', 'es']));
    expect(all((one) => one.id).size).toBe(orders.length);
    expect(all((one) => one.confirmationNumber).size).toBe(orders.length);
    const exists = (test: (order: (typeof orders)[number]) => boolean) => orders.some(test);
    expect(exists((one) => one.cancelledAt !== null)).toBe(true);
    expect(exists((one) => one.returnStatus === 'IN_PROGRESS')).toBe(true);
    expect(exists((one) => one.test)).toBe(true);
    expect(exists((one) => one.riskRecommendation === 'CANCEL')).toBe(true);
    expect(exists((one) => one.createdAt < NOW - 60 * DAY)).toBe(true);
    expect(exists((one) => one.fulfillments[0]?.displayStatus === 'LABEL_PURCHASED')).toBe(true);
    expect(exists((one) => one.lines.some((line) => line.productTags.includes('made-to-order')))).toBe(true);
    const of = (email: string) => orders.filter((one) => one.email === email).length;
    expect([of('ana@customer.example'), of('aino@customer.example')]).toEqual([3, 3]);
  });

  it('leaves something to ship of every partly fulfilled order', () => {
    const partly = seedOrders(NOW).filter((order) => order.displayFulfillmentStatus === 'PARTIALLY_FULFILLED');
    for (const order of partly) expect(order.lines.some((line) => line.unfulfilledQuantity > 0)).toBe(true);
  });

  it('makes as many paid orders as are wanted, each of its own customer', () => {
    const orders = generateOrders(500, NOW);
    expect(new Set(orders.map((order) => order.email)).size).toBe(500);
    expect(orders[6]).toMatchObject({
      name: '#7',
      email: 'customer-7@customer.example',
      displayFinancialStatus: 'PAID',
    });
  });
});

const ORDER_FOR_DECISION = `
  query OrderForDecision($id: ID!) {
    order(id: $id) {
      id name createdAt cancelledAt cancelReason closed test tags customerLocale email phone confirmationNumber
      legacyResourceId displayFinancialStatus displayFulfillmentStatus returnStatus capturable refundable unpaid
      paymentGatewayNames cancellation { staffNote }
      currentTotalPriceSet { presentmentMoney { amount currencyCode } }
      totalOutstandingSet { presentmentMoney { amount currencyCode } }
      billingAddress { zip phone }
      shippingAddress { name zip countryCodeV2 }
      displayAddress { formatted }
      customer { id displayName numberOfOrders locale tags }
      risk { recommendation assessments { riskLevel provider { title } } }
      fulfillments(first: 10) { id status displayStatus createdAt }
      fulfillmentOrders(first: 10, displayable: true) {
        nodes {
          id status requestStatus assignedLocation { name } supportedActions { action }
          fulfillmentHolds { id handle reason heldByRequestingApp }
        }
      }
      lineItems(first: 50) {
        nodes {
          id title variantTitle sku quantity currentQuantity unfulfilledQuantity refundableQuantity
          originalUnitPriceSet { presentmentMoney { amount } } discountedUnitPriceSet { presentmentMoney { amount } }
          product { id tags }
        }
      }
      refunds(first: 5) { id createdAt }
      transactions(first: 10) { id kind status gateway }
    }
  }`;
