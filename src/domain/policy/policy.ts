/** A shop's own rules, as the service goes by them. What a file may say of them: policy-schema.ts. */
import type { Confirmation } from '../confirmation.ts';
import type { Calendar, Quiet } from './calendar.ts';
import type { Conditions } from './conditions.ts';

export const OUTCOMES = ['approve', 'staff', 'decline', 'offer', 'ask'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A text to the customer: one for all, or one per language. */
export type CustomerText = string | { readonly [locale: string]: string };

/** How an approved cancellation is carried out. */
export interface Treatment {
  readonly refund: 'original' | 'store_credit' | 'none';
  readonly amount: RefundAmount;
  readonly restock: boolean;
  /** Who writes to the customer that the order is cancelled: our mail always; Shopify's own besides, or not. */
  readonly notify: 'desk' | 'desk_and_shopify';
  readonly tags: readonly string[];
  readonly archive: boolean;
  /** Deletes test orders instead, for good. Others are never deleted here. */
  readonly delete_test_orders: boolean;
}

/** What is given back: everything, all but a fee, all but the shipping, or what staff typed ("12.50"). */
export type RefundAmount =
  | 'full'
  | 'keep_shipping'
  | { readonly less: number }
  | { readonly less_percent: number }
  | { readonly exactly: string };

export interface PolicyRule {
  readonly name: string;
  readonly when: Conditions;
  /** The rule doesn't apply when any of these holds. */
  readonly unless: Conditions;
  readonly then: Outcome;
  /** Whom staff mails about it go to; empty: everybody who may decide. */
  readonly people: readonly string[];
  /** How many people have to approve. */
  readonly approvals: number;
  /** To the customer: the reason of a decline, an offer, a question. */
  readonly tell: CustomerText | null;
  /** To staff. */
  readonly note: string | null;
  /** Where it differs from the defaults. */
  readonly treatment: Partial<Treatment>;
}

export interface Policy {
  /** Short digest of the file, or "built-in". */
  readonly version: string;
  readonly calendar: Calendar;
  readonly proof: {
    readonly level: 'none' | 'address' | 'always';
    readonly waitMs: number;
    readonly otherwise: 'staff' | 'end';
  };
  /** How long an approval by staff can be taken back; nothing is sent before. */
  readonly undoMs: number;
  /** What is typed to approve by a link. */
  readonly confirm: Confirmation;
  /** Whether open requests hold the parcel. */
  readonly hold: boolean;
  readonly protectedProductTags: readonly string[];
  /** How shipped orders go back. null: staff answer. */
  readonly returns: CustomerText | null;
  /** Share and fixed part of a payment that the provider keeps when it is refunded; an estimate shown to staff. */
  readonly cardFee: { readonly percent: number; readonly fixed: number } | null;
  readonly defaults: Treatment;
  readonly rules: readonly PolicyRule[];
  readonly riskSweep: {
    readonly everyMs: number;
    readonly when: Conditions;
    readonly unless: Conditions;
    readonly then: 'approve' | 'staff';
  } | null;
  /** Working time after which staff are reminded, again and again; from the second time on others are told too. */
  readonly reminders: { readonly afterMs: number; readonly escalate: readonly string[] } | null;
  readonly quiet: Quiet | null;
  readonly limits: Limits;
}

/** Above these, mails of one kind become one digest, or wait. */
export interface Limits {
  /** Mails of an hour to one address that only a form asked for. */
  readonly mailsPerAddress: number;
  /** Requests to confirm, a day, about one order. */
  readonly confirmationsPerOrder: number;
  /** Receipts of an hour that one form or webhook may cause, whoever they go to. */
  readonly mailsPerSource: number;
  /** When more than these wait for a decision, what comes then comes as one list, not as a mail each. */
  readonly staffMails: number;
}

export function textFor(text: CustomerText, locale: string): string {
  if (typeof text === 'string') return text;
  const language = locale.split('-')[0] ?? locale;
  return text[locale] ?? text[language] ?? text.en ?? Object.values(text)[0] ?? '';
}
