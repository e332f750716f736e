/**
 * Every Admin API operation there is in this service. `npm run codegen` writes their types from the 2026-10 schema;
 * a test fails when the two are apart.
 */
import type {
  ArchiveOrderMutation,
  ArchiveOrderMutationVariables,
  AskFulfillmentServiceMutation,
  AskFulfillmentServiceMutationVariables,
  BeginEditMutation,
  BeginEditMutationVariables,
  CancelOrderMutation,
  CancelOrderMutationVariables,
  CancelProgressQuery,
  CancelProgressQueryVariables,
  ChangeAddressMutation,
  ChangeAddressMutationVariables,
  CommitEditMutation,
  CommitEditMutationVariables,
  CreateDiscountMutation,
  CreateDiscountMutationVariables,
  DeleteOrderMutation,
  DeleteOrderMutationVariables,
  EditAddMutation,
  EditAddMutationVariables,
  EditQuantityMutation,
  EditQuantityMutationVariables,
  FindOrdersQuery,
  FindOrdersQueryVariables,
  FindVariantQuery,
  FindVariantQueryVariables,
  HoldFulfillmentOrderMutation,
  HoldFulfillmentOrderMutationVariables,
  HoldsOfOrderQuery,
  HoldsOfOrderQueryVariables,
  OpenReturnMutation,
  OpenReturnMutationVariables,
  OrderAgainQuery,
  OrderAgainQueryVariables,
  OrderForDecisionQuery,
  OrderForDecisionQueryVariables,
  RefundOrderMutation,
  RefundOrderMutationVariables,
  ReleaseHoldsMutation,
  ReleaseHoldsMutationVariables,
  ReturnableLinesQuery,
  ReturnableLinesQueryVariables,
  ShopFactsQuery,
  ShopFactsQueryVariables,
  SuggestRefundQuery,
  SuggestRefundQueryVariables,
  TagOrderMutation,
  TagOrderMutationVariables,
} from './admin.generated.ts';

export interface Operation<Data, Variables> {
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly document: string;
  /** Only for the types. */
  readonly types?: (variables: Variables) => Data;
}

const MONEY = `#graphql
  fragment Presentment on MoneyBag { presentmentMoney { amount currencyCode } }
`;

