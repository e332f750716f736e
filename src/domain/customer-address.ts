import type { CancellationRequest } from './cancellation-request.ts';

/**
 * Where the customer is written to: what staff corrected, else what stands on the order; the one in the form is only a
 * claim, and the last resort.
 */
export function customerAddress(
  { mailTo, order, fields }: Pick<CancellationRequest, 'mailTo' | 'order' | 'fields'>,
  asOrdered: { readonly email: string | null } | null = order,
): string | null {
  return mailTo ?? asOrdered?.email ?? fields.email;
}
