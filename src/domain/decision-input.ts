/** What staff decide, as the page, the command line or a rule asks for it; and what can be wrong with it, by field. */
import type { OfferTerms } from './offer.ts';
import type { TypedAddress } from './order-change.ts';
import type { Treatment } from './policy/policy.ts';

export type DecisionInput =
  | {
      readonly kind: 'approve';
      /** Fingerprint of the order as it stood on the page. */
      readonly seen: string;
      /** What was typed, see confirmation.ts. null: by somebody signed in. */
      readonly confirm: string | null;
      /** null: as the page says that it will be, see treatmentInForce. */
      readonly terms: ChosenTerms | null;
      /** Digest of what these terms come to, as it was shown; empty: not shown yet. */
      readonly agreed: string;
    }
  | {
      /** Some lines, or some of them. */
      readonly kind: 'part';
      readonly seen: string;
      readonly confirm: string | null;
      /** Line id → how many. */
      readonly quantities: Readonly<Record<string, number>>;
      readonly restock: boolean;
      readonly refund: Treatment['refund'];
      /** Of what Shopify works out for these lines. */
      readonly amount: 'full' | { readonly exactly: string };
      /** As of terms. */
      readonly agreed: string;
    }
  | {
      /** Not cancelled: another address, other quantities, something else in its place. */
      readonly kind: 'change';
      readonly seen: string;
      readonly confirm: string | null;
      /** Line id → how many there are to be. */
      readonly quantities: Readonly<Record<string, number>>;
      /** null: the form had none. */
      readonly address: TypedAddress | null;
      readonly sku: string;
      readonly skuQuantity: number;
      /** As of a part. */
      readonly agreed: string;
    }
  | {
      /** For what has been shipped: the customer sends it back, and is told how. */
      readonly kind: 'return';
      readonly confirm: string | null;
      readonly instructions: string;
    }
  | { readonly kind: 'decline'; readonly reason: string }
  | { readonly kind: 'ask'; readonly question: string }
  /** Something else instead: the customer accepts or refuses. */
  | { readonly kind: 'offer'; readonly offer: string; readonly terms: OfferTerms }
  /** Decides without the answer that the customer was asked for. */
  | { readonly kind: 'stop_waiting' }
  /** Takes an approval back, as long as nothing was sent. */
  | { readonly kind: 'undo'; readonly sure: boolean }
  /** To one of the staff, or to nobody. */
  | { readonly kind: 'assign'; readonly to: string | null }
  /** Out of the queue for some days. */
  | { readonly kind: 'snooze'; readonly days: number }
  | { readonly kind: 'choose'; readonly orderId: string | null; readonly orderName: string }
  /** By the policy as it is now. */
  | { readonly kind: 'reassess'; readonly sure: boolean }
  /** Where the customer gets their mails from now on; what didn't arrive is sent again. */
  | { readonly kind: 'correct_address'; readonly email: string }
  /** The customer knows by other means what no mail could tell. */
  | { readonly kind: 'told'; readonly sure: boolean }
  /** Of an order that is cancelled; only test orders can be deleted. */
  | { readonly kind: 'tidy'; readonly what: 'archive' | 'delete'; readonly sure: boolean }
  /** Money that no machine moves has been paid back: how, and on which day ("2026-11-23"). */
  | { readonly kind: 'paid_back'; readonly how: string; readonly on: string };

/** How staff want it done otherwise than the page says. */
export interface ChosenTerms {
  readonly restock: boolean;
  readonly refund: Treatment['refund'];
  readonly amount: AmountChoice;
  /** Left out: as the policy has it. */
  readonly archive?: boolean;
}

/** As the policy has it, everything, all but the shipping, or so much ("12.50"). */
export type AmountChoice = 'policy' | 'full' | 'keep_shipping' | { readonly exactly: string };

/** Field of the form → locale key `error.CODE`. */
export type DecisionField =
  | 'confirm'
  /** By a link, of what asks for it. */
  | 'typed'
  | 'confirm_plan'
  | 'reason'
  | 'question'
  | 'offer'
  | 'order'
  | 'how'
  | 'on'
  | 'reassess'
  | 'undo'
  | 'days'
  | 'part'
  | 'exact'
  | 'exact_part'
  | 'change'
  | 'email'
  | 'told'
  | 'tidy'
  | 'return'
  | 'instructions';

export type DecisionErrors = Partial<Record<DecisionField, string>>;
