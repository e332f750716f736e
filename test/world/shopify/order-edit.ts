/** Order editing as the Admin API has it: staged in a session, nothing shows before the commit. */
import { type Access, needScope } from './access-scopes.ts';
import { makeLine, PRODUCTS } from './make-order.ts';
import { moneyBag } from './order-resolver.ts';
import { refundableOf, type ShopLine, type ShopOrder } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

interface Session {
  readonly id: string;
  readonly orderId: string;
  /** As the order stood: a commit on an order that somebody else has edited since is refused. */
  readonly before: string;
  readonly lines: ShopLine[];
  committed: boolean;
}

const refused = (message: string) => ({ userErrors: [{ field: ['id'], message }] });

export class OrderEdits {
  readonly #state: ShopState;
  readonly #access: Access;
  readonly #sessions = new Map<string, Session>();

  constructor(state: ShopState, access: Access) {
    this.#state = state;
    this.#access = access;
  }

  readonly root = {
    orderEditBegin: ({ id }: { id: string }) => {
      needScope(this.#access, 'write_order_edits', 'orderEditBegin');
      const order = this.#state.orders.get(id);
      if (!order || order.cancelledAt !== null) {
        return { calculatedOrder: null, ...refused('The order cannot be edited.') };
      }
      const lines = order.lines.map((line) => ({ ...line }));
      const session = {
        id: this.#state.nextId('CalculatedOrder'),
        orderId: id,
        before: stateOf(order),
        lines,
        committed: false,
      };
      this.#sessions.set(session.id, session);
      return { calculatedOrder: this.#show(session), userErrors: [] };
    },

    orderEditSetQuantity: (args: { id: string; lineItemId: string; quantity: number }) => {
      const session = this.#open(args.id);
      const line = session?.lines.find((one) => calculatedId(one) === args.lineItemId);
      if (!session || !line) return { calculatedOrder: null, ...refused('The line item is not in the edit.') };
      const shipped = line.currentQuantity - line.unfulfilledQuantity;
      if (args.quantity < shipped) {
        return { calculatedOrder: null, ...refused('Cannot remove items that have been fulfilled.') };
      }
      line.currentQuantity = args.quantity;
      line.unfulfilledQuantity = args.quantity - shipped;
      return { calculatedOrder: this.#show(session), userErrors: [] };
    },

    orderEditAddVariant: (args: { id: string; variantId: string; quantity: number }) => {
      const session = this.#open(args.id);
      const product = PRODUCTS.find((_, index) => variantId(index) === args.variantId);
      if (!session || !product) return { calculatedOrder: null, ...refused('The variant does not exist.') };
      session.lines.push(makeLine(this.#state.nextId('LineItem'), product, args.quantity));
      return { calculatedOrder: this.#show(session), userErrors: [] };
    },

    orderEditCommit: ({ id, notifyCustomer }: { id: string; notifyCustomer?: boolean }) => {
      needScope(this.#access, 'write_order_edits', 'orderEditCommit');
      const session = this.#open(id);
      const order = session && this.#state.orders.get(session.orderId);
      if (!session || !order) return { order: null, ...refused('The edit is gone.') };
      if (stateOf(order) !== session.before) return { order: null, ...refused('The order has changed meanwhile.') };
      session.committed = true;
      const fewer = session.lines.some((line, i) => line.currentQuantity < (order.lines[i]?.currentQuantity ?? 0));
      order.lines = session.lines;
      order.edited = true;
      this.#state.record(order, 'edit');
      if (fewer) this.#state.record(order, 'restock');
      if (notifyCustomer) this.#state.record(order, 'notify');
      return { order: null, userErrors: [] };
    },

    productVariants: ({ query }: { query?: string | null }) => {
      const wanted = /^sku:"(.*)"$/.exec(query ?? '')?.[1]?.toLowerCase();
      const nodes = PRODUCTS.flatMap(([title, variantTitle, sku], index) =>
        sku.toLowerCase() === wanted
          ? [{ id: variantId(index), sku, displayName: variantTitle ? `${title} - ${variantTitle}` : title }]
          : [],
      );
      return { nodes };
    },
  };

  #open(id: string): Session | null {
    const session = this.#sessions.get(id);
    return session && !session.committed ? session : null;
  }

  #show(session: Session): object {
    const order = this.#state.orders.get(session.orderId) as ShopOrder;
    const total = session.lines.reduce((sum, line) => sum + line.price * line.currentQuantity, 0);
    return {
      id: session.id,
      totalOutstandingSet: moneyBag(total - refundableOf(order), order.currencyCode),
      lineItems: {
        nodes: session.lines.map((line) => ({ id: calculatedId(line), quantity: line.currentQuantity, sku: line.sku })),
      },
    };
  }
}

function calculatedId(line: ShopLine): string {
  return line.id.replace('LineItem', 'CalculatedLineItem');
}

function variantId(index: number): string {
  return `gid://shopify/ProductVariant/${7_000 + index}`;
}

function stateOf(order: ShopOrder): string {
  return JSON.stringify([order.lines.map((line) => [line.id, line.currentQuantity]), order.cancelledAt]);
}
