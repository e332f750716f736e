/** The world's Admin API as an API: schema, tokens, cost, throttling, what it doesn't know. */
import { afterEach, describe, expect, it } from 'vitest';
import { totalsByOperation } from './ledger.ts';
import type { ShopifyWorldOptions } from './shopify/admin-api.ts';
import { type ShopUnderTest, startShop } from './shopify-support.ts';

let shop: ShopUnderTest;
const start = async (options: Omit<ShopifyWorldOptions, 'now'> = {}) => {
  shop = await startShop(options);
  return shop;
};
afterEach(() => shop.close());

const SHOP_NAME = 'query ShopName { shop { name } }';

describe('the world validates against the real schema', () => {
  it.each([
    ['a field that is not there', '{ shop { nickname } }', /Cannot query field "nickname" on type "Shop"/],
    ['an argument that is not there', '{ orders(first: 1, phone: "1") { nodes { id } } }', /Unknown argument "phone"/],
    [
      'a mutation without a required argument',
      'mutation { orderCancel(orderId: "gid://shopify/Order/1", reason: CUSTOMER) { job { id } } }',
      /restock.* is required/,
    ],
    ['what does not parse', 'query {', /Syntax Error/],
  ])('refuses %s, with HTTP 200 and no data', async (_, query, message) => {
    await start();
    const answer = await shop.ask(query);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(shop.requests.map((request) => request.outcome)).toEqual(['invalid']);
  });

  it('refuses two refund methods at once, which only @oneOf forbids', async () => {
    await start();
    const { errors } = await shop.ask(
      `mutation($method: OrderCancelRefundMethodInput) {
        orderCancel(orderId: "gid://shopify/Order/1", reason: CUSTOMER, restock: true, refundMethod: $method) { job { id } }
      }`,
      { method: { originalPaymentMethodsRefund: true, storeCreditRefund: {} } },
    );
    expect(errors?.[0]?.message).toMatch(/exactly one/i);
  });

  it('refuses a variable of the wrong type', async () => {
    await start();
    const { data, errors } = await shop.ask('query($n: Int!) { orders(first: $n) { nodes { id } } }', { n: 'many' });
    expect([data, errors?.[0]?.message]).toEqual([undefined, expect.stringContaining('$n')]);
  });

  it('says loudly that it lacks a field, instead of answering null', async () => {
    await start();
    const { id } = shop.state.order('#1001');
    const { errors } = await shop.ask('query($id: ID!) { order(id: $id) { name clientIp } }', { id });
    expect(errors?.[0]?.message).toBe('world: Order.clientIp is not implemented');
    expect(shop.requests.at(-1)?.outcome).toBe('error');
  });
});

describe('access', () => {
  it('refuses an unknown token with 401', async () => {
    await start();
    const response = await shop.post('/admin/api/2026-10/graphql.json', {
      headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': 'shpat_mallory' },
      body: JSON.stringify({ query: SHOP_NAME }),
    });
    expect([response.status, await response.json()]).toEqual([
      401,
      { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
    ]);
    expect(response.headers.get('x-shopify-api-version')).toBe('2026-10');
  });

  const grant = (more: Record<string, string> = {}) => {
    const fields = { grant_type: 'client_credentials', client_id: 'app', client_secret: 'shh', ...more };
    return shop.post('/admin/oauth/access_token', { body: new URLSearchParams(fields) });
  };

  it('gives a token by client credentials that ends by the clock of the world', async () => {
    await start({ clientId: 'app', clientSecret: 'shh' });
    const { access_token: token, ...rest } = (await (await grant()).json()) as Record<string, string>;
    expect(rest).toEqual({ scope: expect.stringContaining('write_orders'), expires_in: 86_399 });
    expect((await shop.ask(SHOP_NAME, {}, token)).data).toEqual({ shop: { name: 'Pine & Loom' } });
    shop.pass(86_399_000);
    expect((await shop.ask(SHOP_NAME, {}, token)).data).toBeUndefined();
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, /invalid_client/],
    ['another grant', { grant_type: 'password' }, /unsupported_grant_type/],
  ])('refuses %s', async (_, fields, text) => {
    await start({ clientId: 'app', clientSecret: 'shh' });
    const response = await grant(fields);
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(text)]);
  });

  it('refuses everybody when no app is set up', async () => {
    await start();
    const response = await shop.post('/admin/oauth/access_token', {
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(response.status).toBe(400);
  });

  it.each(['shop_not_permitted', 'app_not_installed'] as const)('answers %s as prose', async (kind) => {
    await start({ clientId: 'app', clientSecret: 'shh' });
    shop.tokenFaults.set({ kind, times: 1 });
    const refused = await grant();
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(`Oauth error ${kind}:`)]);
    expect((await grant()).status).toBe(200);
  });

  it('denies a mutation without its scope, with HTTP 200', async () => {
    await start({ scopes: ['read_orders'] });
    const { id } = shop.state.order('#1001');
    const { errors } = await shop.ask('mutation($id: ID!) { tagsAdd(id: $id, tags: ["vip"]) { node { id } } }', { id });
    expect(errors?.[0]?.extensions?.code).toBe('ACCESS_DENIED');
    expect(shop.state.ledger).toEqual([]);
  });

  it('shows no fulfilment orders without their scope, and no error either', async () => {
    await start({ scopes: ['read_orders'] });
    const { id } = shop.state.order('#1001');
    const answer = await shop.ask(
      'query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { id } } } }',
      { id },
    );
    expect(answer).toMatchObject({ data: { order: { fulfillmentOrders: { nodes: [] } } } });
    expect(answer.errors).toBeUndefined();
  });

  const PERSONAL = 'query($id: ID!) { order(id: $id) { name email phone customer { displayName } } }';
  const hidden = { order: { name: '#1001', email: null, phone: null, customer: null } };

  it('answers e-mail, phone and customer as null where the plan hides them', async () => {
    await start({ hidesCustomerData: true });
    const { id } = shop.state.order('#1001');
    const { data, errors } = await shop.ask(PERSONAL, { id });
    expect([data, errors]).toEqual([hidden, undefined]);
  });

  it('can say ACCESS_DENIED beside them', async () => {
    await start({ hidesCustomerData: 'with_errors' });
    const { id } = shop.state.order('#1001');
    const { data, errors } = await shop.ask(PERSONAL, { id });
    expect(data).toEqual(hidden);
    expect(errors?.map((error) => error.extensions?.code)).toEqual(['ACCESS_DENIED', 'ACCESS_DENIED', 'ACCESS_DENIED']);
  });
});

