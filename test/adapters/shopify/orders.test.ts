/** The Orders port over HTTP against the world: what is sent how often, and what faults become. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ShopifySettings } from '../../../src/adapters/shopify/client.ts';
import { createShopifyOrders } from '../../../src/adapters/shopify/orders.ts';
import { startWorld, type World } from '../../world/server.ts';
import type { ShopifyFault, ShopifyWorldOptions } from '../../world/shopify/admin-api.ts';
import { makeOrder } from '../../world/shopify/make-order.ts';

describe('Shopify orders', () => {
  let world: World;
  let slept: number[];
  afterEach(() => world.close());

  async function start(shopify: ShopifyWorldOptions = {}, settings: Partial<ShopifySettings> = {}) {
    world = await startWorld({ shopify, ...(settings.now ? { now: settings.now } : {}) });
    slept = [];
    return createShopifyOrders({
      storeDomain: 'pine-and-loom.myshopify.com',
      apiVersion: '2026-10',
      apiOrigin: world.origin,
      auth: { kind: 'token', accessToken: world.shopify.accessToken },
      now: Date.now,
      sleep: async (ms) => void slept.push(ms),
      ...settings,
    }).orders;
  }

  const named = (...names: string[]) => names.map((value) => ({ field: 'name', value }) as const);
  const sentTimes = (operation: string) =>
    world.shopify.requests.filter((request) => request.operationName === operation).length;
  const cancelArgs = (orderId: string) =>
    ({
      orderId,
      reason: 'CUSTOMER',
      restock: true,
      refund: 'original',
      notifyCustomer: false,
      staffNote: 'CR-TEST',
    }) as const;

  it('reads an order with the money the customer saw', async () => {
    const orders = await start();
    const order = await orders.read(world.shopify.state.order('#1007').id);
    expect(order).toMatchObject({
      name: '#1007',
      total: { currencyCode: 'SEK' },
      customerLocale: 'sv-SE',
      displayFinancialStatus: 'PAID',
    });
    expect(order?.lines.length).toBeGreaterThan(0);
  });

  it('finds many names in one query', async () => {
    const orders = await start();
    const names = Array.from({ length: 20 }, (_, i) => `#${1010 + i}`);
    const found = await orders.find(named(...names));
    expect(found.map((order) => order.name).sort()).toEqual(names);
    expect(sentTimes('FindOrders')).toBe(1);
  });

  it.each(['1001" OR status:"open', "1001' OR email:*", '1001) OR (status:any', '1001\\" OR name:1002', '"'])(
    'never widens a search by what a customer typed: %s',
    async (typed) => {
      const orders = await start();
      const found = await orders.find(named(typed));
      expect(found.map((order) => order.name).filter((name) => name !== '#1001')).toEqual([]);
    },
  );

  it('does not see orders older than 60 days without the scope for them', async () => {
    const orders = await start();
    expect(await orders.find(named('#1009'))).toEqual([]);
    await world.close();
    const all = await start({ scopes: ['read_orders', 'read_all_orders'] });
    expect(await all.find(named('#1009'))).toHaveLength(1);
  });

  it('cancels, and follows the job to its end', async () => {
    const orders = await start({ jobMs: 0 });
    const { id } = world.shopify.state.order('#1001');
    const answer = await orders.cancel(cancelArgs(id));
    if (answer.kind !== 'accepted' || !answer.jobResultId) throw new Error('not accepted');
    const { job, order } = await orders.readCancelProgress(id, answer.jobResultId, null);
    expect(job).toMatchObject({ done: true, status: 'SUCCEEDED' });
    expect(order).toMatchObject({
      cancelReason: 'CUSTOMER',
      cancellationStaffNote: 'CR-TEST',
      displayFinancialStatus: 'REFUNDED',
    });
  });

  it("tells Shopify's refusals as values", async () => {
    const orders = await start();
    const { id } = world.shopify.state.order('#1003');
    expect(await orders.cancel(cancelArgs(id))).toMatchObject({ kind: 'refused', errors: [{ code: 'INVALID' }] });
  });

  it.each([
    ['reset', true],
    ['reset_after', true],
    ['http_500', true],
    ['http_500_after', true],
    ['garbled_after', true],
  ] satisfies [ShopifyFault, boolean][])(
    'sends a cancellation once when it meets %s, and says that it may have happened',
    async (kind, mayHaveHappened) => {
      const orders = await start();
      world.shopify.faults.set({ kind });
      await expect(orders.cancel(cancelArgs(world.shopify.state.order('#1001').id))).rejects.toMatchObject({
        fault: 'unreachable',
        mayHaveHappened,
      });
      expect(sentTimes('CancelOrder')).toBe(1);
    },
  );

  it('knows that nothing was sent when nobody listens', async () => {
    const gone = await startWorld();
    await gone.close();
    const orders = await start({}, { apiOrigin: gone.origin });
    await expect(orders.cancel(cancelArgs('gid://shopify/Order/1'))).rejects.toMatchObject({
      fault: 'unreachable',
      mayHaveHappened: false,
    });
  });

  it.each(['reset', 'http_500', 'http_503', 'garbled_after'] satisfies ShopifyFault[])(
    'reads again after %s, four times at most',
    async (kind) => {
      const orders = await start();
      world.shopify.faults.set({ kind, times: 3 });
      expect(await orders.read(world.shopify.state.order('#1001').id)).toMatchObject({ name: '#1001' });
      world.shopify.faults.set({ kind });
      await expect(orders.read(world.shopify.state.order('#1001').id)).rejects.toMatchObject({
        fault: 'unreachable',
        mayHaveHappened: false,
      });
      expect(sentTimes('OrderForDecision')).toBe(8);
    },
  );

  it('waits when throttled, as long as the bucket needs, and then sends, mutations too', async () => {
    const orders = await start();
    world.shopify.faults.set({ kind: 'throttled', times: 1 }, { kind: 'http_429', times: 1 });
    expect((await orders.cancel(cancelArgs(world.shopify.state.order('#1001').id))).kind).toBe('accepted');
    expect(slept).toEqual([500, 50]);
    expect(sentTimes('CancelOrder')).toBe(3);
  });

  it('does not send a mutation whose turn comes after a minute, when whoever asked may have lost its claim', async () => {
    let at = Date.now();
    const now = () => at;
    const sleep = async (ms: number) => {
      at += ms;
    };
    const bucket = { maximumAvailable: 15, restoreRate: 0.05 };
    const orders = await start({ bucket }, { now, sleep });
    const [first, second] = ['#1001', '#1002'].map((name) => world.shopify.state.order(name).id);
    const begun = at;
    await orders.cancel(cancelArgs(first ?? ''));
    await expect(orders.cancel(cancelArgs(second ?? ''))).rejects.toMatchObject({
      fault: 'throttled',
      mayHaveHappened: false,
    });
    expect(at - begun).toBeGreaterThan(60_000);
    expect(sentTimes('CancelOrder')).toBe(1);
    at += 10 * 60_000;
    expect((await orders.cancel(cancelArgs(second ?? ''))).kind).toBe('accepted');
  });

  it.each([
    ['http_401', 'denied', /access token/],
    ['http_403', 'denied', /scope/],
    ['access_denied', 'denied', /denied/],
  ] satisfies [ShopifyFault, string, RegExp][])(
    'tells %s as %s, once, with what to do',
    async (kind, fault, message) => {
      const orders = await start();
      world.shopify.faults.set({ kind });
      const reading = orders.find(named('#1001'));
      await expect(reading).rejects.toMatchObject({ fault, message: expect.stringMatching(message) });
      expect(sentTimes('FindOrders')).toBe(1);
    },
  );

  it('fetches a token by client credentials, once for many callers, and a new one when it is refused', async () => {
    const credentials = { clientId: 'app', clientSecret: 'shh' };
    const orders = await start(credentials, { auth: { kind: 'client_credentials', ...credentials } });
    await Promise.all([orders.shop(), orders.shop(), orders.shop()]);
    world.shopify.expireTokens();
    expect((await orders.shop()).name).toBe('Pine & Loom');
  });

  it('says what is wrong with client credentials', async () => {
    const orders = await start(
      { clientId: 'app', clientSecret: 'shh' },
      { auth: { kind: 'client_credentials', clientId: 'app', clientSecret: 'wrong' } },
    );
    await expect(orders.shop()).rejects.toMatchObject({
      fault: 'denied',
      message: expect.stringContaining('SHOPIFY_CLIENT_SECRET'),
    });
  });

  it.each([
    ['shop_not_permitted', /another organization/],
    ['app_not_installed', /not installed on this shop/],
  ] as const)('says what to click when a token is refused in prose: %s', async (kind, advice) => {
    const credentials = { clientId: 'app', clientSecret: 'shh' };
    const orders = await start(credentials, { auth: { kind: 'client_credentials', ...credentials } });
    world.shopify.tokenFaults.set({ kind });
    await expect(orders.shop()).rejects.toMatchObject({ fault: 'denied', message: expect.stringMatching(advice) });
  });

  it('finds what is meant though a search comes back full of longer names', async () => {
    const crowd = Array.from({ length: 40 }, (_, i) => ({
      ...makeOrder(2000 + i, Date.now() + i),
      name: `#1001-${i}`,
    }));
    const orders = await start({
      orders: [makeOrder(1001, Date.now() - 1e9), makeOrder(1002, Date.now() - 1e9), ...crowd],
    });
    const found = await orders.find([
      { field: 'name', value: '#1001' },
      { field: 'name', value: '#1002' },
    ]);
    expect(found.map((order) => order.name)).toContain('#1002');
  });

  it('reads an order whose customer data the plan hides', async () => {
    const orders = await start({ hidesCustomerData: true });
    expect(await orders.read(world.shopify.state.order('#1001').id)).toMatchObject({ email: null, customerName: null });
  });
});
