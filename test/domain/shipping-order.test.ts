/** Which parcel leaves first, as far as the order says. */
import { describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import type { FulfillmentOrder, Order } from '../../src/domain/order.ts';
import { SHIPPING, shippingOf } from '../../src/domain/shipping-order.ts';

const DAY = 24 * 3_600_000;
const ORDERED = Date.parse('2026-11-20T08:00:00Z');
const parcel = (more: Partial<FulfillmentOrder> = {}): FulfillmentOrder => ({
  id: 'f',
  status: 'OPEN',
  requestStatus: 'UNSUBMITTED',
  fulfillBy: null,
  supportedActions: [],
  holds: [],
  ...more,
});
const until = (days: number) => new Date(ORDERED + days * DAY).toISOString();

function shipping(
  order: object | null,
  { status = 'awaiting_decision', hold = null }: Partial<Pick<CancellationRequest, 'status' | 'hold'>> = {},
) {
  const whole = order && {
    createdAt: new Date(ORDERED).toISOString(),
    cancelledAt: null,
    lines: [{ unfulfilledQuantity: 1 }],
    fulfillments: [],
    fulfillmentOrders: [parcel()],
    ...order,
  };
  return shippingOf({ order: whole as Order | null, status, hold });
}
const held = { state: 'held', at: 0 } as const;

describe('a parcel', () => {
  it.each<[string, object | null, Parameters<typeof shipping>[1], string]>([
    ['that nobody works on', {}, {}, 'open'],
    ['that somebody packs', { fulfillmentOrders: [parcel({ status: 'IN_PROGRESS' })] }, {}, 'packed'],
    ['that a fulfilment service has', { fulfillmentOrders: [parcel({ requestStatus: 'ACCEPTED' })] }, {}, 'packed'],
    [
      'with its label bought',
      {
        fulfillments: [{ id: 'l', status: 'SUCCESS', displayStatus: 'LABEL_PURCHASED' }],
        lines: [{ unfulfilledQuantity: 0 }],
      },
      {},
      'packed',
    ],
    ['that we hold', {}, { hold: held }, 'kept'],
    ['that was to be held too late', {}, { hold: { state: 'too_late', at: 0 } }, 'open'],
    ['that others hold', { fulfillmentOrders: [parcel({ status: 'ON_HOLD' })] }, {}, 'kept'],
    ['that waits for its day', { fulfillmentOrders: [parcel({ status: 'SCHEDULED' })] }, {}, 'kept'],
    ['one half of which is held', { fulfillmentOrders: [parcel({ status: 'ON_HOLD' }), parcel()] }, {}, 'open'],
    ['that has left', { lines: [{ unfulfilledQuantity: 0 }] }, {}, 'gone'],
    ['of a cancelled order', { cancelledAt: '2026-11-21T08:00:00Z' }, {}, 'gone'],
    ['of a request that is over', {}, { status: 'declined' }, 'gone'],
    ['nobody knows of', null, {}, 'gone'],
  ])('%s', (_, order, request, state) => {
    expect(shipping(order, request).state).toBe(state);
  });

  it('leaves by the first deadline that is still open, else in the order in which it was ordered', () => {
    expect(shipping({})).toMatchObject({ at: ORDERED, deadline: null });
    const fulfillmentOrders = [
      parcel({ fulfillBy: until(5) }),
      parcel({ fulfillBy: until(2) }),
      parcel({ fulfillBy: until(1), status: 'CLOSED' }),
    ];
    expect(shipping({ fulfillmentOrders })).toMatchObject({ at: ORDERED + 2 * DAY, deadline: ORDERED + 2 * DAY });
  });

  it('has no deadline any more when it is gone', () => {
    const order = { fulfillmentOrders: [parcel({ fulfillBy: until(2) })], cancelledAt: until(1) };
    expect(shipping(order).deadline).toBeNull();
  });

  it('comes in this order', () => {
    expect(SHIPPING).toEqual(['packed', 'open', 'kept', 'gone']);
  });
});
