/** Holding a parcel, letting it go, and asking whoever packs it to stop. */
import type {
  AskFulfillmentServiceMutation,
  AskFulfillmentServiceMutationVariables,
  HoldFulfillmentOrderMutation,
  HoldFulfillmentOrderMutationVariables,
  HoldsOfOrderQuery,
  HoldsOfOrderQueryVariables,
  ReleaseHoldsMutation,
  ReleaseHoldsMutationVariables,
} from './admin.generated.ts';
import type { Operation } from './operation.ts';

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
