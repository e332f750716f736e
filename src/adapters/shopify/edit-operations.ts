/** Changing an order: its address, its lines. */
import type {
  BeginEditMutation,
  BeginEditMutationVariables,
  ChangeAddressMutation,
  ChangeAddressMutationVariables,
  CommitEditMutation,
  CommitEditMutationVariables,
  EditAddMutation,
  EditAddMutationVariables,
  EditQuantityMutation,
  EditQuantityMutationVariables,
} from './admin.generated.ts';
import type { Operation } from './operation.ts';
import { MONEY } from './order-fragments.ts';

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
