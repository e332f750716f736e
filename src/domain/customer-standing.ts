/**
 * Who reads a customer's link, and how the request stands for them. The owner of the order learns how it stands; whoever
 * only typed an address into a form learns nothing about any order from it.
 */
import { wayOf } from './approvals.ts';
import { choicesOf, claimedOrderOf } from './ask-customer.ts';
import { isOurs, shippedOf } from './cancel-check.ts';
import type { CancellationRequest, MatchCandidate, RequestStatus } from './cancellation-request.ts';
import { readEmailAddress } from './email-address.ts';

/**
 * The address the order has, or staff wrote down for it, the one that is being asked, or that of the order that was
 * named. @param person who was mailed the link
 */
export function isOwner(request: CancellationRequest, person: string): boolean {
  // What the shop looks into of its own accord is nobody's to stop.
  if (request.origin === 'risk_sweep') return false;
  const reader = readEmailAddress(person);
  const isAsked = reader !== null && readEmailAddress(request.asking?.to ?? null) === reader;
  return isAsked || isOfOrder(request, reader) || claimedOrderOf(request, reader) !== null;
}

/** What was ordered, what is left of it, and the money: for the order's own address alone. */
export function knowsOrder(request: CancellationRequest, person: string): boolean {
  return request.order !== null && isOfOrder(request, readEmailAddress(person));
}

/** Corrected before an order was known, an address is only the sender's. */
function isOfOrder({ order, orderId, mailTo }: CancellationRequest, reader: string | null): boolean {
  if (reader === null) return false;
  return readEmailAddress(order?.email ?? null) === reader || (orderId !== null && readEmailAddress(mailTo) === reader);
}

/** An order, or somebody else's address, is involved: there is something that could be learned. */
export function isVeiled(request: CancellationRequest, person: string): boolean {
  if (isOwner(request, person)) return false;
  const { orderId, asking, proof, trouble, duplicateOf } = request;
  return (
    orderId !== null || asking?.kind === 'confirmation' || proof !== null || trouble !== null || duplicateOf !== null
  );
}

/** Ends and turns that the status alone doesn't tell, and the status in which each is how it stands. */
const BY_TROUBLE: Readonly<Record<string, RequestStatus>> = {
  stopped_by_owner: 'withdrawn',
  offer_accepted: 'withdrawn',
  exchange_accepted: 'awaiting_decision',
};

/** How far it stands, as this reader may know it: locale key `customer_status.…`. */
export function standingOf(request: CancellationRequest, person: string): string {
  if (isOwner(request, person)) return ownersStanding(request, person);
  // A claim ends as a request for an order that isn't there does, and its sender is written to of it.
  const endsUnbound = request.status === 'expired' && request.orderId === null;
  if (isVeiled(request, person) && !endsUnbound) return request.senderWithdrew ? 'taken_back' : 'received';
  return request.status === 'withdrawn' ? 'taken_back' : endOf(request);
}

function ownersStanding(request: CancellationRequest, person: string): string {
  const { status, asking, trouble, assessment, decision, order, fields } = request;
  if (trouble && BY_TROUBLE[trouble.reason] === status) return trouble.reason;
  switch (status) {
    case 'needs_customer':
      return asking && asking.kind !== 'question' ? `asked_${asking.kind}` : status;
    case 'waiting':
      return `waiting_${assessment?.waitsFor ?? 'payment'}`;
    case 'awaiting_decision':
    case 'failed': {
      const shipped = order && shippedOf(order);
      return shipped ? `shipped_${shipped}` : status;
    }
    case 'approved':
    case 'executing':
      return !decision || wayOf(decision) === 'approve' ? 'approved' : `approved_${wayOf(decision)}`;
    case 'cancelled':
      // Nobody decided it here, as far as this database knows.
      return decision || (order && isOurs(order, request.ref)) ? status : 'found_cancelled';
    case 'withdrawn':
      return readEmailAddress(fields.email) === readEmailAddress(person) ? status : 'withdrawn_by_sender';
    case 'received':
    case 'needs_match':
    case 'part_cancelled':
    case 'return_opened':
    case 'changed':
    case 'declined':
    case 'expired':
    case 'duplicate':
      return endOf(request);
  }
}

/** A question that is still there at the end has had no answer. */
function endOf({ status, question }: CancellationRequest): string {
  return status === 'expired' && question !== null ? 'unanswered' : status;
}

/** The order that isn't the request's own yet, but this reader's. */
export function ownOrderOf(request: CancellationRequest, person: string): MatchCandidate | null {
  const claimed = claimedOrderOf(request, readEmailAddress(person));
  if (claimed || request.asking?.kind !== 'order' || !request.match) return claimed;
  return choicesOf(request.match)[0] ?? null;
}
