/** A shop order as Admin API objects. A field that isn't here fails loudly (see run-operation.ts), never as null. */
import { createHash } from 'node:crypto';
import { type Access, accessDenied } from './access-scopes.ts';
import { type ConnectionArguments, connectionOf } from './connection.ts';
import { resolveFulfillmentOrder } from './fulfillment-orders.ts';
import {
  isCapturable,
  refundableOf,
  type ShopLine,
  type ShopOrder,
  type ShopRefund,
  type ShopTransaction,
  takenFrom,
  totalOf,
} from './shop-order.ts';

export function resolveOrder(order: ShopOrder, access: Access): Record<string, unknown> {
  const money = (cents: number) => moneyBag(cents, order.currencyCode);
  const total = order.cancelledAt === null ? totalOf(order) : 0;
  const originalTotal = order.lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const pending = order.displayFinancialStatus === 'PENDING' && order.cancelledAt === null ? total : 0;
  const isRebalanced = order.edited && order.cancelledAt === null && takenFrom(order) > 0;
  const owed = isRebalanced ? total - refundableOf(order) : pending;
  const personal = <T>(field: string, value: T) => showPersonal(access, field, value);
  return {
    __typename: 'Order',
    id: order.id,
    legacyResourceId: order.id.split('/').at(-1),
    name: order.name,
    number: order.number,
    confirmationNumber: order.confirmationNumber,
    email: personal('email', order.email),
    phone: personal('phone', order.phone),
    createdAt: iso(order.createdAt),
    processedAt: iso(order.createdAt),
    cancelledAt: order.cancelledAt === null ? null : iso(order.cancelledAt),
    cancelReason: order.cancelReason,
    cancellation: order.cancelledAt === null ? null : { staffNote: order.staffNote },
    closed: order.closed,
    edited: order.edited,
    test: order.test,
    tags: order.tags,
    note: null,
    customerLocale: order.customerLocale,
    sourceName: order.sourceName,
    purchasingEntity: order.isB2B
      ? { __typename: 'PurchasingCompany' }
      : order.customerOrders === 0
        ? null
        : personal('purchasingEntity', { __typename: 'Customer' }),
    totalShippingPriceSet: money(order.shippingPrice),
    currencyCode: order.currencyCode,
    presentmentCurrencyCode: order.currencyCode,
    displayFinancialStatus: order.displayFinancialStatus,
    displayFulfillmentStatus: order.displayFulfillmentStatus,
    returnStatus: order.returnStatus,
    capturable: isCapturable(order),
    refundable: refundableOf(order) > 0,
    unpaid: owed > 0,
    fullyPaid: takenFrom(order) >= originalTotal,
    canNotifyCustomer: order.email !== null || order.phone !== null,
    paymentGatewayNames: order.gatewayNames,
    currentTotalPriceSet: money(total),
    totalPriceSet: money(originalTotal),
    totalOutstandingSet: money(owed),
    totalReceivedSet: money(takenFrom(order)),
    totalRefundedSet: money(takenFrom(order) - refundableOf(order)),
    customer: order.customerOrders === 0 ? null : personal('customer', resolveCustomer(order)),
    shippingAddress: resolveAddress(order, access),
    billingAddress: resolveAddress(order, access),
    displayAddress: resolveAddress(order, access),
    risk: {
      recommendation: order.riskRecommendation,
      assessments: [{ riskLevel: order.riskLevel, provider: null }],
    },
    fulfillments: ({ first }: { first?: number | null }) =>
      order.fulfillments.slice(0, first ?? undefined).map(({ at, ...one }) => ({ ...one, createdAt: iso(at) })),
    // Without the scope a client sees a subset and no error, which is worse than a refusal.
    fulfillmentOrders: (args: ConnectionArguments) =>
      connectionOf(
        access.scopes.includes('read_merchant_managed_fulfillment_orders') ? order.fulfillmentOrders : [],
        args,
        resolveFulfillmentOrder,
      ),
    lineItems: (args: ConnectionArguments) => connectionOf(order.lines, args, (line) => resolveLine(line, order)),
    suggestedRefund: ({ refundLineItems }: { refundLineItems?: readonly { lineItemId: string; quantity: number }[] }) =>
      suggestRefund(order, refundLineItems ?? []),
    refunds: ({ first }: { first?: number | null }) =>
      order.refunds.slice(0, first ?? undefined).map((refund) => resolveRefund(refund, order)),
    transactions: ({ first }: { first?: number | null }) =>
      order.transactions.slice(0, first ?? undefined).map((one) => resolveTransaction(one, order)),
  };
}

