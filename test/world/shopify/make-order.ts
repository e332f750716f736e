/** One order of the shop: an ordinary paid one, bent into the shape asked for. */
import type { ShopLine, ShopOrder } from './shop-order.ts';

const HOUR = 60 * 60_000;

export type OrderSpec = Partial<Omit<ShopOrder, 'id' | 'name' | 'number'>> & {
  readonly ageMs?: number;
  readonly kind?: OrderKind;
};

export type OrderKind =
  | 'paid'
  | 'authorized'
  | 'pending'
  | 'cash_on_delivery'
  | 'partially_refunded'
  | 'fulfilled'
  | 'partially_fulfilled'
  | 'label_bought'
  | 'in_progress'
  | 'cancelled'
  | 'return_open';

type Product = readonly [title: string, variant: string | null, sku: string, price: number, tags: string[]];

export const PRODUCTS: readonly Product[] = [
  ['Wool blanket', 'Moss', 'WB-MOSS', 8_490, ['wool']],
  ['Linen towel', 'Set of 3', 'LT-3', 2_950, ['linen']],
  ['Oak tray', null, 'OT-1', 4_500, ['wood']],
  ['Engraved bread board', 'Your text', 'BB-ENG', 5_900, ['made-to-order', 'wood']],
  ['Felt slippers', '42', 'FS-42', 6_400, ['wool']],
  ['Candle', 'Pine', 'CA-PINE', 1_890, []],
];

export function makeLine(id: string, product: Product, quantity: number): ShopLine {
  const [title, variantTitle, sku, price, productTags] = product;
  return {
    id,
    title,
    variantTitle,
    sku,
    price,
    quantity,
    currentQuantity: quantity,
    unfulfilledQuantity: quantity,
    productTags: [...productTags],
    productType: 'Home',
    vendor: 'Pine & Loom',
    isGiftCard: false,
    sellingPlan: null,
  };
}

export function makeOrder(number: number, now: number, spec: OrderSpec = {}): ShopOrder {
  const { ageMs = 6 * HOUR, kind = 'paid', ...given } = spec;
  const gid = (type: string, n: number) => `gid://shopify/${type}/${5_000_000_000_000 + number * 100 + n}`;
  // A part can only be shipped of an order that has more than one line.
  const count = Math.max(kind === 'partially_fulfilled' ? 2 : 1, (number % 3) + 1);
  const lines = Array.from({ length: count }, (_, i) => {
    const quantity = i === 0 ? 1 + (number % 2) : 1;
    return makeLine(gid('LineItem', i), at(PRODUCTS, number + i), quantity);
  });
  const total = lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  const order: ShopOrder = {
    id: gid('Order', 0),
    number,
    name: `#${number}`,
    confirmationNumber: confirmationOf(number),
    email: `customer-${number}@customer.example`,
    phone: null,
    customerName: 'Somebody',
    customerOrders: 1,
    customerTags: [],
    isB2B: false,
    sourceName: 'web',
    shippingPrice: 0,
    customerLocale: 'en',
    currencyCode: 'EUR',
    address1: 'Main Street 1',
    address2: null,
    city: 'Helsinki',
    countryCode: 'FI',
    zip: '00100',
    createdAt: now - ageMs,
    cancelledAt: null,
    cancelReason: null,
    staffNote: null,
    closed: false,
    edited: false,
    test: false,
    tags: [],
    gatewayNames: ['shopify_payments'],
    displayFinancialStatus: 'PAID',
    displayFulfillmentStatus: 'UNFULFILLED',
    returnStatus: 'NO_RETURN',
    riskRecommendation: 'ACCEPT',
    riskLevel: 'LOW',
    locationActive: true,
    lines,
    transactions: [
      { id: gid('OrderTransaction', 1), kind: 'SALE', status: 'SUCCESS', gateway: 'shopify_payments', amount: total },
    ],
    fulfillments: [],
    fulfillmentOrders: [{ id: gid('FulfillmentOrder', 1), status: 'OPEN', requestStatus: 'UNSUBMITTED', holds: [] }],
    refunds: [],
    ...given,
  };
  SHAPES[kind](order, total, gid, now);
  return order;
}

