/**
 * What the rules of a policy may ask about, as plain data. Kept with the assessment: the same facts can be put to
 * another policy later (`policy replay`). No names, addresses or texts of the customer, but for the chosen reason.
 */
import {
  boughtLabels,
  isBeingFulfilled,
  isPaidByHand,
  isPaymentPending,
  standingFulfillments,
} from '../cancel-check.ts';
import type { CancellationRequest, RequestOrigin } from '../cancellation-request.ts';
import type { Doubt } from '../doubt.ts';
import type { Order } from '../order.ts';
import type { ProofLevel } from '../proof.ts';
import type { SourceKind } from '../response.ts';

export interface Facts {
  /** Epoch milliseconds. */
  readonly orderedAt: number;
  /** When the customer sent the response; of a risk sweep, when the order was found. */
  readonly requestedAt: number;
  /** IANA name, the shop's. */
  readonly shopZone: string;
  readonly fulfilmentStarted: boolean;
  readonly fulfilmentStatus: string;
  /** null: Shopify doesn't say. */
  readonly paymentStatus: string | null;
  readonly returnStatus: string;
  readonly paymentPending: boolean;
  readonly paidByHand: boolean;
  readonly labelBought: boolean;
  readonly shipped: 'nothing' | 'part' | 'all';
  readonly preOrder: boolean;
  readonly amount: number;
  readonly currency: string;
  readonly productTags: readonly string[];
  readonly productTypes: readonly string[];
  readonly vendors: readonly string[];
  readonly skus: readonly string[];
  readonly orderTags: readonly string[];
  /** null where the shop's plan hides the customer, or there is none. */
  readonly customerTags: readonly string[] | null;
  readonly customerOrders: number | null;
  /** Orders of this address that we cancelled in the last year; null without an address. */
  readonly customerCancellations: number | null;
  readonly risk: string;
  readonly country: string | null;
  readonly source: SourceKind | 'risk_sweep';
  readonly proof: ProofLevel;
  /** At the desk, for a customer who called or wrote. */
  readonly enteredByStaff: boolean;
  /** It may have been sent long ago. */
  readonly inDoubt: boolean;
  readonly reason: string | null;
  readonly b2b: boolean;
  readonly subscription: boolean;
  readonly giftCard: boolean;
  readonly draftOrder: boolean;
  readonly testOrder: boolean;
  /** More of it than was read: what the rules ask about may be missing. */
  readonly cutShort: boolean;
}

export interface FactsContext {
  readonly shopZone: string;
  readonly customerCancellations: number | null;
  readonly source: SourceKind | null;
}

const RISKS = ['NONE', 'PENDING', 'LOW', 'MEDIUM', 'HIGH'];

export function factsOf(
  order: Order,
  request: Pick<CancellationRequest, 'submittedAt' | 'fields' | 'proof'> & {
    readonly origin: RequestOrigin;
    readonly doubt?: Doubt | null;
  },
  { shopZone, customerCancellations, source }: FactsContext,
): Facts {
  const tags = order.lines.flatMap((line) => line.productTags);
  return {
    orderedAt: Date.parse(order.createdAt),
    requestedAt: request.submittedAt,
    shopZone,
    fulfilmentStarted: hasFulfilmentStarted(order),
    fulfilmentStatus: order.displayFulfillmentStatus,
    paymentStatus: order.displayFinancialStatus,
    returnStatus: order.returnStatus,
    paymentPending: isPaymentPending(order),
    paidByHand: isPaidByHand(order),
    labelBought: boughtLabels(order).length > 0,
    shipped: howMuchShipped(order),
    preOrder: isPreOrder(order, tags),
    amount: Number(order.total.amount),
    currency: order.total.currencyCode,
    productTags: distinct(tags),
    productTypes: distinct(order.lines.map((line) => line.productType)),
    vendors: distinct(order.lines.map((line) => line.vendor)),
    skus: distinct(order.lines.map((line) => line.sku)),
    orderTags: order.tags,
    customerTags: order.customerTags,
    customerOrders: order.customerNumberOfOrders,
    customerCancellations,
    risk: highestRisk(order),
    country: order.shippingTo?.countryCode ?? null,
    source: request.origin === 'risk_sweep' ? 'risk_sweep' : (source ?? 'webhook'),
    proof: request.proof?.level ?? 'none',
    enteredByStaff: request.origin === 'staff',
    inDoubt: (request.doubt ?? null) !== null,
    reason: request.fields.reason,
    b2b: order.isB2B,
    subscription: order.lines.some((line) => line.sellingPlan !== null && !isPreOrderPlan(line.sellingPlan)),
    giftCard: order.lines.some((line) => line.isGiftCard),
    draftOrder: order.sourceName === 'shopify_draft_order',
    testOrder: order.test,
    cutShort: order.isCutShort,
  };
}

export function howMuchShipped(order: Order): Facts['shipped'] {
  if (standingFulfillments(order).length === boughtLabels(order).length) return 'nothing';
  return order.lines.some((line) => line.unfulfilledQuantity > 0) ? 'part' : 'all';
}

function hasFulfilmentStarted(order: Order): boolean {
  return standingFulfillments(order).length > 0 || isBeingFulfilled(order);
}

/** Shopify has no flag for it: a plan named so, a tag, or a fulfilment order that waits for its date. */
function isPreOrder(order: Order, productTags: readonly string[]): boolean {
  const scheduled = order.fulfillmentOrders.some((one) => one.status === 'SCHEDULED');
  const tagged = [...productTags, ...order.tags].some((tag) => /^pre-?order$/iu.test(tag));
  return (
    scheduled || tagged || order.lines.some((line) => line.sellingPlan !== null && isPreOrderPlan(line.sellingPlan))
  );
}

function isPreOrderPlan(plan: string): boolean {
  return /pre-?order/iu.test(plan);
}

/** The app that sees the most risk counts; Shopify's advice to cancel counts as high. */
function highestRisk(order: Order): string {
  if (order.riskRecommendation === 'CANCEL') return 'HIGH';
  const levels = order.riskLevels.map((level) => RISKS.indexOf(level));
  return RISKS[Math.max(0, ...levels)] ?? 'NONE';
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value !== ''))] as string[];
}
