import { describe, expect, it } from 'vitest';
import type { Order } from '../../src/domain/order.ts';
import { mayEndAfter, newsOfFailure } from '../../src/domain/trouble.ts';

const trouble = (reason: string) => ({ reason, detail: null });

describe('a request that failed', () => {
  it.each([
    ['already_shipped', true],
    ['payment_pending', true],
    ['shopify_refused', true],
    ['job_failed', true],
    ['warehouse_refused', true],
    ['outcome_unknown', false],
    ['internal_error', false],
    ['order_gone', false],
    ['not_found', false],
    ['change_refused', false],
    ['a_reason_of_next_year', false],
  ])('for %s may be ended by its customer: %s', (reason, may) => {
    expect(mayEndAfter({ status: 'failed', trouble: trouble(reason) })).toBe(may);
  });

  it('without a reason may not; one that has not failed may, whatever it came back for', () => {
    expect(mayEndAfter({ status: 'failed', trouble: null })).toBe(false);
    expect(mayEndAfter({ status: 'awaiting_decision', trouble: trouble('outcome_unknown') })).toBe(true);
  });
});

describe('what the customer is told of a failure', () => {
  const order: Pick<Order, 'email'> = { email: 'ana@customer.example' };
  it.each([
    ['shipped, and told that it was accepted', 'already_shipped', 'customer', 1, order, 'customer-shipped'],
    ['shipped, and told nothing', 'already_shipped', 'customer', null, order, 'customer-shipped'],
    ['shipped, and Shopify hides the address', 'already_shipped', 'staff', 1, { email: null }, 'customer-undone'],
    ['refused, and told that it was accepted', 'invalid', 'customer', 1, order, 'customer-undone'],
    ['refused, and told nothing', 'invalid', 'customer', null, order, null],
    ['nobody asked for it', 'already_shipped', 'risk_sweep', 1, order, null],
  ] as const)('%s', (_, reason, origin, undoUntil, read, news) => {
    expect(newsOfFailure({ origin, undoUntil }, trouble(reason), read)).toBe(news);
  });
});
