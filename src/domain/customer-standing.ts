/**
 * Who reads a customer's link, and how the request stands for them. The owner of the order learns how it stands; whoever
 * only typed an address into a form learns nothing about any order from it.
 */
import { choicesOf, claimedOrderOf } from './ask-customer.ts';
import type { CancellationRequest, MatchCandidate, RequestStatus } from './cancellation-request.ts';
import { readEmailAddress } from './email-address.ts';

/** The address the order has, or staff wrote down, the one that is being asked, or that of the order that was named. @param person who was mailed the link */
export function isOwner(request: CancellationRequest, person: string): boolean {
  const { order, mailTo, asking, origin } = request;
  // What the shop looks into of its own accord is nobody's to stop.
  if (origin === 'risk_sweep') return false;
  const reader = readEmailAddress(person);
  const addresses = [order?.email, mailTo, asking?.to].map((address) => readEmailAddress(address ?? null));
  return addresses.includes(reader) || claimedOrderOf(request, reader) !== null;
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
  const { status, asking, trouble, assessment } = request;
  if (!isOwner(request, person)) {
    if (!isVeiled(request, person)) return status;
    return request.senderWithdrew ? 'withdrawn' : 'received';
  }
  if (trouble && BY_TROUBLE[trouble.reason] === status) return trouble.reason;
  if (status === 'needs_customer' && asking && asking.kind !== 'question') return `asked_${asking.kind}`;
  if (status === 'withdrawn' && readEmailAddress(request.fields.email) !== readEmailAddress(person)) {
    return 'withdrawn_by_sender';
  }
  if (status === 'waiting') return `waiting_${assessment?.waitsFor ?? 'payment'}`;
  return status;
}

/** The order that isn't the request's own yet, but this reader's. */
export function ownOrderOf(request: CancellationRequest, person: string): MatchCandidate | null {
  const claimed = claimedOrderOf(request, readEmailAddress(person));
  if (claimed || request.asking?.kind !== 'order' || !request.match) return claimed;
  return choicesOf(request.match)[0] ?? null;
}