/** Prices without taxes and discounts of their own; out of the first payment. */
function suggestRefund(order: ShopOrder, lines: readonly { lineItemId: string; quantity: number }[]): object {
  const price = (id: string) => order.lines.find((line) => line.id === id)?.price ?? 0;
  const wanted = lines.reduce((sum, { lineItemId, quantity }) => sum + price(lineItemId) * quantity, 0);
  const amount = Math.min(wanted, refundableOf(order));
  const [payment] = order.transactions.filter((one) => ['SALE', 'CAPTURE'].includes(one.kind));
  return {
    amountSet: moneyBag(amount, order.currencyCode),
    suggestedTransactions:
      payment && amount > 0
        ? [
            {
              gateway: payment.gateway,
              amountSet: moneyBag(amount, order.currencyCode),
              parentTransaction: resolveTransaction(payment, order),
            },
          ]
        : [],
  };
}

export function resolveRefund({ id, amount, at }: ShopRefund, order: ShopOrder): object {
  return { id, createdAt: iso(at), totalRefundedSet: moneyBag(amount, order.currencyCode) };
}

function resolveTransaction({ amount, ...one }: ShopTransaction, order: ShopOrder): object {
  const isCard = one.gateway === 'shopify_payments';
  return {
    ...one,
    createdAt: iso(order.createdAt),
    amountSet: moneyBag(amount, order.currencyCode),
    manualPaymentGateway: !['shopify_payments', 'paytrail', 'shopify_store_credit'].includes(one.gateway),
    paymentDetails: isCard
      ? { __typename: 'CardPaymentDetails', company: 'Visa', number: '•••• •••• •••• 4242' }
      : null,
  };
}

function resolveLine(line: ShopLine, order: ShopOrder): object {
  return {
    id: line.id,
    title: line.title,
    name: line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`,
    variantTitle: line.variantTitle,
    sku: line.sku,
    quantity: line.quantity,
    currentQuantity: line.currentQuantity,
    unfulfilledQuantity: line.unfulfilledQuantity,
    refundableQuantity: takenFrom(order) > 0 ? line.currentQuantity : 0,
    discountedUnitPriceSet: moneyBag(line.price, order.currencyCode),
    originalUnitPriceSet: moneyBag(line.price, order.currencyCode),
    requiresShipping: true,
    image: line.image ? { url: line.image } : null,
    vendor: line.vendor,
    isGiftCard: line.isGiftCard,
    sellingPlan: line.sellingPlan === null ? null : { name: line.sellingPlan, sellingPlanId: null },
    product: {
      id: line.id.replace('LineItem', 'Product'),
      title: line.title,
      tags: line.productTags,
      productType: line.productType,
      vendor: line.vendor,
    },
  };
}

function resolveCustomer(order: ShopOrder): object {
  const hash = createHash('sha256')
    .update(order.email ?? order.phone ?? order.id)
    .digest();
  return {
    id: `gid://shopify/Customer/${7_000_000_000_000 + hash.readUInt32BE()}`,
    displayName: order.customerName,
    numberOfOrders: String(order.customerOrders),
    locale: order.customerLocale,
    tags: order.customerTags,
  };
}

function resolveAddress(order: ShopOrder, { customerData }: Access): object {
  const { customerName, address1, address2, city, zip, countryCode, phone } = order;
  const [firstName, ...rest] = customerName.split(' ');
  const street = { address1, address2, company: null, provinceCode: null };
  const person =
    customerData === 'shown'
      ? { name: customerName, firstName, lastName: rest.join(' ') || firstName, zip, phone }
      : { name: null, firstName: null, lastName: null, zip: null, phone: null };
  return {
    ...street,
    ...person,
    city,
    countryCodeV2: countryCode,
    formatted: () => [street.address1, `${person.zip ?? ''} ${city}`.trim(), countryCode],
  };
}

function showPersonal<T>({ customerData }: Access, field: string, value: T): T | null | (() => never) {
  if (customerData === 'shown') return value;
  if (customerData === 'null') return null;
  return () => {
    throw accessDenied(field, 'This app is not approved to access personally identifiable information.');
  };
}

const EUROS_FOR: Record<string, number> = { EUR: 1, SEK: 0.09, GBP: 1.15, USD: 0.92 };

export function moneyBag(cents: number, currencyCode: string): object {
  const money = { amount: (cents / 100).toFixed(2), currencyCode };
  // The shop's own currency, at made-up but fixed rates.
  const inEuros = { amount: ((cents / 100) * (EUROS_FOR[currencyCode] ?? 1)).toFixed(2), currencyCode: 'EUR' };
  return { presentmentMoney: money, shopMoney: inEuros };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
