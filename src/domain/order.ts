/**
 * A Shopify order as the decision needs it. The words are Shopify's own (Admin API 2026-10); money is
 * `presentmentMoney`, the amount the customer saw and paid.
 */
import type { Money } from './money.ts';

export type DisplayFinancialStatus =
  | 'AUTHORIZED'
  | 'EXPIRED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED';

/** What is enough to match a request: cheap to fetch for many orders at once. */
export interface OrderCandidate {
  /** gid://shopify/Order/… */
  readonly id: string;
  /** "#1001": prefix + number + suffix, as people see it. */
  readonly name: string;
  readonly confirmationNumber: string | null;
  /** null also when the shop's plan hides it (protected customer data), not only when there is none. */
  readonly email: string | null;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly cancelledAt: string | null;
  readonly closed: boolean;
  /** BCP 47, of the checkout. */
  readonly customerLocale: string | null;
  /** Of the order, its addresses and its customer, as far as the plan shows them. */
  readonly phones: readonly string[];
  readonly names: readonly string[];
  readonly postcodes: readonly string[];
  readonly countryCode: string | null;
}

/** Names are the Admin API's. */
export interface ShippingAddress {
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly company: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly zip: string | null;
  readonly city: string | null;
  readonly provinceCode: string | null;
  readonly countryCode: string | null;
  readonly phone: string | null;
}

export interface OrderLine {
  readonly id: string;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly sku: string | null;
  /** https address of a small picture. */
  readonly image: string | null;
  /** As it was ordered; what was taken off since is still in it. */
  readonly quantity: number;
  readonly currentQuantity: number;
  readonly unfulfilledQuantity: number;
  readonly unitPrice: Money;
  readonly productTags: readonly string[];
  readonly productType: string | null;
  readonly vendor: string | null;
  readonly isGiftCard: boolean;
  /** Name of the selling plan: a subscription, a pre-order, try before you buy. */
  readonly sellingPlan: string | null;
}

export interface Fulfillment {
  readonly id: string;
  /** SUCCESS, CANCELLED, ERROR, FAILURE, … */
  readonly status: string;
  /** LABEL_PURCHASED, IN_TRANSIT, DELIVERED, … */
  readonly displayStatus: string | null;
}

export interface FulfillmentOrder {
  readonly id: string;
  /** OPEN, SCHEDULED, ON_HOLD, IN_PROGRESS, INCOMPLETE, CLOSED, CANCELLED */
  readonly status: string;
  readonly requestStatus: string;
  /** By when it is to be shipped, RFC 3339; null: nobody has promised. */
  readonly fulfillBy: string | null;
  /** What Shopify would do now: HOLD, RELEASE_HOLD, REQUEST_CANCELLATION, … */
  readonly supportedActions: readonly string[];
  readonly holds: readonly FulfillmentHold[];
}

export interface FulfillmentHold {
  readonly id: string;
  /** Unique for an app and a fulfilment order; ours begin with "cancel-desk". */
  readonly handle: string | null;
  readonly heldByRequestingApp: boolean;
}

export interface OrderTransaction {
  readonly id: string;
  /** SALE, AUTHORIZATION, CAPTURE, VOID, REFUND, … */
  readonly kind: string;
  /** SUCCESS, PENDING, FAILURE, ERROR, AWAITING_RESPONSE, UNKNOWN */
  readonly status: string;
  readonly gateway: string | null;
  /** Cash, bank transfer: Shopify moves none of it. */
  readonly manual: boolean;
  readonly amount: Money;
}

export interface Refund {
  readonly id: string;
  readonly total: Money;
}

export interface Order extends OrderCandidate {
  readonly cancelReason: string | null;
  /** `Order.cancellation.staffNote`: carries our reference when the cancellation is ours. */
  readonly cancellationStaffNote: string | null;
  readonly test: boolean;
  readonly tags: readonly string[];
  readonly displayFinancialStatus: DisplayFinancialStatus | null;
  readonly displayFulfillmentStatus: string;
  readonly returnStatus: string;
  /** An authorization that is not captured yet: cancelling voids it and no refund shows. */
  readonly capturable: boolean;
  readonly refundable: boolean;
  readonly paymentGatewayNames: readonly string[];
  readonly total: Money;
  /** The same in the shop's own currency. */
  readonly shopTotal: Money;
  /** "Visa •••• 4242": what was paid with, as far as Shopify says. */
  readonly paidWith: string | null;
  /** What the customer still owes (> 0) or is owed (< 0). */
  readonly outstanding: Money;
  readonly customerName: string | null;
  readonly customerNumberOfOrders: number | null;
  /** null: no customer, or the plan hides it. */
  readonly customerTags: readonly string[] | null;
  readonly isB2B: boolean;
  /** "web", "pos", "shopify_draft_order", … */
  readonly sourceName: string | null;
  readonly shipping: Money;
  readonly shippingTo: ShippingAddress | null;
  /** ACCEPT, CANCEL, INVESTIGATE, NONE */
  readonly riskRecommendation: string;
  /** HIGH, MEDIUM, LOW, NONE, PENDING: one of each app that assessed it. */
  readonly riskLevels: readonly string[];
  readonly lines: readonly OrderLine[];
  readonly fulfillments: readonly Fulfillment[];
  readonly fulfillmentOrders: readonly FulfillmentOrder[];
  readonly transactions: readonly OrderTransaction[];
  readonly refunds: readonly Refund[];
  /** It has more lines, payments or parcels than were read: nothing is concluded from it without a person. */
  readonly isCutShort: boolean;
}

/** "T-shirt, M": two variants of one product are two lines, and must not be taken for each other. */
export function lineName({ title, variantTitle }: Pick<OrderLine, 'title' | 'variantTitle'>): string {
  return variantTitle ? `${title}, ${variantTitle}` : title;
}
