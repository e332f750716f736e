/** What the steps need from outside, as small interfaces. The adapters implement them, src/service.ts joins the two. */

import type { Anchor } from './domain/audit.ts';
import type { WrittenHead } from './domain/audit-heads.ts';
import type { Bounce } from './domain/bounce.ts';
import type { Money } from './domain/money.ts';
import type { DigestContext, IncidentContext, NoticeContext, NoticeName, SignInContext } from './domain/notices.ts';
import type { Discount } from './domain/offer.ts';
import type { FulfillmentOrder, Order, OrderCandidate, ShippingAddress } from './domain/order.ts';
import type { OrderChange } from './domain/order-change.ts';
import type { Policy } from './domain/policy/policy.ts';
import type { RefundLine, RefundPlan, RefundTransaction } from './domain/refund-plan.ts';
import type { IncomingResponse, SourceKind } from './domain/response.ts';
import type { SearchTerm } from './domain/search-terms.ts';

/** Epoch milliseconds. Passed in, so that a test can own the time. */
export type Clock = () => number;

// ── Shopify ──────────────────────────────────────────────────────────────────────────────────────

export interface Shop {
  readonly name: string;
  readonly ianaTimezone: string;
  readonly currencyCode: string;
  /** "FI"; null: the shop has no address. */
  readonly countryCode: string | null;
  readonly orderNumberFormatPrefix: string;
  readonly orderNumberFormatSuffix: string;
  readonly grantedScopes: readonly string[];
}

