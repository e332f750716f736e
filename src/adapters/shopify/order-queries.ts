/** What is read of a shop and its orders. */
import type {
  CancelProgressQuery,
  CancelProgressQueryVariables,
  FindOrdersQuery,
  FindOrdersQueryVariables,
  FindVariantQuery,
  FindVariantQueryVariables,
  OrderAgainQuery,
  OrderAgainQueryVariables,
  OrderForDecisionQuery,
  OrderForDecisionQueryVariables,
  ReturnableLinesQuery,
  ReturnableLinesQueryVariables,
  ShopFactsQuery,
  ShopFactsQueryVariables,
  SuggestRefundQuery,
  SuggestRefundQueryVariables,
} from './admin.generated.ts';
import type { Operation } from './operation.ts';
import { MONEY, ORDER, PARCELS, SETTLED } from './order-fragments.ts';

export const ShopFacts: Operation<ShopFactsQuery, ShopFactsQueryVariables> = {
  name: 'ShopFacts',
  kind: 'query',
  document: `#graphql
  query ShopFacts {
    shop { name ianaTimezone currencyCode orderNumberFormatPrefix orderNumberFormatSuffix shopAddress { countryCodeV2 } }
    currentAppInstallation { accessScopes { handle } }
  }`,
};

export const FindOrders: Operation<FindOrdersQuery, FindOrdersQueryVariables> = {
  name: 'FindOrders',
  kind: 'query',
  document: `#graphql
  query FindOrders($search: String!, $first: Int!) {
    orders(first: $first, query: $search, sortKey: PROCESSED_AT, reverse: true) {
      nodes {
        id name confirmationNumber email phone createdAt cancelledAt closed customerLocale
        shippingAddress { name zip phone countryCodeV2 }
        billingAddress { name zip phone }
      }
    }
  }`,
};

export const OrderForDecision: Operation<OrderForDecisionQuery, OrderForDecisionQueryVariables> = {
  name: 'OrderForDecision',
  kind: 'query',
  document: `#graphql
  query OrderForDecision($id: ID!, $lines: Int!, $payments: Int!, $few: Int!) { order(id: $id) { ...DecisionOrder } }
  ${ORDER}${SETTLED}${PARCELS}${MONEY}`,
};

/** Everything that a decision hangs on, of an order whose other parts are known: see cancel-check.ts. */
export const OrderAgain: Operation<OrderAgainQuery, OrderAgainQueryVariables> = {
  name: 'OrderAgain',
  kind: 'query',
  document: `#graphql
  query OrderAgain($id: ID!, $lines: Int!, $payments: Int!, $few: Int!) {
    order(id: $id) {
      ...SettledOrder
      ...ParcelsOfOrder
      currentTotalPriceSet { ...Presentment }
      lineItems(first: $lines) { nodes { id currentQuantity unfulfilledQuantity } }
    }
  }
  ${SETTLED}${PARCELS}${MONEY}`,
};

export const CancelProgress: Operation<CancelProgressQuery, CancelProgressQueryVariables> = {
  name: 'CancelProgress',
  kind: 'query',
  document: `#graphql
  query CancelProgress($jobResultId: ID!, $orderId: ID!, $payments: Int!, $few: Int!) {
    node(id: $jobResultId) { ... on OrderCancelJobResult { done status errors { code message } } }
    order(id: $orderId) { ...SettledOrder }
  }
  ${SETTLED}${MONEY}`,
};

export const SuggestRefund: Operation<SuggestRefundQuery, SuggestRefundQueryVariables> = {
  name: 'SuggestRefund',
  kind: 'query',
  document: `#graphql
  query SuggestRefund($id: ID!, $lines: [RefundLineItemInput!]!) {
    order(id: $id) {
      suggestedRefund(refundLineItems: $lines) {
        amountSet { ...Presentment }
        suggestedTransactions { gateway amountSet { ...Presentment } parentTransaction { id } }
      }
    }
  }
  ${MONEY}`,
};

export const ReturnableLines: Operation<ReturnableLinesQuery, ReturnableLinesQueryVariables> = {
  name: 'ReturnableLines',
  kind: 'query',
  document: `#graphql
  query ReturnableLines($orderId: ID!) {
    returnableFulfillments(orderId: $orderId, first: 5) {
      nodes { returnableFulfillmentLineItems(first: 30) { nodes { quantity fulfillmentLineItem { id } } } }
    }
  }`,
};

export const FindVariant: Operation<FindVariantQuery, FindVariantQueryVariables> = {
  name: 'FindVariant',
  kind: 'query',
  document: `#graphql
  query FindVariant($search: String!) {
    productVariants(first: 5, query: $search) { nodes { id sku displayName } }
  }`,
};
