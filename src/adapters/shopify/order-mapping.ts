import type { FulfillmentOrder, Order, OrderCandidate, ShippingAddress } from '../../domain/order.ts';
import type {
  ChangeAddressMutationVariables,
  DecisionOrderFragment,
  FindOrdersQuery,
  ParcelsOfOrderFragment,
  SettledOrderFragment,
} from './admin.generated.ts';

type CandidateNode = FindOrdersQuery['orders']['nodes'][number];

export function toCandidate(node: CandidateNode): OrderCandidate {
  const { shippingAddress, billingAddress } = node;
  const both = [shippingAddress, billingAddress];
  return {
    id: node.id,
    name: node.name,
    confirmationNumber: node.confirmationNumber,
    email: node.email,
    createdAt: node.createdAt,
    cancelledAt: node.cancelledAt,
    closed: node.closed,
    customerLocale: node.customerLocale,
    phones: distinct([node.phone, ...both.map((address) => address?.phone)]),
    names: distinct(both.map((address) => address?.name)),
    postcodes: distinct(both.map((address) => address?.zip)),
    countryCode: shippingAddress?.countryCodeV2 ?? null,
  };
}

function distinct(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value != null && value !== ''))] as string[];
}

/** "Visa •••• 4242": the number comes masked, only its end is shown. */
function cardOf({ transactions }: SettledOrderFragment): string | null {
  for (const { kind, paymentDetails } of transactions) {
    if (!['SALE', 'CAPTURE', 'AUTHORIZATION'].includes(kind) || !paymentDetails || !('company' in paymentDetails))
      continue;
    const end = paymentDetails.number?.replace(/\D/g, '').slice(-4) ?? '';
    if (paymentDetails.company) return end ? `${paymentDetails.company} •••• ${end}` : paymentDetails.company;
  }
  return null;
}

/** Shopify's nodes and money bags become plain lists and presentment money. */
type FulfillmentOrderNode = ParcelsOfOrderFragment['fulfillmentOrders']['nodes'][number];

export function toFulfillmentOrder(node: FulfillmentOrderNode): FulfillmentOrder {
  const { supportedActions, fulfillmentHolds, ...rest } = node;
  return { ...rest, supportedActions: supportedActions.map(({ action }) => action), holds: fulfillmentHolds };
}

function toAddress({ countryCodeV2, ...rest }: NonNullable<DecisionOrderFragment['shippingAddress']>): ShippingAddress {
  return { ...rest, countryCode: countryCodeV2 };
}

/** Without the full name, which Shopify puts together itself. */
export function toAddressInput({ name: _, countryCode, ...rest }: ShippingAddress) {
  type Country = ChangeAddressMutationVariables['address']['countryCode'];
  return { ...rest, countryCode: countryCode as Country };
}

/** Of an order that is known otherwise: what a cancellation moves. */
export function toSettled(node: SettledOrderFragment) {
  return {
    email: node.email,
    cancelledAt: node.cancelledAt,
    closed: node.closed,
    cancelReason: node.cancelReason,
    cancellationStaffNote: node.cancellation?.staffNote ?? null,
    test: node.test,
    tags: node.tags,
    customerLocale: node.customerLocale,
    displayFinancialStatus: node.displayFinancialStatus,
    displayFulfillmentStatus: node.displayFulfillmentStatus,
    returnStatus: node.returnStatus,
    capturable: node.capturable,
    refundable: node.refundable,
    paymentGatewayNames: node.paymentGatewayNames,
    paidWith: cardOf(node),
    sourceName: node.sourceName,
    transactions: node.transactions.map(({ amountSet, paymentDetails: _, manualPaymentGateway, ...rest }) => ({
      ...rest,
      manual: manualPaymentGateway,
      amount: amountSet.presentmentMoney,
    })),
    refunds: node.refunds.map((refund) => ({ id: refund.id, total: refund.totalRefundedSet.presentmentMoney })),
  } satisfies Partial<Order>;
}

export function toParcels(node: ParcelsOfOrderFragment) {
  return {
    fulfillments: node.fulfillments,
    fulfillmentOrders: node.fulfillmentOrders.nodes.map(toFulfillmentOrder),
  } satisfies Partial<Order>;
}

/** @param isCutShort whether it has more of something than was read */
export function toOrder(node: DecisionOrderFragment, isCutShort: boolean): Order {
  return {
    ...toCandidate(node),
    ...toSettled(node),
    ...toParcels(node),
    total: node.currentTotalPriceSet.presentmentMoney,
    shopTotal: node.currentTotalPriceSet.shopMoney,
    outstanding: node.totalOutstandingSet.presentmentMoney,
    customerName: node.customer?.displayName ?? null,
    // UnsignedInt64 is sent as a string.
    customerNumberOfOrders: node.customer ? Number(node.customer.numberOfOrders) : null,
    customerTags: node.customer?.tags ?? null,
    isB2B: node.purchasingEntity?.__typename === 'PurchasingCompany',
    shipping: node.totalShippingPriceSet.presentmentMoney,
    shippingTo: node.shippingAddress && toAddress(node.shippingAddress),
    riskRecommendation: node.risk.recommendation,
    riskLevels: node.risk.assessments.map((assessment) => assessment.riskLevel),
    lines: node.lineItems.nodes.map((line) => ({
      id: line.id,
      title: line.title,
      variantTitle: line.variantTitle,
      sku: line.sku,
      image: line.image?.url ?? null,
      quantity: line.quantity,
      currentQuantity: line.currentQuantity,
      unfulfilledQuantity: line.unfulfilledQuantity,
      unitPrice: line.discountedUnitPriceSet.presentmentMoney,
      productTags: line.product?.tags ?? [],
      productType: line.product?.productType || null,
      vendor: line.vendor,
      isGiftCard: line.isGiftCard,
      sellingPlan: line.sellingPlan?.name ?? null,
    })),
    isCutShort,
  };
}