/** What a cancellation moves: its own trace, and the money. Scalars cost nothing, so all that may change are here. */
const SETTLED = `#graphql
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

const PARCELS = `#graphql
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
const ORDER = `#graphql
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

export const CancelOrder: Operation<CancelOrderMutation, CancelOrderMutationVariables> = {
  name: 'CancelOrder',
  kind: 'mutation',
  document: `#graphql
  mutation CancelOrder(
    $orderId: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notifyCustomer: Boolean!,
    $refundMethod: OrderCancelRefundMethodInput!, $staffNote: String!
  ) {
    orderCancel(
      orderId: $orderId, reason: $reason, restock: $restock, notifyCustomer: $notifyCustomer,
      refundMethod: $refundMethod, staffNote: $staffNote
    ) {
      jobResult { id }
      orderCancelUserErrors { code field message }
    }
  }`,
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

/** Looks at one order's holds before and after: cheaper than the order whole. */
export const HoldsOfOrder: Operation<HoldsOfOrderQuery, HoldsOfOrderQueryVariables> = {
  name: 'HoldsOfOrder',
  kind: 'query',
  document: `#graphql
  query HoldsOfOrder($id: ID!) {
    order(id: $id) {
      fulfillmentOrders(first: 20, displayable: true) {
        nodes {
          id status requestStatus fulfillBy
          supportedActions { action }
          fulfillmentHolds { id handle heldByRequestingApp }
        }
      }
    }
  }`,
};

export const HoldFulfillmentOrder: Operation<HoldFulfillmentOrderMutation, HoldFulfillmentOrderMutationVariables> = {
  name: 'HoldFulfillmentOrder',
  kind: 'mutation',
  document: `#graphql
  mutation HoldFulfillmentOrder($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) { userErrors { code message } }
  }`,
};

/** With `holdIds` always: without it everybody's holds are released. */
export const ReleaseHolds: Operation<ReleaseHoldsMutation, ReleaseHoldsMutationVariables> = {
  name: 'ReleaseHolds',
  kind: 'mutation',
  document: `#graphql
  mutation ReleaseHolds($id: ID!, $holdIds: [ID!]!) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holdIds) { userErrors { code message } }
  }`,
};

export const AskFulfillmentService: Operation<AskFulfillmentServiceMutation, AskFulfillmentServiceMutationVariables> = {
  name: 'AskFulfillmentService',
  kind: 'mutation',
  document: `#graphql
  mutation AskFulfillmentService($id: ID!, $message: String!) {
    fulfillmentOrderSubmitCancellationRequest(id: $id, message: $message) { userErrors { message } }
  }`,
};

export const RefundOrder: Operation<RefundOrderMutation, RefundOrderMutationVariables> = {
  name: 'RefundOrder',
  kind: 'mutation',
  document: `#graphql
  mutation RefundOrder($input: RefundInput!, $key: String!) {
    refundCreate(input: $input) @idempotent(key: $key) {
      refund { id }
      userErrors { message }
    }
  }`,
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

export const OpenReturn: Operation<OpenReturnMutation, OpenReturnMutationVariables> = {
  name: 'OpenReturn',
  kind: 'mutation',
  document: `#graphql
  mutation OpenReturn($input: ReturnInput!) {
    returnCreate(returnInput: $input) { return { id } userErrors { code message } }
  }`,
};

/** Overwrites the whole address. */
export const ChangeAddress: Operation<ChangeAddressMutation, ChangeAddressMutationVariables> = {
  name: 'ChangeAddress',
  kind: 'mutation',
  document: `#graphql
  mutation ChangeAddress($id: ID!, $address: MailingAddressInput!) {
    orderUpdate(input: { id: $id, shippingAddress: $address }) { userErrors { message } }
  }`,
};

/** Changes nothing until it is committed. */
export const BeginEdit: Operation<BeginEditMutation, BeginEditMutationVariables> = {
  name: 'BeginEdit',
  kind: 'mutation',
  document: `#graphql
  mutation BeginEdit($id: ID!) {
    orderEditBegin(id: $id) {
      calculatedOrder { id totalOutstandingSet { ...Presentment } lineItems(first: 60) { nodes { id quantity sku } } }
      userErrors { message }
    }
  }
  ${MONEY}`,
};

export const EditQuantity: Operation<EditQuantityMutation, EditQuantityMutationVariables> = {
  name: 'EditQuantity',
  kind: 'mutation',
  document: `#graphql
  mutation EditQuantity($id: ID!, $lineItemId: ID!, $quantity: Int!) {
    orderEditSetQuantity(id: $id, lineItemId: $lineItemId, quantity: $quantity, restock: true) {
      calculatedOrder { totalOutstandingSet { ...Presentment } }
      userErrors { message }
    }
  }
  ${MONEY}`,
};

export const EditAdd: Operation<EditAddMutation, EditAddMutationVariables> = {
  name: 'EditAdd',
  kind: 'mutation',
  document: `#graphql
  mutation EditAdd($id: ID!, $variantId: ID!, $quantity: Int!) {
    orderEditAddVariant(id: $id, variantId: $variantId, quantity: $quantity, allowDuplicates: true) {
      calculatedOrder { totalOutstandingSet { ...Presentment } }
      userErrors { message }
    }
  }
  ${MONEY}`,
};

export const CommitEdit: Operation<CommitEditMutation, CommitEditMutationVariables> = {
  name: 'CommitEdit',
  kind: 'mutation',
  document: `#graphql
  mutation CommitEdit($id: ID!, $notifyCustomer: Boolean!, $staffNote: String!) {
    orderEditCommit(id: $id, notifyCustomer: $notifyCustomer, staffNote: $staffNote) { userErrors { message } }
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

/** Under a code of ours: a second one of the same code is refused, which makes it safe to repeat. */
export const CreateDiscount: Operation<CreateDiscountMutation, CreateDiscountMutationVariables> = {
  name: 'CreateDiscount',
  kind: 'mutation',
  document: `#graphql
  mutation CreateDiscount($discount: DiscountCodeBasicInput!) {
    discountCodeBasicCreate(basicCodeDiscount: $discount) { userErrors { code message } }
  }`,
};

export const TagOrder: Operation<TagOrderMutation, TagOrderMutationVariables> = {
  name: 'TagOrder',
  kind: 'mutation',
  document: `#graphql
  mutation TagOrder($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { message } } }`,
};

export const ArchiveOrder: Operation<ArchiveOrderMutation, ArchiveOrderMutationVariables> = {
  name: 'ArchiveOrder',
  kind: 'mutation',
  document: `#graphql
  mutation ArchiveOrder($id: ID!) { orderClose(input: { id: $id }) { userErrors { message } } }`,
};

export const DeleteOrder: Operation<DeleteOrderMutation, DeleteOrderMutationVariables> = {
  name: 'DeleteOrder',
  kind: 'mutation',
  document: `#graphql
  mutation DeleteOrder($id: ID!) { orderDelete(orderId: $id) { deletedId userErrors { message } } }`,
};

export const OPERATIONS = [
  ShopFacts,
  FindOrders,
  OrderForDecision,
  OrderAgain,
  CancelOrder,
  CancelProgress,
  HoldsOfOrder,
  HoldFulfillmentOrder,
  ReleaseHolds,
  AskFulfillmentService,
  RefundOrder,
  SuggestRefund,
  ReturnableLines,
  OpenReturn,
  TagOrder,
  ArchiveOrder,
  DeleteOrder,
  ChangeAddress,
  BeginEdit,
  EditQuantity,
  EditAdd,
  CommitEdit,
  FindVariant,
  CreateDiscount,
];
