/** When the match isn't certain: can the customer say, from the address on the order, so that staff needn't guess? */

import { shippedOf } from './cancel-check.ts';
import type {
  Asking,
  CancellationRequest,
  Evidence,
  Match,
  MatchCandidate,
  MatchReason,
} from './cancellation-request.ts';
import { readEmailAddress } from './email-address.ts';
import type { Money } from './money.ts';
import type { Order, OrderLine } from './order.ts';
import type { Policy } from './policy/policy.ts';

/** Somebody named an order that exists, without its address: the address on the order is asked. */
const CLAIMS: readonly MatchReason[] = ['email_differs', 'email_mistyped', 'email_missing'];
/** The address is known here, the order isn't: it is asked which one. */
const CHOICES: readonly MatchReason[] = [
  'no_reference',
  'reference_mistyped',
  'order_not_found',
  'order_not_found_or_old',
];

export function planAsking(match: Match, level: Policy['proof']['level']): Asking | null {
  if (match.kind === 'exact') return null;
  if (CHOICES.includes(match.reason)) {
    const [first] = choicesOf(match);
    const to = first && addressOn(first);
    return to ? { kind: 'order', to, orderId: null } : null;
  }
  if (!CLAIMS.includes(match.reason) || level === 'none') return null;
  const named = match.candidates.filter((one) => verdictOf(one, 'reference') === 'agrees');
  const [only] = named;
  const to = named.length === 1 && only?.isOpen ? addressOn(only) : null;
  return to && only ? { kind: 'confirmation', to, orderId: only.orderId } : null;
}

/** What follows when no answer comes. Who doesn't confirm or choose may have lost the mailbox: the policy says who looks. */
export function unansweredLeadsTo(
  kind: Asking['kind'],
  otherwise: Policy['proof']['otherwise'],
): Policy['proof']['otherwise'] {
  if (kind === 'question') return 'end';
  return kind === 'offer' ? 'staff' : otherwise;
}

/** The orders a customer may choose from: open ones whose address is theirs beyond doubt. */
export function choicesOf(match: Match): MatchCandidate[] {
  return match.candidates.filter((one) => one.isOpen && verdictOf(one, 'email') === 'agrees');
}

/** One of them, as its owner is shown it. */
export interface Choice {
  readonly orderId: string;
  readonly orderName: string;
  readonly createdAt: number;
  readonly lines: readonly Pick<OrderLine, 'title' | 'variantTitle' | 'quantity'>[];
  /** null: Shopify is away. */
  readonly total: Money | null;
  /** Locale key `page.which_…`, but for what is open. */
  readonly state: 'open' | 'cancelled' | 'shipped_all' | 'shipped_part';
}

export function toChoice({ orderId, orderName, createdAt }: MatchCandidate, order: Order | null): Choice {
  const found = { orderId, orderName, createdAt: Date.parse(createdAt) };
  if (!order) return { ...found, lines: [], total: null, state: 'open' };
  const shipped = shippedOf(order);
  const lines = order.lines
    .filter(({ currentQuantity }) => currentQuantity > 0)
    .map(({ title, variantTitle, currentQuantity }) => ({ title, variantTitle, quantity: currentQuantity }));
  const open = shipped ? (`shipped_${shipped}` as const) : 'open';
  return { ...found, lines, total: order.total, state: order.cancelledAt === null ? open : 'cancelled' };
}

/** The order that was named and has this address, while the request isn't bound to one: its owner stays its owner. */
export function claimedOrderOf(
  { orderId, match }: Pick<CancellationRequest, 'orderId' | 'match'>,
  person: string | null,
): MatchCandidate | null {
  if (orderId !== null || person === null) return null;
  const isTheirs = (one: MatchCandidate) =>
    verdictOf(one, 'reference') === 'agrees' && readEmailAddress(addressOn(one)) === person;
  return match?.candidates.find(isTheirs) ?? null;
}

function addressOn(candidate: MatchCandidate): string | null {
  return evidence(candidate, 'email')?.found ?? null;
}

function verdictOf(candidate: MatchCandidate, about: Evidence['about']): Evidence['verdict'] | null {
  return evidence(candidate, about)?.verdict ?? null;
}

function evidence(candidate: MatchCandidate, about: Evidence['about']): Evidence | undefined {
  return candidate.evidence.find((one) => one.about === about);
}
