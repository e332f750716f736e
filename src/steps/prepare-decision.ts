/** What a decision needs from outside before it is written: inside a transaction nothing may wait for a network. */
import type { CancellationRequest, Match } from '../domain/cancellation-request.ts';
import { partOf } from '../domain/decision.ts';
import type { DecisionErrors, DecisionInput } from '../domain/decision-input.ts';
import type { Order } from '../domain/order.ts';
import { type AddedVariant, type OrderChange, planChange } from '../domain/order-change.ts';
import { nameKey, referenceKeys, searchNames } from '../domain/order-reference.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { readReferences } from '../domain/read-references.ts';
import { cutTransactions, type RefundPlan } from '../domain/refund-plan.ts';
import type { AsideInput } from './decide-aside.ts';
import type { Desk } from './desk.ts';
import { chosenMatch, formatOf } from './match-requests.ts';

export interface Prepared {
  readonly partPlan: RefundPlan | null;
  readonly change: OrderChange | null;
  readonly chosen: { readonly order: Order; readonly match: Match } | null;
}

export interface Writing extends Prepared {
  readonly request: CancellationRequest;
  readonly by: string;
  readonly input: Exclude<DecisionInput, AsideInput>;
  readonly policy: Policy;
  readonly order: Order | null;
  /** Of an order that was chosen. */
  readonly assessment: CancellationRequest['assessment'];
}

type Preparation = Prepared | { readonly errors: DecisionErrors };

const NOTHING: Prepared = { partPlan: null, change: null, chosen: null };

export async function prepareDecision(
  desk: Desk,
  request: CancellationRequest,
  order: Order | null,
  input: DecisionInput,
): Promise<Preparation> {
  switch (input.kind) {
    case 'choose': {
      const chosen = await findChosen(desk, request, input);
      const isBoundToIt = request.status === 'awaiting_decision' && chosen?.order.id === request.orderId;
      if (isBoundToIt) return { errors: { order: 'order_same' } };
      return chosen ? { ...NOTHING, chosen } : { errors: { order: 'order_not_found' } };
    }
    case 'part': {
      const partPlan = order && (await planPart(desk, order, input));
      return partPlan === 'too_much' ? { errors: { exact_part: 'amount_too_much' } } : { ...NOTHING, partPlan };
    }
    case 'change':
      return order ? prepareChange(desk, order, input) : NOTHING;
    case 'return':
      return (await isGranted(desk, 'write_returns')) ? NOTHING : { errors: { return: 'no_return_scope' } };
    case 'offer': {
      const may = input.terms.percent === 0 || (await isGranted(desk, 'write_discounts'));
      return may ? NOTHING : { errors: { offer: 'no_discount_scope' } };
    }
    case 'approve':
    case 'decline':
    case 'ask':
    case 'undo':
    case 'stop_waiting':
    case 'assign':
    case 'snooze':
    case 'reassess':
    case 'paid_back':
    case 'correct_address':
    case 'told':
    case 'tidy':
      return NOTHING;
  }
}

/** Asked before: a refusal of access would stop everything else too. */
export async function isGranted(desk: Desk, scope: string): Promise<boolean> {
  return (await desk.shop()).grantedScopes.includes(scope);
}

async function prepareChange(
  desk: Desk,
  order: Order,
  input: Extract<DecisionInput, { kind: 'change' }>,
): Promise<Preparation> {
  const added = input.sku.trim() ? await findVariant(desk, input.sku, input.skuQuantity) : null;
  if (typeof added === 'string') return { errors: { change: added } };
  const change = planChange(order, input.quantities, input.address, added);
  if (typeof change === 'string') return { errors: { change } };
  const edits = change.lines.length > 0 || change.added !== null;
  if (edits && !(await isGranted(desk, 'write_order_edits'))) return { errors: { change: 'no_edit_scope' } };
  return { ...NOTHING, change };
}

async function findVariant(
  desk: Desk,
  sku: string,
  quantity: number,
): Promise<AddedVariant | 'sku_not_found' | 'change_quantity'> {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 99) return 'change_quantity';
  const found = await desk.orders.findVariant(sku);
  return found ? { variantId: found.id, sku: found.sku, title: found.title, quantity } : 'sku_not_found';
}

/** Shopify works the amount out: it knows the taxes and the discounts. Staff may give back less of it. */
async function planPart(
  desk: Desk,
  order: Order,
  { quantities, restock, refund, amount: choice }: Extract<DecisionInput, { kind: 'part' }>,
): Promise<RefundPlan | 'too_much'> {
  const lines = (partOf(order, quantities) ?? []).map(({ lineItemId, quantity }) => ({
    lineItemId,
    quantity,
    restock,
  }));
  const { currencyCode } = order.total;
  const nothing = { amount: '0.00', currencyCode };
  if (refund === 'none') return { orderId: order.id, method: 'original', amount: nothing, transactions: [], lines };
  const suggested = await desk.orders.suggestRefund(order.id, lines);
  const amount = choice === 'full' ? suggested.amount : { amount: choice.exactly, currencyCode };
  if (Number(amount.amount) > Number(suggested.amount.amount)) return 'too_much';
  const transactions = refund === 'original' ? cutTransactions(suggested.transactions, amount) : [];
  return { orderId: order.id, method: refund, amount, transactions, lines };
}

/** One of the candidates that were shown, or an order staff named; read from Shopify, never taken from the form. */
async function findChosen(
  desk: Desk,
  request: CancellationRequest,
  { orderId, orderName }: { orderId: string | null; orderName: string },
): Promise<Prepared['chosen']> {
  const shown = request.match?.candidates.find((one) => one.orderId === orderId);
  const order = orderName.trim()
    ? await findOrderByName(desk, orderName)
    : shown
      ? await desk.orders.read(shown.orderId)
      : null;
  return order && { order, match: chosenMatch('staff_chose', order, request, formatOf(await desk.shop())) };
}

/** The one order of this name; null: none, several, or nothing that reads as a name. */
export async function findOrderByName(desk: Desk, orderName: string): Promise<Order | null> {
  const format = formatOf(await desk.shop());
  const [reference] = readReferences(orderName, format, true);
  if (!reference) return null;
  const keys = referenceKeys(reference.text, format);
  const terms = searchNames(reference.text, format).map((value) => ({ field: 'name', value }) as const);
  const named = (await desk.orders.find(terms)).filter((order) => keys.includes(nameKey(order.name)));
  const [only] = named;
  return named.length === 1 && only ? desk.orders.read(only.id) : null;
}
