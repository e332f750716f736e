/** Lines of an order by an edit session (shopify.dev, "Edit existing orders"): begin, stage, commit. */

import { toMillionths } from '../../domain/money.ts';
import type { OrderChange } from '../../domain/order-change.ts';
import type { MutationAnswer } from '../../ports.ts';
import type { ShopifyClient } from './client.ts';
import { BeginEdit, CommitEdit, EditAdd, EditQuantity } from './operations.ts';

/**
 * Nothing of it shows before the commit, which takes all of it or none. Where the customer comes to owe something,
 * Shopify mails them how to pay; otherwise our mail is the only one.
 */
export async function editLines(
  client: ShopifyClient,
  orderId: string,
  { lines, added }: Pick<OrderChange, 'lines' | 'added'>,
  staffNote: string,
): Promise<MutationAnswer> {
  const { orderEditBegin } = await client.request(BeginEdit, { id: orderId });
  const edit = orderEditBegin?.calculatedOrder;
  if (!edit) return refused(orderEditBegin?.userErrors ?? [{ message: 'The order cannot be edited' }]);
  let outstanding = 0n;
  for (const { lineItemId, to } of lines) {
    // A calculated line has the number of the line that it stands for.
    const staged = edit.lineItems.nodes.find(({ id }) => numberOf(id) === numberOf(lineItemId));
    if (!staged) return refused([{ message: 'A line of the order is not in the edit' }]);
    const variables = { id: edit.id, lineItemId: staged.id, quantity: to };
    const { orderEditSetQuantity: answer } = await client.request(EditQuantity, variables);
    if (answer?.userErrors.length !== 0) return refused(answer?.userErrors ?? []);
    outstanding = owed(answer.calculatedOrder);
  }
  if (added) {
    const variables = { id: edit.id, variantId: added.variantId, quantity: added.quantity };
    const { orderEditAddVariant: answer } = await client.request(EditAdd, variables);
    if (answer?.userErrors.length !== 0) return refused(answer?.userErrors ?? []);
    outstanding = owed(answer.calculatedOrder);
  }
  const commit = { id: edit.id, notifyCustomer: outstanding > 0n, staffNote };
  const { orderEditCommit } = await client.request(CommitEdit, commit);
  return orderEditCommit?.userErrors.length === 0 ? { kind: 'done' } : refused(orderEditCommit?.userErrors ?? []);
}

function owed(
  order: {
    readonly totalOutstandingSet: { readonly presentmentMoney: { amount: string; currencyCode: string } };
  } | null,
): bigint {
  return order ? toMillionths(order.totalOutstandingSet.presentmentMoney) : 0n;
}

function numberOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}

function refused(errors: readonly { readonly message: string }[]): MutationAnswer {
  return { kind: 'refused', errors: errors.map(({ message }) => ({ code: null, message })) };
}
