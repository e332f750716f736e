/** Parts that several operations ask for. */
export const MONEY = `#graphql
  fragment Presentment on MoneyBag { presentmentMoney { amount currencyCode } }
`;

/** What a cancellation moves: its own trace, and the money. Scalars cost nothing, so all that may change are here. */
export const SETTLED = `#graphql
  fragment SettledOrder on Order {
    id name confirmationNumber email phone createdAt cancelledAt cancelReason closed test tags customerLocale
    displayFinancialStatus displayFulfillmentStatus returnStatus capturable refundable paymentGatewayNames sourceName
    cancellation { staffNote }
    refunds(first: $few) { id totalRefundedSet { ...Presentment } }
    transactions(first: $payments) {
      id kind status gateway manualPaymentGateway
      amountSet { ...Presentment }
      paymentDetails { ... on CardPaymentDetails { company number } }
    }
  }
`;

export const PARCELS = `#graphql
  fragment ParcelsOfOrder on Order {
    fulfillments(first: $few) { id status displayStatus }
    fulfillmentOrders(first: $few, displayable: true) {
      nodes {
        id status requestStatus fulfillBy
        supportedActions { action }
        fulfillmentHolds { id handle heldByRequestingApp }
      }
    }
  }
`;

/**
 * Lists cost by what they may hold, and few orders have much of anything: they are asked for small first, and large when
 * one comes full. See read-order.ts.
 */
export const ORDER = `#graphql
  fragment DecisionOrder on Order {
    ...SettledOrder
    ...ParcelsOfOrder
    currentTotalPriceSet { ...Presentment shopMoney { amount currencyCode } }
    totalOutstandingSet { ...Presentment }
    totalShippingPriceSet { ...Presentment }
    customer { displayName numberOfOrders tags }
    purchasingEntity { __typename }
    shippingAddress {
      name firstName lastName company address1 address2 zip city provinceCode phone countryCodeV2
    }
    billingAddress { name zip phone }
    risk { recommendation assessments { riskLevel } }
    lineItems(first: $lines) {
      nodes {
        id title variantTitle sku quantity currentQuantity unfulfilledQuantity vendor isGiftCard
        discountedUnitPriceSet { ...Presentment }
        image { url(transform: { maxWidth: 96, maxHeight: 96 }) }
        sellingPlan { name }
        product { tags productType }
      }
    }
  }
`;
