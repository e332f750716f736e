/** Every condition a rule may have. The names are the keys of policy.yaml: public, fixed. */
import { z } from 'zod';
import { isInBusinessHours } from './calendar.ts';
import { age, type Condition, cutOff, flag, list, range } from './condition-kinds.ts';

const FULFILLMENT_STATUSES = [
  'UNFULFILLED',
  'PARTIALLY_FULFILLED',
  'FULFILLED',
  'IN_PROGRESS',
  'ON_HOLD',
  'SCHEDULED',
  'REQUEST_DECLINED',
  'FULFILLMENT_NOT_REQUIRED',
  'OPEN',
  'PENDING_FULFILLMENT',
  'RESTOCKED',
] as const;
const PAYMENT_STATUSES = [
  'AUTHORIZED',
  'EXPIRED',
  'PAID',
  'PARTIALLY_PAID',
  'PARTIALLY_REFUNDED',
  'PENDING',
  'REFUNDED',
  'VOIDED',
] as const;
const RETURN_STATUSES = [
  'NO_RETURN',
  'RETURN_REQUESTED',
  'IN_PROGRESS',
  'INSPECTION_COMPLETE',
  'RETURNED',
  'RETURN_FAILED',
] as const;

export const CONDITIONS = {
  /** From the order to the request. */
  order_age: age((facts) => facts.requestedAt - facts.orderedAt),
  before_cut_off: cutOff(),
  business_hours: flag((facts, calendar) => isInBusinessHours(facts.requestedAt, facts.shopZone, calendar)),
  fulfilment_started: flag((facts) => facts.fulfilmentStarted),
  fulfilment_status: list((facts) => facts.fulfilmentStatus, { values: FULFILLMENT_STATUSES }),
  payment_status: list((facts) => facts.paymentStatus, { values: PAYMENT_STATUSES }),
  return_status: list((facts) => facts.returnStatus, { values: RETURN_STATUSES }),
  payment_pending: flag((facts) => facts.paymentPending),
  paid_by_hand: flag((facts) => facts.paidByHand),
  label_bought: flag((facts) => facts.labelBought),
  pre_order: flag((facts) => facts.preOrder),
  amount: range((facts) => facts.amount),
  currency: list((facts) => facts.currency),
  product_tags: list((facts) => facts.productTags),
  product_types: list((facts) => facts.productTypes),
  vendors: list((facts) => facts.vendors),
  skus: list((facts) => facts.skus),
  order_tags: list((facts) => facts.orderTags),
  customer_tags: list((facts) => facts.customerTags),
  customer_orders: range((facts) => facts.customerOrders),
  customer_cancellations: range((facts) => facts.customerCancellations),
  risk: list((facts) => facts.risk, { values: ['NONE', 'PENDING', 'LOW', 'MEDIUM', 'HIGH'] }),
  country: list((facts) => facts.country),
  source: list((facts) => facts.source, { values: ['forms', 'sheets', 'webhook', 'risk_sweep'] }),
  proof: list((facts) => facts.proof, { values: ['none', 'vouched', 'confirmed', 'staff'] }),
  reason: list((facts) => facts.reason, { compare: 'within' }),
  b2b: flag((facts) => facts.b2b),
  subscription: flag((facts) => facts.subscription),
  gift_card: flag((facts) => facts.giftCard),
  draft_order: flag((facts) => facts.draftOrder),
  test_order: flag((facts) => facts.testOrder),
};

export type ConditionName = keyof typeof CONDITIONS;

export const CONDITION_NAMES = Object.keys(CONDITIONS) as ConditionName[];

type WantedOf<Name extends ConditionName> = (typeof CONDITIONS)[Name] extends Condition<infer Wanted> ? Wanted : never;

/** What stands under `when` or `unless`. */
export type Conditions = { readonly [Name in ConditionName]?: WantedOf<Name> | undefined };

/** The condition of a name, for whatever value stands beside it: the schema has seen to it that the two fit. */
export function conditionOf(name: ConditionName): Condition<unknown> {
  return CONDITIONS[name] as unknown as Condition<unknown>;
}

export function entriesOf(conditions: Conditions): [ConditionName, unknown][] {
  return Object.entries(conditions).filter(([, wanted]) => wanted !== undefined) as [ConditionName, unknown][];
}

export const conditionsSchema = z.strictObject(
  Object.fromEntries(CONDITION_NAMES.map((name) => [name, conditionOf(name).schema.optional()])),
) as unknown as z.ZodType<Conditions>;
