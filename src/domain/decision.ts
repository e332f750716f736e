/** What staff may send, and what of it is accepted. */

import { blockOf, blockOfSome, type CancelBlock, isBeingFulfilled, isReturnable } from './cancel-check.ts';
import type { CancellationRequest, PartLine } from './cancellation-request.ts';
import { type Confirmation, confirms } from './confirmation.ts';
import type { AmountChoice, DecisionErrors, DecisionInput } from './decision-input.ts';
import { readEmailAddress } from './email-address.ts';
import { isEnded, nextStatus } from './lifecycle.ts';
import { decimalsOf } from './money.ts';
import { OFFER_PERCENTS, type OfferTerms } from './offer.ts';
import { lineName, type Order } from './order.ts';
import { fingerprintOf } from './order-fingerprint.ts';
import type { Treatment } from './policy/policy.ts';
import { isTask } from './queue.ts';
import { refundable } from './refund-plan.ts';

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