describe('cost', () => {
  it('asks 25 points for 250 nodes of one object, and takes what was really there', async () => {
    await start();
    const { extensions } = await shop.ask('{ orders(first: 250) { nodes { id } } }');
    // 67 of the 69 orders are younger than 60 days.
    expect(extensions?.cost).toMatchObject({ requestedQueryCost: 25, actualQueryCost: 7 });
    expect(extensions?.cost.throttleStatus.currentlyAvailable).toBe(2_000 - 7);
  });

  it('counts first from a variable and from its default value', async () => {
    await start();
    const query = 'query($n: Int = 100) { orders(first: $n) { nodes { id } } }';
    expect((await shop.ask(query)).extensions?.cost.requestedQueryCost).toBe(10);
    expect((await shop.ask(query, { n: 50 })).extensions?.cost.requestedQueryCost).toBe(5);
  });

  it('takes 10 points for a mutation', async () => {
    await start();
    const { id } = shop.state.order('#1001');
    const { extensions } = await shop.ask('mutation($id: ID!) { tagsAdd(id: $id, tags: ["a"]) { node { id } } }', {
      id,
    });
    expect(extensions?.cost).toMatchObject({ requestedQueryCost: 10, actualQueryCost: 10 });
  });

  it('refuses a query dearer than 1,000 points', async () => {
    await start();
    const { data, errors } = await shop.ask(
      '{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }',
    );
    // 250 × (1 + 25) / 10 is 650; with a second connection of the sort it is too much.
    expect([data, errors]).toEqual([expect.anything(), undefined]);
    const dearer = await shop.ask(
      '{ orders(first: 250) { nodes { a: lineItems(first: 250) { nodes { id } } b: lineItems(first: 250) { nodes { id } } } } }',
    );
    expect([dearer.data, dearer.errors?.[0]?.extensions?.code]).toEqual([undefined, 'MAX_COST_EXCEEDED']);
  });

  it('throttles when the requested cost does not fit, and lets through once the bucket has refilled', async () => {
    await start({ bucket: { maximumAvailable: 30, restoreRate: 10 } });
    const dear = 'query Dear { orders(first: 250) { nodes { id } } }';
    const first = await shop.ask(dear);
    expect(first.extensions?.cost.throttleStatus.currentlyAvailable).toBe(23);
    expect(await shop.ask(dear)).toEqual({
      errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation: expect.any(String) } }],
      extensions: {
        cost: {
          requestedQueryCost: 25,
          actualQueryCost: null,
          throttleStatus: { maximumAvailable: 30, currentlyAvailable: 23, restoreRate: 10 },
        },
      },
    });
    shop.pass(200);
    expect((await shop.ask(dear)).data).toBeDefined();
    expect(shop.requests.map((request) => request.outcome)).toEqual(['ok', 'throttled', 'ok']);
  });

  it('adds up what each operation has cost', async () => {
    await start();
    await shop.ask('query Names { orders(first: 250) { nodes { id } } }');
    await shop.ask('query Names { orders(first: 250) { nodes { id } } }');
    await shop.ask(SHOP_NAME);
    expect(Object.fromEntries(totalsByOperation(shop.requests))).toEqual({
      Names: { requests: 2, requestedCost: 50, actualCost: 14 },
      ShopName: { requests: 1, requestedCost: 1, actualCost: 1 },
    });
  });
});
