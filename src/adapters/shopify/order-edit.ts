/** Lines of an order by an edit session (shopify.dev, "Edit existing orders"): begin, stage, commit. */

import { type Money, toMillionths } from '../../domain/money.ts';
import type { OrderChange } from '../../domain/order-change.ts';
import type { MutationAnswer } from '../../ports.ts';
import type { ShopifyClient } from './client.ts';
import { BeginEdit, CommitEdit, EditAdd, EditQuantity } from './edit-operations.ts';

type LineChange = Pick<OrderChange, 'lines' | 'added'>;
type Refused = Extract<MutationAnswer, { kind: 'refused' }>;

interface Staged {
  readonly kind: 'staged';
  readonly id: string;
  /** What the customer would owe (> 0) or be owed (< 0). */
  readonly outstanding: Money;
}

/**
 * Nothing of it shows before the commit, which takes all of it or none. Where the customer comes to owe something,
 * Shopify mails them how to pay; otherwise our mail is the only one.
 */
export async function editLines(
  client: ShopifyClient,
  orderId: string,
  change: LineChange,
  staffNote: string,
): Promise<MutationAnswer> {
  const staged = await stage(client, orderId, change);
  if (staged.kind === 'refused') return staged;
  const commit = { id: staged.id, notifyCustomer: toMillionths(staged.outstanding) > 0n, staffNote };
  const { orderEditCommit } = await client.request(CommitEdit, commit);
  return orderEditCommit?.userErrors.length === 0 ? { kind: 'done' } : refused(orderEditCommit?.userErrors ?? []);
}

/** An edit that is never committed changes nothing, and Shopify forgets it. */
export async function previewEdit(
  client: ShopifyClient,
  orderId: string,
  change: LineChange,
): Promise<{ kind: 'done'; outstanding: Money } | Refused> {
  const staged = await stage(client, orderId, change);
  return staged.kind === 'refused' ? staged : { kind: 'done', outstanding: staged.outstanding };
}

async function stage(client: ShopifyClient, orderId: string, { lines, added }: LineChange): Promise<Staged | Refused> {
  const { orderEditBegin } = await client.request(BeginEdit, { id: orderId });
  const edit = orderEditBegin?.calculatedOrder;
  if (!edit) return refused(orderEditBegin?.userErrors ?? [{ message: 'The order cannot be edited' }]);
  let { presentmentMoney: outstanding } = edit.totalOutstandingSet;
  for (const { lineItemId, to } of lines) {
    // A calculated line has the number of the line that it stands for.
    const staged = edit.lineItems.nodes.find(({ id }) => numberOf(id) === numberOf(lineItemId));
    if (!staged) return refused([{ message: 'A line of the order is not in the edit' }]);
    const variables = { id: edit.id, lineItemId: staged.id, quantity: to };
    const { orderEditSetQuantity: answer } = await client.request(EditQuantity, variables);
    if (answer?.userErrors.length !== 0) return refused(answer?.userErrors ?? []);
    outstanding = answer.calculatedOrder?.totalOutstandingSet.presentmentMoney ?? outstanding;
  }
  if (added) {
    const variables = { id: edit.id, variantId: added.variantId, quantity: added.quantity };
    const { orderEditAddVariant: answer } = await client.request(EditAdd, variables);
    if (answer?.userErrors.length !== 0) return refused(answer?.userErrors ?? []);
    outstanding = answer.calculatedOrder?.totalOutstandingSet.presentmentMoney ?? outstanding;
  }
  return { kind: 'staged', id: edit.id, outstanding };
}

function numberOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}

function refused(errors: readonly { readonly message: string }[]): Refused {
  return { kind: 'refused', errors: errors.map(({ message }) => ({ code: null, message })) };
}