type Shape = (order: ShopOrder, total: number, gid: (type: string, n: number) => string, now: number) => void;

const SHAPES: Record<OrderKind, Shape> = {
  paid: () => {},
  authorized: (order, total, gid) => {
    order.displayFinancialStatus = 'AUTHORIZED';
    order.transactions = [
      {
        id: gid('OrderTransaction', 1),
        kind: 'AUTHORIZATION',
        status: 'SUCCESS',
        gateway: 'shopify_payments',
        amount: total,
      },
    ];
  },
  pending: (order, total, gid) => {
    order.displayFinancialStatus = 'PENDING';
    order.gatewayNames.splice(0, 1, 'paytrail');
    order.transactions = [
      { id: gid('OrderTransaction', 1), kind: 'SALE', status: 'PENDING', gateway: 'paytrail', amount: total },
    ];
  },
  cash_on_delivery: (order) => {
    order.displayFinancialStatus = 'PENDING';
    order.gatewayNames.splice(0, 1, 'Cash on Delivery (COD)');
    order.transactions = [];
  },
  partially_refunded: (order, _total, gid) => {
    order.displayFinancialStatus = 'PARTIALLY_REFUNDED';
    order.transactions.push({
      id: gid('OrderTransaction', 2),
      kind: 'REFUND',
      status: 'SUCCESS',
      gateway: 'shopify_payments',
      amount: 1_000,
    });
    order.refunds.push({ id: gid('Refund', 1), amount: 1_000, at: order.createdAt + HOUR });
  },
  fulfilled: (order, _total, gid) => {
    ship(order, gid, 'DELIVERED');
    order.displayFulfillmentStatus = 'FULFILLED';
  },
  partially_fulfilled: (order, _total, gid) => {
    order.fulfillments.push({
      id: gid('Fulfillment', 1),
      status: 'SUCCESS',
      displayStatus: 'IN_TRANSIT',
      at: order.createdAt + HOUR,
    });
    const [line] = order.lines;
    if (line) line.unfulfilledQuantity = 0;
    order.displayFulfillmentStatus = 'PARTIALLY_FULFILLED';
  },
  label_bought: (order, _total, gid) => {
    ship(order, gid, 'LABEL_PURCHASED');
    order.displayFulfillmentStatus = 'FULFILLED';
  },
  in_progress: (order) => {
    order.displayFulfillmentStatus = 'IN_PROGRESS';
    for (const one of order.fulfillmentOrders) [one.status, one.requestStatus] = ['IN_PROGRESS', 'ACCEPTED'];
  },
  cancelled: (order, total, gid, now) => {
    order.cancelledAt = Math.max(order.createdAt, now - HOUR);
    order.cancelReason = 'OTHER';
    order.staffNote = 'cancelled in the admin';
    order.closed = true;
    order.displayFinancialStatus = 'REFUNDED';
    order.transactions.push({
      id: gid('OrderTransaction', 2),
      kind: 'REFUND',
      status: 'SUCCESS',
      gateway: 'shopify_payments',
      amount: total,
    });
    order.refunds.push({ id: gid('Refund', 1), amount: total, at: order.cancelledAt });
    for (const line of order.lines) [line.currentQuantity, line.unfulfilledQuantity] = [0, 0];
    for (const one of order.fulfillmentOrders) [one.status, one.requestStatus] = ['CLOSED', 'CLOSED'];
  },
  return_open: (order, _total, gid) => {
    ship(order, gid, 'DELIVERED');
    order.displayFulfillmentStatus = 'FULFILLED';
    order.returnStatus = 'IN_PROGRESS';
  },
};

function ship(
  order: ShopOrder,
  gid: (type: string, n: number) => string,
  displayStatus: 'LABEL_PURCHASED' | 'DELIVERED',
): void {
  order.fulfillments.push({ id: gid('Fulfillment', 1), status: 'SUCCESS', displayStatus, at: order.createdAt + HOUR });
  for (const line of order.lines) line.unfulfilledQuantity = 0;
  for (const one of order.fulfillmentOrders) one.status = 'CLOSED';
}

function confirmationOf(number: number): string {
  return `XP${((number * 7_919_317) % 36 ** 5).toString(36).toUpperCase().padStart(5, '0')}CT`;
}

export function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
