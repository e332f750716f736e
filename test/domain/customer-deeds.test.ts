import { describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { lastDeedOf, thanksFor } from '../../src/domain/customer-deeds.ts';
import type { Order } from '../../src/domain/order.ts';

const HOME = 'ana@customer.example';
const WORK = 'ana@work.example';

/** Sent from work; the order is home's. */
const request = {
  order: { email: HOME } as Order,
  orderId: 'gid://shopify/Order/1',
  fields: { email: WORK },
  match: null,
  asking: null,
  mailTo: null,
  origin: 'customer',
} as unknown as CancellationRequest;
const event = (type: string, actor = 'customer', data = {}) => ({ type, actor, data });

describe('what somebody did from their link', () => {
  it.each([
    ['nothing', [event('received', 'service')], HOME, null],
    ['said yes', [event('confirmed'), event('matched', 'service')], HOME, { kind: 'confirmed', text: null }],
    ['said yes, which is nothing of the sender’s', [event('confirmed')], WORK, null],
    ['was vouched for, which is no deed', [event('confirmed', 'service')], HOME, null],
    [
      'answered before an order was known',
      [event('answered', 'customer', { text: 'Moss' })],
      WORK,
      { kind: 'answered', text: 'Moss' },
    ],
    [
      'answered about the order',
      [event('answered_about_order', 'customer', { text: 'Ash' })],
      HOME,
      { kind: 'answered', text: 'Ash' },
    ],
    ['answered, which the other isn’t told', [event('answered_about_order', 'customer', { text: 'Ash' })], WORK, null],
    ['answered what has been erased since', [event('answered_about_order')], HOME, { kind: 'answered', text: null }],
    [
      'answered, and then edited the form',
      [event('answered', 'customer', { text: 'Moss' }), event('edited')],
      WORK,
      null,
    ],
    [
      'refused the offer after saying yes',
      [event('confirmed'), event('offer_refused')],
      HOME,
      { kind: 'refused_offer', text: null },
    ],
  ])('%s', (_, history, person, deed) => {
    expect(lastDeedOf(request, history, person)).toEqual(deed);
  });

  it('at an order whose address Shopify hides is who was written to', () => {
    const hidden = { ...request, order: { email: null } as Order };
    expect(lastDeedOf(hidden, [event('offer_refused')], WORK)).toMatchObject({ kind: 'refused_offer' });
  });
});

describe('thanks', () => {
  it('are said while the request is looked at, and not when it has become something else', () => {
    const deed = { kind: 'confirmed', text: null } as const;
    expect(thanksFor(deed, 'awaiting_decision')).toBe(deed);
    for (const standing of ['cancelled', 'needs_customer', 'withdrawn']) expect(thanksFor(deed, standing)).toBeNull();
    expect(thanksFor({ kind: 'withdrew', text: null }, 'received')).toBeNull();
  });
});
