/**
 * Shopify understood a call and refused it for good, in no way that the step knows: an API version that has ended, an
 * input that has changed. It is tried a few times more; then a person has it, whatever kind it is of.
 */
import type { Effect } from '../domain/effect.ts';
import type { OutsideError } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble } from './end-execution.ts';
import { failDiscount, failRefund } from './refund-and-tidy.ts';

const MOST_REJECTIONS = 5;

/** True: it is over, and somebody has been told. Throws the error on for what only the operator can mend. */
export async function noteRejection(desk: Desk, effect: Effect, error: OutsideError): Promise<boolean> {
  const { requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  switch (effect.kind) {
    case 'shopify_hold':
      // Staff see at once that the parcel may leave.
      if (request) await requests.setHold(request.id, { state: 'refused', at: desk.now() });
      throw error;
    case 'shopify_release':
    case 'shopify_tidy':
    case 'mail':
    case 'chat':
      throw error;
  }
  if (!request || effect.attempts + 1 < MOST_REJECTIONS) return false;
  switch (effect.kind) {
    case 'shopify_refund':
      await failRefund(desk, effect, request, error.message);
      return true;
    case 'shopify_discount':
      await failDiscount(desk, effect, error.message);
      return true;
    default: {
      const wasSent = effect.outcome.sentAt !== null;
      const trouble = { reason: wasSent ? 'outcome_unknown' : 'shopify_refused', detail: error.message };
      await endWithTrouble(desk, effect, request, trouble, null);
      return true;
    }
  }
}
