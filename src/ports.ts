/** What the steps need from outside, as small interfaces. The adapters implement them, src/service.ts joins the two. */
import type { Order, OrderCandidate } from './domain/order.ts';
import type { IncomingResponse, SourceKind } from './domain/response.ts';
import type { SearchTerm } from './domain/search-terms.ts';
import type { IncidentContext, NoticeContext, NoticeName } from './domain/views.ts';

/** Epoch milliseconds. Passed in, so that a test can own the time. */
export type Clock = () => number;

// ── Shopify ──────────────────────────────────────────────────────────────────────────────────────

export interface Shop {
  readonly name: string;
  readonly ianaTimezone: string;
  readonly currencyCode: string;
  readonly orderNumberFormatPrefix: string;
  readonly orderNumberFormatSuffix: string;
  readonly grantedScopes: readonly string[];
}

/** Arguments of `orderCancel`, in Shopify's words. */
export interface CancelArguments {
  readonly orderId: string;
  readonly reason: 'CUSTOMER' | 'DECLINED' | 'FRAUD' | 'INVENTORY' | 'OTHER' | 'STAFF';
  readonly restock: boolean;
  /** `originalPaymentMethodsRefund`: always sent, true or false. */
  readonly originalPaymentMethodsRefund: boolean;
  readonly notifyCustomer: boolean;
  /** At most 255 characters; carries our reference, by which a lost answer is recognised later. */
  readonly staffNote: string;
}

export interface UserError {
  readonly code: string | null;
  readonly message: string;
}

export type CancelAnswer =
  | { readonly kind: 'accepted'; readonly jobResultId: string | null }
  | { readonly kind: 'refused'; readonly errors: readonly UserError[] };

export interface CancelProgress {
  /** null: the result can't be found (any more). */
  readonly job: { readonly done: boolean; readonly status: string; readonly errors: readonly UserError[] } | null;
  readonly order: Order | null;
}

/** All methods throw OutsideError. Reads are retried inside; mutations are sent once. */
export interface Orders {
  shop(): Promise<Shop>;
  /** What fits any of these, in few queries for many requests. A search, not exact: compare yourself. */
  find(terms: readonly SearchTerm[]): Promise<OrderCandidate[]>;
  /** Newest orders of one e-mail address, at most `limit`. */
  findByEmail(email: string, limit: number): Promise<OrderCandidate[]>;
  newest(limit: number): Promise<OrderCandidate[]>;
  read(orderId: string): Promise<Order | null>;
  cancel(args: CancelArguments): Promise<CancelAnswer>;
  readCancelProgress(orderId: string, jobResultId: string): Promise<CancelProgress>;
}

// ── Google ───────────────────────────────────────────────────────────────────────────────────────

export interface PollResult {
  readonly responses: readonly IncomingResponse[];
  /** Opaque; stored in the transaction that stores the responses. */
  readonly cursor: string;
  /** True when `responses` is everything the source holds, so that what is missing has been removed there. */
  readonly complete: boolean;
}

export interface ResponseSource {
  readonly kind: SourceKind;
  readonly id: string;
  /** Reads everything new since the cursor, with overlap; the same response may come again. Throws OutsideError. */
  poll(cursor: string | null): Promise<PollResult>;
}

// ── Mail ─────────────────────────────────────────────────────────────────────────────────────────

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mail extends RenderedMail {
  /** Without angle brackets; the same on every attempt. */
  readonly messageId: string;
  /** The thread's root, without angle brackets. */
  readonly threadId: string;
  /** One bare address. */
  readonly to: string;
}

export interface Mailer {
  /** Resolves when the SMTP server has taken the mail. Throws OutsideError. */
  send(mail: Mail): Promise<void>;
  verify(): Promise<void>;
}

export interface Renderer {
  notice(name: NoticeName, locale: string, context: NoticeContext | IncidentContext): RenderedMail;
  /** A whole HTML document out of templates/pages/NAME.hbs. */
  page(name: string, locale: string, context: object): string;
  /** One sentence of templates/locales. */
  sentence(key: string, locale: string, values?: Record<string, string | number>): string;
  /** The locale we have templates for that fits best ("fi-FI" → "fi"), or null. */
  bestLocale(wanted: string | null): string | null;
}
