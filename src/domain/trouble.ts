/** Why a cancellation came to nothing, as a code that the locale files have a sentence for: `refusal.CODE`. */
import { blockOf } from './cancel-check.ts';
import type { Trouble } from './cancellation-request.ts';
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
