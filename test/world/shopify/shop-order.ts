/** An order as the world's shop keeps it; the names are the Admin API's. Amounts are in cents. */

export interface ShopLine {
  readonly id: string;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly sku: string | null;
  readonly price: number;
  quantity: number;
  currentQuantity: number;
  unfulfilledQuantity: number;
  readonly productTags: string[];
  readonly productType: string;
  readonly vendor: string;
  isGiftCard: boolean;
  sellingPlan: string | null;
  /** Where its picture is; left out: it has none. */
  image?: string;
}

export interface ShopTransaction {
  readonly id: string;
  readonly kind: 'SALE' | 'AUTHORIZATION' | 'CAPTURE' | 'VOID' | 'REFUND';
  status: 'SUCCESS' | 'PENDING' | 'FAILURE';
  readonly gateway: string;
  readonly amount: number;
}

export interface ShopFulfillment {
  readonly id: string;
  status: 'SUCCESS' | 'CANCELLED';
  readonly at: number;
  displayStatus: 'LABEL_PURCHASED' | 'LABEL_VOIDED' | 'IN_TRANSIT' | 'DELIVERED' | 'FULFILLED' | 'CANCELED';
}

export interface ShopFulfillmentOrder {
  readonly id: string;
  /** RFC 3339. */
  fulfillBy?: string;
  status: 'OPEN' | 'ON_HOLD' | 'IN_PROGRESS' | 'CLOSED' | 'CANCELLED' | 'SCHEDULED';
  requestStatus:
    | 'UNSUBMITTED'
    | 'SUBMITTED'
    | 'ACCEPTED'
    | 'CANCELLATION_REQUESTED'
    | 'CANCELLATION_ACCEPTED'
    | 'CANCELLATION_REJECTED'
    | 'CLOSED';
  holds: FulfillmentHold[];
}

export interface FulfillmentHold {
  readonly id: string;
  readonly handle: string;
  readonly reason: string;
  readonly reasonNotes: string | null;
  /** false: another app's, or somebody's in the admin. */
  readonly ours: boolean;
}

export interface ShopRefund {
  readonly id: string;
  readonly amount: number;
  readonly at: number;
}

export interface ShopOrder {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly confirmationNumber: string;
  email: string | null;
  phone: string | null;
  readonly customerName: string;
  /** 0: no customer stands behind it, as with some guests. */
  readonly customerOrders: number;
  readonly customerTags: readonly string[];
  readonly isB2B: boolean;
  readonly sourceName: string;
  /** In cents. */
  readonly shippingPrice: number;
  readonly customerLocale: string;
  readonly currencyCode: string;
  address1: string;
  address2: string | null;
  city: string;
  countryCode: string;
  zip: string;
  readonly createdAt: number;
  cancelledAt: number | null;
  cancelReason: string | null;
  staffNote: string | null;
  closed: boolean;
  edited: boolean;
  readonly test: boolean;
  tags: string[];
  readonly gatewayNames: string[];
  displayFinancialStatus: 'AUTHORIZED' | 'PAID' | 'PENDING' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'VOIDED';
  displayFulfillmentStatus: 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED' | 'IN_PROGRESS' | 'ON_HOLD';
  returnStatus: 'NO_RETURN' | 'IN_PROGRESS' | 'RETURN_REQUESTED';
  readonly riskRecommendation: 'ACCEPT' | 'INVESTIGATE' | 'CANCEL' | 'NONE';
  readonly riskLevel: 'LOW' | 'MEDIUM' | 'HIGH';
  /** Restocking a paid order at a deactivated location fails in the job. */
  readonly locationActive: boolean;
  lines: ShopLine[];
  transactions: ShopTransaction[];
  fulfillments: ShopFulfillment[];
  fulfillmentOrders: ShopFulfillmentOrder[];
  refunds: ShopRefund[];
}

export function totalOf(order: ShopOrder): number {
  return order.lines.reduce((sum, line) => sum + line.price * line.currentQuantity, 0);
}

export function takenFrom(order: ShopOrder): number {
  return sumOf(order, 'SALE') + sumOf(order, 'CAPTURE');
}

export function sumOf(order: ShopOrder, kind: ShopTransaction['kind']): number {
  return order.transactions
    .filter((one) => one.kind === kind && one.status !== 'FAILURE')
    .reduce((sum, one) => sum + one.amount, 0);
}

/** Taken and not given back yet. */
export function refundableOf(order: ShopOrder): number {
  return takenFrom(order) - sumOf(order, 'REFUND');
}

/** Authorised and neither captured nor voided. */
export function isCapturable(order: ShopOrder): boolean {
  return sumOf(order, 'AUTHORIZATION') > 0 && takenFrom(order) === 0 && sumOf(order, 'VOID') === 0;
}
