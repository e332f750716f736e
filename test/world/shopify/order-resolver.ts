/** A shop order as Admin API objects. A field that isn't here fails loudly (see admin-api.ts), never as null. */
import { isCapturable, type ShopOrder, sumOf, takenFrom, totalOf } from './shop-order.ts';

export interface OrderVisibility {
  /** Plans without protected customer data answer e-mail, phone and customer as null. */
  readonly hidesCustomerData: boolean;
}

type Slice = { first?: number | null };

export function resolveOrder(order: ShopOrder, { hidesCustomerData }: OrderVisibility): Record<string, unknown> {
  const money = (cents: number) => moneyBag(cents, order.currencyCode);
  const total = order.cancelledAt === null ? totalOf(order) : 0;
  const owed = order.displayFinancialStatus === 'PENDING' && order.cancelledAt === null ? total : 0;
  const address = hidesCustomerData
    ? { name: null, zip: null, phone: null }
    : { name: order.customerName, zip: order.zip, phone: order.phone };
  return {
    __typename: 'Order',
    id: order.id,
    legacyResourceId: order.id.split('/').at(-1),
    name: order.name,
    number: order.number,
    confirmationNumber: order.confirmationNumber,
    email: hidesCustomerData ? null : order.email,
    phone: hidesCustomerData ? null : order.phone,
    createdAt: iso(order.createdAt),
    processedAt: iso(order.createdAt),
    cancelledAt: order.cancelledAt === null ? null : iso(order.cancelledAt),
    cancelReason: order.cancelReason,
    cancellation: order.cancelledAt === null ? null : { staffNote: order.staffNote },
    closed: order.closed,
    test: order.test,
    tags: order.tags,
    customerLocale: order.customerLocale,
    displayFinancialStatus: order.displayFinancialStatus,
    displayFulfillmentStatus: order.displayFulfillmentStatus,
    returnStatus: order.returnStatus,
    capturable: isCapturable(order),
    refundable: takenFrom(order) - sumOf(order, 'REFUND') > 0,
    unpaid: owed > 0,
    paymentGatewayNames: order.gatewayNames,
    currentTotalPriceSet: money(total),
    totalPriceSet: money(order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0)),
    totalOutstandingSet: money(owed),
    customer: hidesCustomerData
      ? null
      : { displayName: order.customerName, numberOfOrders: String(order.customerOrders), tags: [] },
    shippingAddress: { ...address, countryCodeV2: order.countryCode },
    billingAddress: address,
    risk: {
      recommendation: order.riskRecommendation,
      assessments: [{ riskLevel: order.riskLevel, provider: null }],
    },
    fulfillments: ({ first }: Slice) =>
      order.fulfillments.slice(0, first ?? undefined).map((one) => ({ ...one, createdAt: iso(order.createdAt) })),
    fulfillmentOrders: ({ first }: Slice) => ({
      nodes: order.fulfillmentOrders.slice(0, first ?? undefined).map((one) => ({
        ...one,
        assignedLocation: { name: 'Helsinki' },
        supportedActions: one.status === 'OPEN' ? [{ action: 'HOLD' }, { action: 'CREATE_FULFILLMENT' }] : [],
        fulfillmentHolds: [],
      })),
    }),
    lineItems: ({ first }: Slice) => ({
      nodes: order.lines.slice(0, first ?? undefined).map((line) => ({
        id: line.id,
        title: line.title,
        variantTitle: line.variantTitle,
        sku: line.sku,
        quantity: line.quantity,
        currentQuantity: line.currentQuantity,
        unfulfilledQuantity: line.unfulfilledQuantity,
        refundableQuantity: line.currentQuantity,
        discountedUnitPriceSet: money(line.price),
        originalUnitPriceSet: money(line.price),
        product: { id: line.id.replace('LineItem', 'Product'), tags: line.productTags },
      })),
    }),
    refunds: ({ first }: Slice) =>
      order.refunds.slice(0, first ?? undefined).map(({ id, amount }) => ({ id, totalRefundedSet: money(amount) })),
    transactions: ({ first }: Slice) =>
      order.transactions
        .slice(0, first ?? undefined)
        .map(({ amount, ...rest }) => ({ ...rest, amountSet: money(amount) })),
  };
}

function moneyBag(cents: number, currencyCode: string): object {
  const money = { amount: (cents / 100).toFixed(2), currencyCode };
  return { presentmentMoney: money, shopMoney: money };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
