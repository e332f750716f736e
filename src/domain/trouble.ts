/** Why a cancellation came to nothing, as a code that the locale files have a sentence for: `refusal.CODE`. */
import { blockOf } from './cancel-check.ts';
import type { CancellationRequest, Trouble } from './cancellation-request.ts';
import type { Order } from './order.ts';

/** `OrderCancelUserErrorCode` of 2026-10. The ones about store credit can't come: we never ask for it. */
const BY_CODE: Record<string, string> = {
  INTERNAL_ERROR: 'internal_error',
  INVALID: 'invalid',
  NOT_FOUND: 'not_found',
  NO_REFUND_PERMISSION: 'no_refund_permission',
};

/** The order says more than the code does: Shopify has none for "shipped", "return open" or "payment pending". */
export function troubleOf(
  errors: readonly { readonly code: string | null; readonly message: string }[],
  order: Order | null,
  otherwise: 'shopify_refused' | 'job_failed',
): Trouble {
  const [first] = errors;
  const detail = errors.map((error) => error.message).join(' ') || null;
  const byOrder = order && blockOf(order);
  return { reason: byOrder ?? BY_CODE[first?.code ?? ''] ?? otherwise, detail };
}

/**
 * Failures after which nothing of what was approved was done, nor is under way. Not among them: an answer that never
 * came, an error of Shopify's own, an order that can't be seen, and a change, of which the address may have gone through.
 */
const CAME_TO_NOTHING: ReadonlySet<string> = new Set([
  'already_shipped',
  'label_bought',
  'return_open',
  'payment_pending',
  'shopify_refused',
  'invalid',
  'no_refund_permission',
  'job_failed',
  'return_refused',
  'warehouse_refused',
]);

/** Whether the customer may end a request that failed: whatever isn't known for sure has to be looked at by a person. */
export function mayEndAfter({ status, trouble }: Pick<CancellationRequest, 'status' | 'trouble'>): boolean {
  return status !== 'failed' || (trouble !== null && CAME_TO_NOTHING.has(trouble.reason));
}

/** What the customer is told at once when what was approved comes to nothing; null: staff decide first. */
export function newsOfFailure(
  request: Pick<CancellationRequest, 'origin' | 'undoUntil'>,
  { reason }: Trouble,
  order: Pick<Order, 'email'> | null,
): 'customer-shipped' | 'customer-undone' | null {
  // Not to an address that somebody only typed.
  if (reason === 'already_shipped' && order?.email && request.origin !== 'risk_sweep') return 'customer-shipped';
  return knowsAcceptance(request) ? 'customer-undone' : null;
}

/** Where there is no time to take an approval back, nobody is told of it; nor of what the customer didn't ask for. */
export function knowsAcceptance({ origin, undoUntil }: Pick<CancellationRequest, 'origin' | 'undoUntil'>): boolean {
  return undoUntil !== null && origin !== 'risk_sweep';
}
