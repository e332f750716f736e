/** Queries and mutations of the world's Admin API. */
import type { GraphQLResolveInfo } from 'graphql';
import { type Access, needScope } from './access-scopes.ts';
import type { JobFault } from './cancel-jobs.ts';
import { type ConnectionArguments, connectionOf } from './connection.ts';
import {
  fulfillmentOrderHold,
  fulfillmentOrderReleaseHold,
  fulfillmentOrderSubmitCancellationRequest,
} from './fulfillment-orders.ts';
import { type OrderCancelArguments, orderCancel, showCancelJob } from './order-cancel.ts';
import { OrderEdits } from './order-edit.ts';
import { resolveOrder } from './order-resolver.ts';
import { parseSearch } from './order-search.ts';
import { RefundCreate, type RefundInput } from './refund-create.ts';
import type { ShopOrder } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

type NewAddress = Partial<Record<'address1' | 'address2' | 'city' | 'zip' | 'countryCode' | 'lastName', string | null>>;

const SIXTY_DAYS_MS = 60 * 24 * 60 * 60_000;

export function createRoot(state: ShopState, access: Access, jobFault: () => JobFault | null) {
  const refunds = new RefundCreate(state, access);
  const edits = new OrderEdits(state, access);
  const show = (order: ShopOrder) => resolveOrder(order, access);

  /** Without read_all_orders, orders of the last 60 days are all there is for the app. */
  const isVisible = (order: ShopOrder) =>
    access.scopes.includes('read_all_orders') || order.createdAt > state.now() - SIXTY_DAYS_MS;
  const find = (id: string): ShopOrder | null => {
    const order = state.orders.get(id);
    return order && isVisible(order) ? order : null;
  };

  return {
    shop: {
      id: 'gid://shopify/Shop/1',
      name: 'Pine & Loom',
      myshopifyDomain: 'pine-and-loom.myshopify.com',
      ianaTimezone: 'Europe/Helsinki',
      currencyCode: 'EUR',
      shopAddress: { countryCodeV2: 'FI' },
      orderNumberFormatPrefix: '#',
      orderNumberFormatSuffix: '',
      plan: { publicDisplayName: 'Grow', shopifyPlus: false, partnerDevelopment: false },
    },
    currentAppInstallation: () => ({ accessScopes: access.scopes.map((handle) => ({ handle })) }),

    order({ id }: { id: string }) {
      needScope(access, 'read_orders', 'order');
      const order = find(id);
      return order && show(order);
    },

    orders({ query, sortKey, ...page }: ConnectionArguments & { query?: string | null; sortKey?: string | null }) {
      needScope(access, 'read_orders', 'orders');
      if (sortKey && sortKey !== 'PROCESSED_AT' && sortKey !== 'CREATED_AT') {
        throw new Error(`world: OrderSortKeys.${sortKey} is not implemented`);
      }
      const test = parseSearch(query ?? '');
      const found = [...state.orders.values()].filter((order) => isVisible(order) && test(order));
      found.sort((a, b) => a.createdAt - b.createdAt);
      return connectionOf(found, page, show);
    },

    node({ id }: { id: string }) {
      const job = state.findJob(id);
      if (job?.id === id) return showCancelJob(state, access, job);
      const order = find(id);
      if (!order && !/\/(Order|OrderCancelJobResult)\//.test(id))
        throw new Error(`world: node ${id} is not implemented`);
      return order && show(order);
    },

    /** Knows only whether it is done, not how it ended. */
    job({ id }: { id: string }) {
      const job = state.findJob(id);
      return job?.jobId === id ? { id, done: job.status !== 'STARTED' } : null;
    },

    orderCancel: (args: OrderCancelArguments) => orderCancel(state, access, find(args.orderId), args, jobFault),

    refundCreate: ({ input }: { input: RefundInput }, _context: unknown, info: GraphQLResolveInfo) =>
      refunds.run(input, info),

    fulfillmentOrderHold: (args: Parameters<typeof fulfillmentOrderHold>[2]) =>
      fulfillmentOrderHold(state, access, args),

    fulfillmentOrderReleaseHold: (args: Parameters<typeof fulfillmentOrderReleaseHold>[2]) =>
      fulfillmentOrderReleaseHold(state, access, args),

    fulfillmentOrderSubmitCancellationRequest: (
      args: Parameters<typeof fulfillmentOrderSubmitCancellationRequest>[2],
    ) => fulfillmentOrderSubmitCancellationRequest(state, access, args),

    ...edits.root,

    orderUpdate({ input }: { input: { id: string; shippingAddress?: NewAddress | null } }) {
      needScope(access, 'write_orders', 'orderUpdate');
      const order = find(input.id);
      const { shippingAddress } = input;
      if (!order || !shippingAddress) return { order: null, userErrors: [{ field: ['id'], message: 'Order is gone' }] };
      if (!shippingAddress.lastName) {
        return { order: null, userErrors: [{ field: ['shippingAddress'], message: 'Last name is missing' }] };
      }
      order.address1 = shippingAddress.address1 ?? '';
      order.address2 = shippingAddress.address2 ?? null;
      order.city = shippingAddress.city ?? '';
      order.zip = shippingAddress.zip ?? '';
      order.countryCode = shippingAddress.countryCode ?? '';
      state.record(order, 'address');
      return { order: show(order), userErrors: [] };
    },

    discountCodeBasicCreate({ basicCodeDiscount }: { basicCodeDiscount: { code: string } }) {
      needScope(access, 'write_discounts', 'discountCodeBasicCreate');
      const { code } = basicCodeDiscount;
      if (state.discounts.has(code)) {
        return { userErrors: [{ field: ['code'], code: 'TAKEN', message: 'Code must be unique.' }] };
      }
      state.discounts.set(code, basicCodeDiscount);
      return { userErrors: [] };
    },

    tagsAdd({ id, tags }: { id: string; tags: readonly string[] }) {
      needScope(access, 'write_orders', 'tagsAdd');
      const order = find(id);
      if (!order) return { node: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
      // A comma inside a tag splits it.
      const wanted = tags.flatMap((tag) => tag.split(',')).map((tag) => tag.trim());
      order.tags = [...new Set([...order.tags, ...wanted.filter(Boolean)])];
      state.record(order, 'tag');
      return { node: show(order), userErrors: [] };
    },

    returnableFulfillments({ orderId }: { orderId: string }) {
      needScope(access, 'read_orders', 'returnableFulfillments');
      const order = find(orderId);
      const shipped =
        order?.returnStatus === 'NO_RETURN' ? order.fulfillments.filter((one) => one.status === 'SUCCESS') : [];
      const nodes = shipped.map((fulfillment) => ({
        returnableFulfillmentLineItems: {
          nodes: (order?.lines ?? []).map((line) => ({
            quantity: line.currentQuantity,
            fulfillmentLineItem: { id: `${fulfillment.id}/${line.id.split('/').at(-1)}` },
          })),
        },
      }));
      return { nodes };
    },

    returnCreate({ returnInput }: { returnInput: { orderId: string } }) {
      needScope(access, 'write_returns', 'returnCreate');
      const order = find(returnInput.orderId);
      if (order?.returnStatus !== 'NO_RETURN') {
        return { return: null, userErrors: [{ code: 'INVALID', field: null, message: 'Return cannot be created' }] };
      }
      order.returnStatus = 'IN_PROGRESS';
      state.record(order, 'return');
      return { return: { id: state.nextId('Return') }, userErrors: [] };
    },

    orderDelete({ orderId }: { orderId: string }) {
      needScope(access, 'write_orders', 'orderDelete');
      const order = find(orderId);
      const refused = order?.test && order.cancelledAt !== null ? null : 'Order cannot be deleted';
      if (!order || refused) {
        return { deletedId: null, userErrors: [{ field: ['orderId'], message: refused ?? 'Order does not exist' }] };
      }
      state.remove(order);
      return { deletedId: orderId, userErrors: [] };
    },

    orderClose({ input }: { input: { id: string } }) {
      needScope(access, 'write_orders', 'orderClose');
      const order = find(input.id);
      if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] };
      if (!order.closed) state.record(order, 'close');
      order.closed = true;
      return { order: show(order), userErrors: [] };
    },
  };
}