/** Arguments of `orderCancel`, in Shopify's words. */
export interface CancelArguments {
  readonly orderId: string;
  readonly reason: 'CUSTOMER' | 'DECLINED' | 'FRAUD' | 'INVENTORY' | 'OTHER' | 'STAFF';
  readonly restock: boolean;
  /** nothing: the money stays for now, said in so many words (`originalPaymentMethodsRefund: false`). */
  readonly refund: 'original' | 'store_credit' | 'nothing';
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

/** Refused: Shopify read it and said no. */
export type MutationAnswer =
  | {
      readonly kind: 'done';
      /** Shopify's, of what was made: a return. */
      readonly id?: string;
    }
  | { readonly kind: 'refused'; readonly errors: readonly UserError[] };

export interface CancelProgress {
  /** null: the result can't be found (any more). */
  readonly job: { readonly done: boolean; readonly status: string; readonly errors: readonly UserError[] } | null;
  readonly order: Order | null;
}

/** All methods throw OutsideError. Reads are retried inside; mutations are sent once. */
export interface Orders {
  shop(): Promise<Shop>;
  /** What fits any of these, the newest first, in few queries for many requests. A search, not exact: compare yourself. */
  find(terms: readonly SearchTerm[]): Promise<OrderCandidate[]>;
  newest(limit: number): Promise<OrderCandidate[]>;
  read(orderId: string): Promise<Order | null>;
  /**
   * For a quarter of the cost, with whatever checkBeforeCancel asks as it is now: status, lines, price, payments, parcels
   * and returns. Risk, customer and addresses are as they were known. A cancelled order keeps the price it had.
   */
  readAgain(known: Order): Promise<Order | null>;
  cancel(args: CancelArguments): Promise<CancelAnswer>;
  /** The order as it was `known` before, with its cancellation, payments and refunds as they are. */
  readCancelProgress(orderId: string, jobResultId: string, known: Order | null): Promise<CancelProgress>;
  /** Of one order, with the holds on them; null: the order is gone, or not ours to see. */
  fulfillmentOrders(orderId: string): Promise<FulfillmentOrder[] | null>;
  /** May be repeated: a second hold under the same handle counts as done. */
  hold(fulfillmentOrderId: string, handle: string, notes: string): Promise<MutationAnswer>;
  /** These holds and no others. */
  releaseHolds(fulfillmentOrderId: string, holdIds: readonly string[]): Promise<MutationAnswer>;
  /** Asks a fulfilment service that has accepted the order to let go of it; it answers in its own time. */
  askFulfillmentService(fulfillmentOrderId: string, message: string): Promise<MutationAnswer>;
  /** May be repeated under the same key within 24 hours. */
  refund(plan: RefundPlan, idempotencyKey: string): Promise<MutationAnswer>;
  /** What Shopify would give back for these lines, and out of which payments. */
  suggestRefund(
    orderId: string,
    lines: readonly RefundLine[],
  ): Promise<{ amount: Money; transactions: RefundTransaction[] }>;
  /** For everything that has been shipped and can go back. */
  openReturn(orderId: string, note: string): Promise<MutationAnswer>;
  /** May be repeated. Overwrites all of the address. */
  changeAddress(orderId: string, address: ShippingAddress): Promise<MutationAnswer>;
  /** All of it or nothing. Look first what is left to do: a second time would add the same once more. */
  editLines(orderId: string, change: Pick<OrderChange, 'lines' | 'added'>, staffNote: string): Promise<MutationAnswer>;
  /** What the customer would owe (> 0) or be owed (< 0) after it. Nothing is changed. */
  previewEdit(
    orderId: string,
    change: Pick<OrderChange, 'lines' | 'added'>,
  ): Promise<{ readonly kind: 'done'; readonly outstanding: Money } | Extract<MutationAnswer, { kind: 'refused' }>>;
  /** The one variant of this SKU; null: none, or several. */
  findVariant(sku: string): Promise<{ id: string; sku: string; title: string } | null>;
  /** Good once, for anything in the shop. May be repeated: there is one discount of a code. */
  createDiscount(discount: Discount): Promise<MutationAnswer>;
  addTags(orderId: string, tags: readonly string[]): Promise<MutationAnswer>;
  archive(orderId: string): Promise<MutationAnswer>;
  /** For good. Looks once more that it is a test order and cancelled; one that is gone already counts as done. */
  deleteTestOrder(orderId: string): Promise<MutationAnswer>;
  /** Newest open orders that Shopify's risk assessment calls high, or advises to cancel. */
  findRisky(limit: number): Promise<OrderCandidate[]>;
}

/** Query cost points of one shop, shared by all processes on one database. */
export interface SharedBucket {
  /** Takes points, below zero too, and says how many milliseconds until they are there. */
  take(points: number): Promise<number>;
  /** Corrects it by an answer: points that were not needed, and the bucket as Shopify sees it. */
  giveBack(
    points: number,
    seen: { readonly maximumAvailable: number; readonly currentlyAvailable: number; readonly restoreRate: number },
  ): Promise<void>;
}

// ── Policy ───────────────────────────────────────────────────────────────────────────────────────

export interface Policies {
  /** The policy of the file as it stands, or the last good one. Looks at the file now and then. */
  current(): Promise<Policy>;
  /** As it was at the last look: also inside a transaction. */
  inForce(): Policy;
  /** One that requests were assessed under; null: nobody kept it. */
  of(version: string): Promise<Policy | null>;
  /** What is wrong with the file as it stands; empty: nothing. */
  faults(): readonly string[];
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

/** Of pushes by Google Pub/Sub. */
/** What a mail says of mails that came back; nothing when it is no such report. */
export type ReadBounces = (raw: Buffer) => Promise<Bounce[]>;

export interface PushTokens {
  /** Signed by Google, in time, for our audience, by the one account. Throws OutsideError while Google's keys can't be had. */
  isGenuine(token: string): Promise<boolean>;
}

// ── Mail ─────────────────────────────────────────────────────────────────────────────────────────

export interface RenderedMail {
  /** Of the sentences: "fi". */
  readonly language: string;
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

// ── Chat ─────────────────────────────────────────────────────────────────────────────────────────

/** Carries no token and no personal data: the chat has readers of its own. */
export interface ChatMessage {
  /** The same on every attempt. */
  readonly id: string;
  readonly at: number;
  readonly notice: NoticeName;
  /** null: of more than one request. */
  readonly ref: string | null;
  /** One line. */
  readonly text: string;
  /** Of the request's page, or of the queue, for which one has to sign in. */
  readonly url: string;
}

export interface Chat {
  /** Throws OutsideError. */
  send(message: ChatMessage): Promise<void>;
}

export interface Renderer {
  notice(
    name: NoticeName,
    locale: string,
    context: NoticeContext | IncidentContext | DigestContext | SignInContext,
  ): RenderedMail;
  /** A whole HTML document out of templates/pages/NAME.hbs. */
  page(name: string, locale: string, context: object): string;
  /** One sentence of templates/locales. */
  sentence(key: string, locale: string, values?: Record<string, string | number>): string;
  /** The tag with its region ("fi_FI" → "fi-FI"), or null where there are no sentences in its language. */
  bestLocale(wanted: string | null): string | null;
  /** By what amounts and dates are written beside its sentences. */
  tagOfFormats(locale: string): string;
}

/** Heads of the audit chain outside the database. All throw where the file can't be written, but for `newest`. */
export interface HeadFile {
  write(head: Anchor & { readonly at: number }): void;
  /** That a backup was put back: what was written down before of entries after this one isn't to be found any more. */
  noteRestored(head: Anchor & { readonly at: number }): void;
  /** Instead of the one before, for the next start. */
  writeNewest(head: Anchor & { readonly at: number }): void;
  /** All that is to be found still, the newest among them; none where they can't be read. */
  newest(): readonly WrittenHead[];
  tryOut(): void;
}
