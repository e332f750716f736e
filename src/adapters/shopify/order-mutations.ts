/** What is done to an order, and the discount that an offer makes. */
import type {
  ArchiveOrderMutation,
  ArchiveOrderMutationVariables,
  CancelOrderMutation,
  CancelOrderMutationVariables,
  CreateDiscountMutation,
  CreateDiscountMutationVariables,
  DeleteOrderMutation,
  DeleteOrderMutationVariables,
  OpenReturnMutation,
  OpenReturnMutationVariables,
  RefundOrderMutation,
  RefundOrderMutationVariables,
  TagOrderMutation,
  TagOrderMutationVariables,
} from './admin.generated.ts';
import type { Operation } from './operation.ts';

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

export const OpenReturn: Operation<OpenReturnMutation, OpenReturnMutationVariables> = {
  name: 'OpenReturn',
  kind: 'mutation',
  document: `#graphql
  mutation OpenReturn($input: ReturnInput!) {
    returnCreate(returnInput: $input) { return { id } userErrors { code message } }
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

/** Under a code of ours: a second one of the same code is refused, which makes it safe to repeat. */
export const CreateDiscount: Operation<CreateDiscountMutation, CreateDiscountMutationVariables> = {
  name: 'CreateDiscount',
  kind: 'mutation',
  document: `#graphql
  mutation CreateDiscount($discount: DiscountCodeBasicInput!) {
    discountCodeBasicCreate(basicCodeDiscount: $discount) { userErrors { code message } }
  }`,
};
