/**
 * Shopify understood a call and refused it for good, in no way that the step knows: an API version that has ended, an
 * input that has changed. It is tried a few times more; then a person has it, whatever kind it is of.
 */
import type { Effect } from '../domain/effect.ts';
import type { OutsideError } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';
import { endWithTrouble } from './end-in-vain.ts';
import { failDiscount, failRefund } from './refund-and-tidy.ts';

const MOST_REJECTIONS = 5;

/** A permission that is missing for this one call: the operator has been told, and now the staff are who wait for it. */
export function isDeniedForGood({ fault }: OutsideError, { attempts }: Pick<Effect, 'attempts'>): boolean {
  return fault === 'denied' && attempts + 1 >= MOST_REJECTIONS;
}

/** True: it is over, and somebody has been told. Throws the error on for what only the operator can mend. */
export async function noteRejection(desk: Desk, effect: Effect, error: OutsideError): Promise<boolean> {
  const { requests } = desk.store.records;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  const isLast = request !== null && effect.attempts + 1 >= MOST_REJECTIONS;
  switch (effect.kind) {
    case 'shopify_cancel':
    case 'shopify_part':
    case 'shopify_return':
    case 'shopify_change': {
      const reason = effect.outcome.sentAt === null ? 'shopify_refused' : 'outcome_unknown';
      if (isLast) await endWithTrouble(desk, effect, request, { reason, detail: error.message }, null);
      return isLast;
    }
    case 'shopify_refund':
      if (isLast) await failRefund(desk, effect, request, error.message);
      return isLast;
    case 'shopify_discount':
      if (isLast) await failDiscount(desk, effect, error.message);
      return isLast;
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
}
