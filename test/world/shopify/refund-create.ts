/** `refundCreate`: moves money only by `transactions`, and only with an @idempotent key, which the schema can't demand. */
import { type GraphQLDirective, GraphQLError, type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import { type Access, needScope } from './access-scopes.ts';
import { resolveOrder, resolveRefund } from './order-resolver.ts';
import { refundableOf, type ShopOrder } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

const KEY_LIVES_MS = 24 * 60 * 60_000;

export interface RefundInput {
  readonly orderId: string;
  readonly currency?: string | null;
  readonly notify?: boolean | null;
  readonly allowOverRefunding?: boolean | null;
  readonly refundLineItems?:
    | readonly { readonly lineItemId: string; readonly quantity: number; readonly restockType?: string | null }[]
    | null;
  readonly transactions?: readonly { readonly kind: string; readonly amount: string }[] | null;
  readonly refundMethods?:
    | readonly { readonly storeCreditRefund: { readonly amount: { readonly amount: string } } }[]
    | null;
  readonly [other: string]: unknown;
}

const KNOWN = [
  'orderId',
  'currency',
  'notify',
  'note',
  'allowOverRefunding',
  'refundLineItems',
  'transactions',
  'refundMethods',
  'discrepancyReason',
];

export class RefundCreate {
  readonly #state: ShopState;
  readonly #access: Access;
  readonly #keys = new Map<string, { input: string; refundId: string; orderId: string; at: number }>();

  constructor(state: ShopState, access: Access) {
    this.#state = state;
    this.#access = access;
  }

  run(input: RefundInput, info: GraphQLResolveInfo): object {
    needScope(this.#access, 'write_orders', 'refundCreate');
    const unknown = Object.entries(input).find(([name, value]) => !KNOWN.includes(name) && !isEmpty(value))?.[0];
    if (unknown) throw new Error(`world: RefundInput.${unknown} is not implemented`);
    const key = idempotencyKeyOf(info);
    // As sent: the order of the fields counts too.
    const asSent = JSON.stringify(input);
    const earlier = this.#keys.get(key);
    if (earlier && this.#state.now() - earlier.at < KEY_LIVES_MS) {
      if (earlier.input !== asSent) return refused(null, 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
      return this.#show(earlier.orderId, earlier.refundId);
    }
    const order = this.#state.orders.get(input.orderId);
    if (!order) return refused(['orderId'], 'Order does not exist');
    const refusal = refuse(order, input);
    if (refusal) return refusal;
    const refundId = this.#apply(order, input);
    this.#keys.set(key, { input: asSent, refundId, orderId: order.id, at: this.#state.now() });
    return this.#show(order.id, refundId);
  }

  #apply(order: ShopOrder, input: RefundInput): string {
    for (const { lineItemId, quantity, restockType } of input.refundLineItems ?? []) {
      const line = order.lines.find((one) => one.id === lineItemId);
      if (!line) continue;
      line.currentQuantity -= quantity;
      if (restockType === 'CANCEL') line.unfulfilledQuantity = Math.max(0, line.unfulfilledQuantity - quantity);
      if (restockType === 'CANCEL' || restockType === 'RETURN') this.#state.record(order, 'restock');
    }
    const credit = creditOf(input);
    const refundId =
      credit > 0
        ? this.#state.refund(order, credit, 'SUCCESS', 'shopify_store_credit')
        : this.#state.refund(order, amountOf(input));
    if (input.notify) this.#state.record(order, 'notify');
    return refundId;
  }

  #show(orderId: string, refundId: string): object {
    const order = this.#state.orders.get(orderId) as ShopOrder;
    const refund = order.refunds.find((one) => one.id === refundId);
    return {
      refund: refund ? resolveRefund(refund, order) : null,
      order: resolveOrder(order, this.#access),
      userErrors: [],
    };
  }
}

function refuse(order: ShopOrder, input: RefundInput): object | null {
  if (input.currency != null && input.currency !== order.currencyCode) {
    return refused(['currency'], 'Currency must be the currency the order was placed in');
  }
  for (const { lineItemId, quantity } of input.refundLineItems ?? []) {
    const line = order.lines.find((one) => one.id === lineItemId);
    if (!line) return refused(['refundLineItems'], 'Line item does not exist');
    if (quantity > line.currentQuantity)
      return refused(['refundLineItems'], 'Quantity cannot refund more items than were purchased');
  }
  if (input.transactions?.some((one) => one.kind !== 'REFUND')) {
    return refused(['transactions'], 'Transaction kind must be REFUND');
  }
  const tooMuch = amountOf(input) + creditOf(input) > refundableOf(order) && !input.allowOverRefunding;
  return tooMuch ? refused(['transactions'], 'Refund amount is more than what can be refunded') : null;
}

/** The schema's defaults fill in empty lists. */
function isEmpty(value: unknown): boolean {
  return value == null || value === false || (Array.isArray(value) && value.length === 0);
}

/** These errors have no `code` field. */
function refused(field: readonly string[] | null, message: string): object {
  return { refund: null, order: null, userErrors: [{ field, message }] };
}

function amountOf(input: RefundInput): number {
  return (input.transactions ?? []).reduce((sum, one) => sum + Math.round(Number(one.amount) * 100), 0);
}

function creditOf(input: RefundInput): number {
  const methods = input.refundMethods ?? [];
  return methods.reduce((sum, one) => sum + Math.round(Number(one.storeCreditRefund.amount.amount) * 100), 0);
}

function idempotencyKeyOf({ schema, fieldNodes, variableValues }: GraphQLResolveInfo): string {
  const directive = schema.getDirective('idempotent') as GraphQLDirective;
  const [node] = fieldNodes;
  const key = node && getDirectiveValues(directive, node, variableValues)?.key;
  if (typeof key !== 'string' || key.trim() === '') {
    throw new GraphQLError('The @idempotent directive is required for this mutation but was not provided.', {
      extensions: { code: 'BAD_REQUEST' },
    });
  }
  return key;
}
