/**
 * What may happen to a request, written out by hand apart from the table in the code: from, event, to. Every pair of status
 * and event that isn't here must be refused.
 */
import type { RequestStatus } from '../../src/domain/cancellation-request.ts';
import type { RequestEvent } from '../../src/domain/lifecycle.ts';

const ALLOWED = `
received matched awaiting_decision
received match_unclear needs_match
received found_duplicate duplicate
received edited received
received withdrawn withdrawn
received stopped withdrawn
received confirmation_asked needs_customer
received order_asked needs_customer
received asked needs_customer
received offered needs_customer
received blocked waiting
received approved approved
received declined declined
received found_cancelled cancelled
needs_match order_chosen awaiting_decision
needs_match restored received
needs_customer restored received
waiting restored received
awaiting_decision restored received
failed restored received
failed withdrawn withdrawn
failed stopped withdrawn
approved part_confirmed part_cancelled
needs_match found_duplicate duplicate
needs_match asked needs_customer
needs_match declined declined
needs_match edited received
needs_match withdrawn withdrawn
needs_match stopped withdrawn
needs_match expired expired
needs_customer confirmed received
needs_customer customer_chose received
needs_customer answered received
needs_customer answered_about_order awaiting_decision
needs_customer offer_accepted withdrawn
needs_customer exchange_accepted awaiting_decision
needs_customer offer_refused awaiting_decision
needs_customer unanswered needs_match
needs_customer unanswered_about_order awaiting_decision
needs_customer not_awaited needs_match
needs_customer not_awaited_about_order awaiting_decision
needs_customer order_chosen awaiting_decision
needs_customer found_duplicate duplicate
needs_customer declined declined
needs_customer edited received
needs_customer withdrawn withdrawn
needs_customer stopped withdrawn
needs_customer expired expired
waiting matched awaiting_decision
waiting match_unclear needs_match
waiting confirmation_asked needs_customer
waiting asked needs_customer
waiting offered needs_customer
waiting blocked waiting
waiting approved approved
waiting declined declined
waiting edited received
waiting withdrawn withdrawn
waiting stopped withdrawn
waiting expired expired
waiting found_cancelled cancelled
awaiting_decision approved approved
awaiting_decision declined declined
awaiting_decision order_chosen awaiting_decision
awaiting_decision asked needs_customer
awaiting_decision reassessed received
awaiting_decision offered needs_customer
awaiting_decision return_approved approved
awaiting_decision edited received
awaiting_decision withdrawn withdrawn
awaiting_decision stopped withdrawn
awaiting_decision expired expired
approved blocked waiting
approved undone awaiting_decision
approved withdrawn withdrawn
approved stopped withdrawn
approved return_confirmed return_opened
approved execution_started executing
approved order_changed awaiting_decision
approved confirmed_cancelled cancelled
approved found_cancelled cancelled
approved execution_failed failed
executing confirmed_cancelled cancelled
executing part_confirmed part_cancelled
executing return_confirmed return_opened
executing change_confirmed changed
executing found_cancelled cancelled
executing order_changed awaiting_decision
executing execution_failed failed
failed approved approved
failed declined declined
failed return_approved approved
failed asked needs_customer
failed offered needs_customer
failed confirmed_cancelled cancelled
failed found_cancelled cancelled
`;

const lines = ALLOWED.trim()
  .split('\n')
  .map((line) => line.split(' ') as [RequestStatus, RequestEvent, RequestStatus]);
const byPair = new Map(lines.map(([from, event, to]) => [`${from} ${event}`, to]));
const moves = new Set(lines.map(([from, , to]) => `${from} ${to}`));

export const ENDED: readonly RequestStatus[] = [
  'cancelled',
  'part_cancelled',
  'return_opened',
  'changed',
  'declined',
  'withdrawn',
  'expired',
  'duplicate',
];

/** The status after the event; null: refused. */
export function modelledNext(from: RequestStatus, event: RequestEvent): RequestStatus | null {
  return byPair.get(`${from} ${event}`) ?? null;
}

/** Whether some event leads from here to there; staying is no move. */
export function isModelledMove(from: RequestStatus, to: RequestStatus): boolean {
  return from === to || moves.has(`${from} ${to}`);
}
