/** One thing owed to the outside world: a row, written in the transaction that owes it. */

import type { NoticeName } from './notices.ts';
import type { Discount } from './offer.ts';
import type { OrderChange } from './order-change.ts';
import type { Treatment } from './policy/policy.ts';
import type { RefundPlan } from './refund-plan.ts';

export type EffectState = 'pending' | 'sent' | 'confirming' | 'done' | 'failed' | 'skipped';

export interface MailPayload {
  readonly notice: NoticeName;
  /** One bare address. */
  readonly to: string;
  readonly locale: string;
  /** A mail that asks for a decision is not sent once the request has moved on. */
  readonly requestVersion: number | null;
  /** Who the link in it belongs to; null: a mail without a link. */
  readonly linkFor: 'staff' | 'customer' | 'sign_in' | null;
  /** Incident mails have no request. */
  readonly incidentCode?: string;
  /** Ref of the request that whoever signs in goes on to. */
  readonly goesOnTo?: string | null;
  /** Of a link that signs in: the browser that asked for it, as a digest. */
  readonly askedBy?: string;
}

export interface CancelPayload {
  readonly orderId: string;
  readonly treatment: Treatment;
}

/** Holds the open fulfilment orders, or releases what we hold. The handle makes both safe to repeat. */
export interface HoldPayload {
  readonly orderId: string;
  /** Unique for a request and its version, at most 64 characters. */
  readonly handle: string;
}

export interface RefundPayload {
  readonly plan: RefundPlan;
  /** Of `@idempotent`: one for ever, also when the call is made again. */
  readonly idempotencyKey: string;
}

/** What is done to a cancelled order for the shop's own order: both can be repeated. */
export interface TidyPayload {
  readonly orderId: string;
  readonly tags: readonly string[];
  readonly archive: boolean;
  /** Only ever true of a test order. */
  readonly remove: boolean;
}

/**
 * What is known of a cancellation that was sent. `restored`, here and below: the row comes from a backup, so nobody
 * knows what was done or decided after it; the order is asked first, see steps/after-restore.ts.
 */
export interface CancelOutcome {
  readonly sentAt: number | null;
  readonly jobResultId: string | null;
  /** Times orderCancel was called; grows only when a lost call was proven not to have happened. */
  readonly calls: number;
  readonly staffToldStuck: boolean;
  /** When the fulfilment service was asked to let go of the order. */
  readonly warehouseAskedAt: number | null;
  /** When the order was first found to be cancelled already. */
  readonly foundAt?: number;
  readonly restored?: boolean;
}

/** A refund that was sent, and until when its key protects it. */
export interface RefundOutcome {
  /** Of the first call: its key's life counts from then. */
  readonly sentAt: number | null;
  /** Of the last one: what came of it may still show. */
  readonly calledAt?: number;
  /** Of a change: how often it was called. */
  readonly calls?: number;
  readonly restored?: boolean;
}

interface EffectBase {
  readonly id: string;
  /** Unique: the same effect can't be owed twice. */
  readonly key: string;
  readonly requestId: string | null;
  readonly state: EffectState;
  readonly attempts: number;
  readonly dueAt: number;
  readonly createdAt: number;
  /** Grows with every claim; an outcome is only written by the latest claimant. */
  readonly fence: number;
}

export interface MailEffect extends EffectBase {
  readonly kind: 'mail';
  readonly payload: MailPayload;
}

export interface CancelEffect extends EffectBase {
  readonly kind: 'shopify_cancel';
  readonly payload: CancelPayload;
  readonly outcome: CancelOutcome;
}

export interface HoldEffect extends EffectBase {
  readonly kind: 'shopify_hold';
  readonly payload: HoldPayload;
}

export interface ReleaseEffect extends EffectBase {
  readonly kind: 'shopify_release';
  readonly payload: HoldPayload;
}

export interface RefundEffect extends EffectBase {
  readonly kind: 'shopify_refund';
  readonly payload: RefundPayload;
  readonly outcome: RefundOutcome;
}

/** Takes lines off the order, and gives their money back, in one call. */
export interface PartEffect extends EffectBase {
  readonly kind: 'shopify_part';
  readonly payload: RefundPayload;
  readonly outcome: RefundOutcome;
}

export interface ReturnPayload {
  readonly orderId: string;
  /** Shown with each line of the return. */
  readonly note: string;
}

/** Opens a return in Shopify. There is no key for it: what came of a lost answer is read from the order. */
export interface ReturnEffect extends EffectBase {
  readonly kind: 'shopify_return';
  readonly payload: ReturnPayload;
  readonly outcome: RefundOutcome;
}

export interface ChangePayload {
  readonly orderId: string;
  readonly change: OrderChange;
  /** Ids of the lines before it: tells an added one from one that was there. */
  readonly knownLines: readonly string[];
}

export interface ChangeEffect extends EffectBase {
  readonly kind: 'shopify_change';
  readonly payload: ChangePayload;
  readonly outcome: RefundOutcome;
}

/** Makes the code that an accepted offer promises, then mails it. */
export interface DiscountEffect extends EffectBase {
  readonly kind: 'shopify_discount';
  readonly payload: Discount;
}

export interface TidyEffect extends EffectBase {
  readonly kind: 'shopify_tidy';
  readonly payload: TidyPayload;
}

/** A line in the staff's chat, without a link that decides. */
export interface ChatEffect extends EffectBase {
  readonly kind: 'chat';
  /** Of a list of what waits the version is null, and so is the request. */
  readonly payload: { readonly notice: NoticeName; readonly requestVersion: number | null };
}

export type Effect =
  | MailEffect
  | ChatEffect
  | CancelEffect
  | HoldEffect
  | ReleaseEffect
  | RefundEffect
  | PartEffect
  | ReturnEffect
  | ChangeEffect
  | DiscountEffect
  | TidyEffect;

/** In the order of a story: what is done to the shop, then what is told. */
export const EFFECT_KINDS = [
  'shopify_hold',
  'shopify_cancel',
  'shopify_part',
  'shopify_return',
  'shopify_change',
  'shopify_discount',
  'shopify_refund',
  'shopify_tidy',
  'shopify_release',
  'mail',
  'chat',
] as const satisfies readonly Effect['kind'][];

type NewOf<One extends Effect> = Pick<One, 'kind' | 'key' | 'payload'> & {
  readonly requestId: One extends MailEffect | ChatEffect ? string | null : string;
};

export type NewEffect =
  | NewOf<MailEffect>
  | NewOf<ChatEffect>
  | NewOf<CancelEffect>
  | NewOf<HoldEffect>
  | NewOf<ReleaseEffect>
  | NewOf<RefundEffect>
  | NewOf<PartEffect>
  | NewOf<ReturnEffect>
  | NewOf<ChangeEffect>
  | NewOf<DiscountEffect>
  | NewOf<TidyEffect>;

/** One row per order for ever: whatever happens above it, an order has one cancellation. */
export function cancelKey(orderId: string): string {
  return `cancel:${orderId}`;
}

export const NOTHING_SENT: CancelOutcome = {
  sentAt: null,
  jobResultId: null,
  calls: 0,
  staffToldStuck: false,
  warehouseAskedAt: null,
};
