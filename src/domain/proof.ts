/** Whether the person who asks is the one who ordered. A form proves nothing about who filled it in. */
import type { CancellationRequest } from './cancellation-request.ts';
import { compareEmail } from './contact-evidence.ts';
import { readEmailAddress } from './email-address.ts';
import type { OrderCandidate } from './order.ts';
import type { Policy } from './policy/policy.ts';

/**
 * none: nobody has shown anything. vouched: Google vouches for the respondent's address, and it is the order's.
 * confirmed: the address on the order pressed the button. staff: a person at the shop answers for it.
 */
export type ProofLevel = 'none' | 'vouched' | 'confirmed' | 'staff';

export interface Proof {
  readonly level: ProofLevel;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type ProofPlan =
  | { readonly kind: 'enough'; readonly level: ProofLevel }
  /** Mail the address on the order and wait. */
  | { readonly kind: 'confirm'; readonly to: string }
  /** There is nobody to ask: staff decide, with this reason shown. */
  | { readonly kind: 'impossible'; readonly why: 'order_address_missing' };

export function planProof(
  level: Policy['proof']['level'],
  request: Pick<CancellationRequest, 'fields' | 'emailVerified' | 'proof'>,
  order: Pick<OrderCandidate, 'email'>,
): ProofPlan {
  const shown = request.proof?.level ?? 'none';
  if (shown === 'confirmed' || shown === 'staff') return { kind: 'enough', level: shown };
  // Perhaps of another request for this order, see steps/match-requests.ts.
  if (shown === 'vouched' && level !== 'always') return { kind: 'enough', level: shown };
  const same = compareEmail(request.fields.email, order.email) === 'agrees';
  const vouched = same && request.emailVerified;
  if (vouched && level !== 'always') return { kind: 'enough', level: 'vouched' };
  if (level === 'none' && same) return { kind: 'enough', level: 'none' };
  // One that no mail can be sent to is as good as none.
  const to = readEmailAddress(order.email);
  return to ? { kind: 'confirm', to } : { kind: 'impossible', why: 'order_address_missing' };
}
