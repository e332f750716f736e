/** What staff may send, and what of it is accepted. */
import { blockOf, blockOfSome, type CancelBlock, isBeingFulfilled, isReturnable } from './cancel-check.ts';
import type { CancellationRequest, PartLine } from './cancellation-request.ts';
import { type Confirmation, confirms } from './confirmation.ts';
import { readEmailAddress } from './email-address.ts';
import { isEnded, nextStatus } from './lifecycle.ts';
import { decimalsOf } from './money.ts';
import { OFFER_PERCENTS, type OfferTerms } from './offer.ts';
import { lineName, type Order } from './order.ts';
import type { TypedAddress } from './order-change.ts';
import { fingerprintOf } from './order-fingerprint.ts';
import type { Treatment } from './policy/policy.ts';
import { isTask } from './queue.ts';
import { refundable } from './refund-plan.ts';

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

/** Longest text a person may send to another, in characters. */
export const LONGEST_TEXT = 2_000;

/** Nothing is approved that execution would have to refuse; the page offers the other ways. */
export function approvalBlock(order: Order | null): CancelBlock | null {
  return order && order.cancelledAt === null ? blockOf(order) : null;
}

/** What has been shipped is no hindrance to what hasn't. */
export function mayTakeSome(order: Order | null): order is Order {
  const left = order?.lines.some(({ unfulfilledQuantity }) => unfulfilledQuantity > 0);
  return order !== null && order.cancelledAt === null && left === true && blockOfSome(order) === null;
}

/** @param by what has to be typed by those who came by a link */
export function checkDecision(
  request: CancellationRequest,
  order: Order | null,
  input: DecisionInput,
  by: Confirmation,
): DecisionErrors {
  switch (input.kind) {
    case 'approve': {
      const errors = checkApproval(request, order, input);
      const { terms, confirm } = input;
      if (terms) {
        if (order?.cancelledAt) return { order: 'cannot_be_cancelled' };
        if (!isAmount(terms.amount, order)) return { ...errors, exact: 'amount_wrong' };
        return contradicts(terms) ? { ...errors, exact: 'amount_but_none' } : errors;
      }
      const confirmed = confirm === null || order === null || confirms(confirm, order, by);
      return confirmed ? errors : { ...errors, confirm: 'confirm_mismatch' };
    }
    case 'part': {
      const lines = order ? partOf(order, input.quantities) : null;
      if (lines === null) return { part: 'part_too_many' };
      if (lines.length === 0) return { part: 'part_missing' };
      const isAll = order?.lines.every((line) => quantityOf(lines, line.id) >= line.currentQuantity);
      // There may be more lines than were read.
      if (isAll && !order?.isCutShort) return { part: 'part_is_all' };
      if (!isAmount(input.amount, order)) return { exact_part: 'amount_wrong' };
      if (contradicts(input)) return { exact_part: 'amount_but_none' };
      return checkApproval(request, order, input);
    }
    // What is to be changed is looked into by planChange: it may need the variant.
    case 'change':
      return checkApproval(request, order, input);
    case 'return': {
      if (!order || !request.orderName || !isReturnable(order)) return { return: 'nothing_to_return' };
      const confirmed = input.confirm === null || confirms(input.confirm, order, by);
      return { ...checkText('instructions', input.instructions), ...(confirmed ? {} : { return: 'confirm_mismatch' }) };
    }
    case 'decline':
      return checkText('reason', input.reason);
    case 'ask':
      return checkText('question', input.question);
    case 'offer':
      return { ...checkText('offer', input.offer), ...checkTerms(input.terms) };
    case 'correct_address':
      return readEmailAddress(input.email) ? {} : { email: 'email_missing' };
    case 'told':
      return input.sure ? {} : { told: 'choose_reassess' };
    case 'tidy':
      if (!order || !mayTidy(order)[input.what]) return { tidy: 'cannot_be_tidied' };
      return input.sure ? {} : { tidy: 'choose_reassess' };
    case 'undo':
      return input.sure ? {} : { undo: 'choose_reassess' };
    case 'stop_waiting':
      return {};
    case 'assign':
      return {};
    case 'snooze':
      return SNOOZE_DAYS.includes(input.days) ? {} : { days: 'choose_one' };
    case 'choose':
      return input.orderId || input.orderName.trim() ? {} : { order: 'order_missing' };
    case 'reassess':
      // A policy may approve by itself: no machine that presses every button may ask for that.
      return input.sure ? {} : { reassess: 'choose_reassess' };
    case 'paid_back':
      return { ...checkText('how', input.how), ...(isDay(input.on) ? {} : { on: 'on_missing' }) };
  }
}

