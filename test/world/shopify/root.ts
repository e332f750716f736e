/** Queries and mutations of the world's Admin API. */
import { GraphQLError } from 'graphql';
import { resolveOrder } from './order-resolver.ts';
import { parseSearch } from './order-search.ts';
import type { ShopOrder } from './shop-order.ts';
import type { CancelJob, JobFault, ShopState } from './shop-state.ts';

export interface RootOptions {
  readonly scopes: readonly string[];
  readonly hidesCustomerData: boolean;
}

const SIXTY_DAYS_MS = 60 * 24 * 60 * 60_000;
const LONGEST_STAFF_NOTE = 255;

export function createRoot(state: ShopState, options: RootOptions, jobFault: () => JobFault | null) {
  const visible = (order: ShopOrder | undefined): order is ShopOrder =>
    order !== undefined &&
    (options.scopes.includes('read_all_orders') || order.createdAt > state.now() - SIXTY_DAYS_MS);
  const show = (order: ShopOrder) => resolveOrder(order, options);

  function showJob(job: CancelJob): object {
    const order = state.orders.get(job.args.orderId);
    return {
      __typename: 'OrderCancelJobResult',
      id: job.id,
      done: job.status !== 'STARTED',
      status: job.status,
      errors: job.errors.map((error) => ({ ...error, field: null })),
      order: order ? show(order) : null,
    };
  }

  return {
    shop: {
      id: 'gid://shopify/Shop/1',
      name: 'Pine & Loom',
      myshopifyDomain: 'pine-and-loom.myshopify.com',
      ianaTimezone: 'Europe/Helsinki',
      currencyCode: 'EUR',
      orderNumberFormatPrefix: '#',
      orderNumberFormatSuffix: '',
      plan: { publicDisplayName: 'Grow', shopifyPlus: false, partnerDevelopment: false },
    },
    currentAppInstallation: { accessScopes: options.scopes.map((handle) => ({ handle })) },

    order: ({ id }: { id: string }) => {
      const order = state.orders.get(id);
      return visible(order) ? show(order) : null;
    },

    orders: ({ query, first, reverse }: { query?: string; first?: number; reverse?: boolean }) => {
      if (!first) throw new GraphQLError('you must provide one of first or last');
      const test = parseSearch(query ?? '');
      const found = [...state.orders.values()].filter((order) => visible(order) && test(order));
      found.sort((a, b) => (a.createdAt - b.createdAt) * (reverse ? -1 : 1));
      const page = found.slice(0, Math.min(first, 250));
      return { nodes: page.map(show), pageInfo: { hasNextPage: found.length > page.length, endCursor: null } };
    },

    node: ({ id }: { id: string }) => {
      const job = state.jobs.get(id);
      if (job) return showJob(job);
      const order = state.orders.get(id);
      return visible(order) ? show(order) : null;
    },

    orderCancel: (args: OrderCancelInput) => {
      const order = state.orders.get(args.orderId);
      const refusal = visible(order)
        ? refuseCancel(order, args)
        : { code: 'NOT_FOUND', message: 'Order does not exist' };
      if (refusal) {
        return {
          job: null,
          jobResult: null,
          orderCancelUserErrors: [{ ...refusal, field: ['orderId'] }],
          userErrors: [],
        };
      }
      const job = state.startCancel(
        {
          orderId: args.orderId,
          reason: args.reason,
          restock: args.restock,
          notifyCustomer: args.notifyCustomer ?? false,
          refund: args.refundMethod?.originalPaymentMethodsRefund ?? false,
          staffNote: args.staffNote ?? null,
        },
        jobFault(),
      );
      return { job: { id: job.id, done: false }, jobResult: showJob(job), orderCancelUserErrors: [], userErrors: [] };
    },
  };

  /** Shopify has no codes for most of these: they all come as INVALID with a sentence. */
  function refuseCancel(order: ShopOrder, args: OrderCancelInput): { code: string; message: string } | null {
    const running = [...state.jobs.values()].some((job) => job.args.orderId === order.id && job.status === 'STARTED');
    const standing = order.fulfillments.some((one) => one.status !== 'CANCELLED');
    const pending = order.transactions.some((one) => one.status === 'PENDING');
    const reasons: [boolean, string][] = [
      [(args.staffNote ?? '').length > LONGEST_STAFF_NOTE, 'Staff note is too long (maximum is 255 characters)'],
      [order.cancelledAt !== null, 'Order has already been canceled'],
      [running, 'Order is already being canceled'],
      [standing, 'Cannot cancel an order that has fulfillments'],
      [order.returnStatus === 'IN_PROGRESS', 'Cannot cancel an order with an open return'],
      [pending, 'Cannot cancel an order with a pending payment'],
    ];
    const found = reasons.find(([holds]) => holds);
    return found ? { code: 'INVALID', message: found[1] } : null;
  }
}

interface OrderCancelInput {
  readonly orderId: string;
  readonly reason: string;
  readonly restock: boolean;
  readonly notifyCustomer?: boolean;
  readonly refundMethod?: { readonly originalPaymentMethodsRefund?: boolean };
  readonly staffNote?: string;
}
