/** One thing owed to the outside world: a row, written in the transaction that owes it. */
import type { NoticeName } from './views.ts';

export type EffectState = 'pending' | 'sent' | 'confirming' | 'done' | 'failed' | 'skipped';

export interface MailPayload {
  readonly notice: NoticeName;
  /** One bare address. */
  readonly to: string;
  readonly locale: string;
  /** A mail that asks for a decision is not sent once the request has moved on. */
  readonly requestVersion: number | null;
  /** Who the link in it belongs to; null: a mail without a link. */
  readonly linkFor: 'staff' | 'customer' | null;
  /** Incident mails have no request. */
  readonly incidentCode?: string;
}

export interface CancelPayload {
  readonly orderId: string;
  readonly restock: boolean;
  readonly refund: boolean;
}

/** What is known of a cancellation that was sent. */
export interface CancelOutcome {
  readonly sentAt: number | null;
  readonly jobResultId: string | null;
  /** Times orderCancel was called; grows only when a lost call was proven not to have happened. */
  readonly calls: number;
  readonly staffToldStuck: boolean;
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

export type Effect = MailEffect | CancelEffect;

export type NewEffect =
  | { readonly kind: 'mail'; readonly key: string; readonly requestId: string | null; readonly payload: MailPayload }
  | {
      readonly kind: 'shopify_cancel';
      readonly key: string;
      readonly requestId: string;
      readonly payload: CancelPayload;
    };

/** One row per order for ever: whatever happens above it, an order has one cancellation. */
export function cancelKey(orderId: string): string {
  return `cancel:${orderId}`;
}

export const NOTHING_SENT: CancelOutcome = { sentAt: null, jobResultId: null, calls: 0, staffToldStuck: false };