/** So much, and nothing at all. */
function contradicts({
  amount,
  refund,
}: {
  readonly amount: AmountChoice;
  readonly refund: Treatment['refund'];
}): boolean {
  return typeof amount === 'object' && refund === 'none';
}

function quantityOf(lines: readonly PartLine[], id: string): number {
  return lines.find(({ lineItemId }) => lineItemId === id)?.quantity ?? 0;
}

/** Digits with a point or a comma, not nothing, and not more than is there. */
function isAmount(amount: AmountChoice, order: Order | null): boolean {
  if (typeof amount === 'string') return true;
  const [, whole, decimals = ''] = /^(\d{1,9})(?:\.(\d+))?$/.exec(amount.exactly) ?? [];
  if (!whole) return false;
  const wanted = Number(amount.exactly);
  if (!order) return wanted > 0;
  const left = refundable(order);
  return wanted > 0 && decimals.length <= decimalsOf(left.currencyCode) && wanted <= Number(left.amount);
}

/** "2026-11-23", and one that the calendar has. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A code for keeping the order as it is; whoever exchanges something is told by a person. */
function checkTerms({ percent, exchange }: OfferTerms): DecisionErrors {
  if (!OFFER_PERCENTS.some((one) => one === percent)) return { offer: 'choose_one' };
  return percent > 0 && exchange ? { offer: 'offer_both' } : {};
}

/** Shopify archives what it has cancelled by itself in some shops; then there is nothing left to do. */
export function mayTidy({ cancelledAt, closed, test }: Order): { readonly archive: boolean; readonly delete: boolean } {
  return { archive: cancelledAt !== null && !closed, delete: cancelledAt !== null && test };
}

function checkApproval(
  request: CancellationRequest,
  order: Order | null,
  { kind, seen }: Extract<DecisionInput, { kind: 'approve' | 'part' | 'change' }>,
): DecisionErrors {
  if (!request.orderName || !order) return { order: 'choose_order_first' };
  const isPossible = kind === 'approve' ? approvalBlock(order) === null : mayTakeSome(order);
  if (!isPossible) return { order: 'cannot_be_cancelled' };
  return fingerprintOf(order, isBeingFulfilled(order)) === seen ? {} : { order: 'order_changed' };
}

/** The lines that are meant; null: more than there are to ship, or what the order hasn't. */
export function partOf(order: Order, quantities: Readonly<Record<string, number>>): PartLine[] | null {
  const wanted = Object.entries(quantities).filter(([, quantity]) => quantity !== 0);
  const lines = wanted.map(([lineItemId, quantity]): PartLine | null => {
    const line = order.lines.find((one) => one.id === lineItemId);
    const possible = line && Number.isInteger(quantity) && quantity > 0 && quantity <= line.unfulfilledQuantity;
    return possible ? { lineItemId, title: lineName(line), quantity } : null;
  });
  return lines.includes(null) ? null : (lines as PartLine[]);
}

/** Snoozing for longer would be forgetting. */
export const SNOOZE_DAYS = [1, 2, 3, 7];

function checkText(field: 'reason' | 'question' | 'how' | 'offer' | 'instructions', text: string): DecisionErrors {
  if (text.trim() === '') return { [field]: `${field}_missing` };
  return text.length > LONGEST_TEXT ? { [field]: 'too_long' } : {};
}

export function notAwaited({ orderId }: Pick<CancellationRequest, 'orderId'>) {
  return orderId ? 'not_awaited_about_order' : 'not_awaited';
}

const EVENT_OF = {
  approve: 'approved',
  part: 'approved',
  change: 'approved',
  decline: 'declined',
  ask: 'asked',
  choose: 'order_chosen',
  reassess: 'reassessed',
  offer: 'offered',
  return: 'return_approved',
  undo: 'undone',
} as const;

/** Which decisions the request's status allows. */
export function allows(request: CancellationRequest, kind: DecisionInput['kind']): boolean {
  if (kind === 'stop_waiting') return nextStatus(request.status, notAwaited(request)) !== null;
  if (kind === 'paid_back') return request.payback !== null && request.payback.done === null;
  if (kind === 'correct_address' || kind === 'told') return request.undelivered !== null;
  if (kind === 'tidy') return request.status === 'cancelled';
  if (kind === 'assign' || kind === 'snooze') return !isEnded(request.status) || isTask(request);
  return nextStatus(request.status, EVENT_OF[kind]) !== null;
}
