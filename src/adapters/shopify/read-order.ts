/** Reads an order whole, or, where most of it is known, only what can have changed. */
import type { Order } from '../../domain/order.ts';
import type { CancelProgress as Progress } from '../../ports.ts';
import type { OrderAgainQuery, SettledOrderFragment } from './admin.generated.ts';
import type { ShopifyClient } from './client.ts';
import { toOrder, toParcels, toSettled } from './order-mapping.ts';
import { CancelProgress, OrderAgain, OrderForDecision } from './order-queries.ts';

/** What lists may hold. `few` is for fulfilments, fulfilment orders and refunds. */
const SMALL = { lines: 10, payments: 5, few: 3 };
const LARGE = { lines: 60, payments: 30, few: 10 };

type Sizes = typeof SMALL;

interface Lists {
  readonly refunds: readonly unknown[];
  readonly transactions: readonly unknown[];
  readonly fulfillments?: readonly unknown[];
  readonly fulfillmentOrders?: { readonly nodes: readonly unknown[] };
  readonly lineItems?: { readonly nodes: readonly unknown[] };
}

/** A list that comes full may have had more. */
function isFull(node: Lists, { lines, payments, few }: Sizes): boolean {
  return (
    node.refunds.length >= few ||
    node.transactions.length >= payments ||
    (node.fulfillments?.length ?? 0) >= few ||
    (node.fulfillmentOrders?.nodes.length ?? 0) >= few ||
    (node.lineItems?.nodes.length ?? 0) >= lines
  );
}

export async function readOrder(client: ShopifyClient, id: string): Promise<Order | null> {
  const { order: small } = await client.request(OrderForDecision, { id, ...SMALL });
  if (!small) return null;
  if (!isFull(small, SMALL)) return toOrder(small, false);
  const { order } = await client.request(OrderForDecision, { id, ...LARGE });
  return order && toOrder(order, isFull(order, LARGE));
}

/** Other lines, another price or more of anything than fits: then it is read whole. */
export async function readOrderAgain(client: ShopifyClient, known: Order): Promise<Order | null> {
  const { order } = await client.request(OrderAgain, { id: known.id, ...SMALL });
  if (!order) return null;
  const lines = linesOf(known, order.lineItems.nodes);
  const total = order.currentTotalPriceSet.presentmentMoney;
  const samePrice = total.amount === known.total.amount && total.currencyCode === known.total.currencyCode;
  const samePayment = order.displayFinancialStatus === known.displayFinancialStatus;
  // A cancelled order costs nothing any more, and has its money back: what it was is what people want to read.
  const isAsKnown = (samePrice && samePayment) || order.cancelledAt !== null;
  if (!lines || !isAsKnown || isFull(order, SMALL)) return readOrder(client, known.id);
  return { ...known, ...toSettled(order), ...toParcels(order), lines };
}

type LineNode = OrderAgainQuery['order'] & object extends { lineItems: { nodes: (infer Node)[] } } ? Node : never;

/** null: they are not the same lines. */
function linesOf({ lines }: Order, nodes: readonly LineNode[]): Order['lines'] | null {
  const now = new Map(nodes.map((node) => [node.id, node]));
  if (now.size !== lines.length || !lines.every(({ id }) => now.has(id))) return null;
  return lines.map((line) => ({ ...line, ...now.get(line.id) }));
}

/** How far the cancellation is, with the order that was `known` before it. */
export async function readProgress(
  client: ShopifyClient,
  orderId: string,
  jobResultId: string,
  known: Order | null,
): Promise<Progress> {
  const { payments, few } = SMALL;
  const { node, order } = await client.request(CancelProgress, { orderId, jobResultId, payments, few });
  const job = node && 'done' in node ? { done: node.done, status: node.status, errors: node.errors } : null;
  return { job, order: order && (await withWhatIsKnown(client, order, known)) };
}

async function withWhatIsKnown(
  client: ShopifyClient,
  order: SettledOrderFragment,
  known: Order | null,
): Promise<Order | null> {
  if (known?.id !== order.id || isFull(order, SMALL)) return readOrder(client, order.id);
  return { ...known, ...toSettled(order) };
}
