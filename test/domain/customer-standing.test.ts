import { describe, expect, it } from 'vitest';
import type { CancellationRequest, Decision } from '../../src/domain/cancellation-request.ts';
import { isOwner, isVeiled, knowsOrder, standingOf } from '../../src/domain/customer-standing.ts';
import type { Order } from '../../src/domain/order.ts';

const HOME = 'ana@customer.example';
const WORK = 'ana@work.example';
const order = {
  id: 'gid://shopify/Order/1',
  name: '#1001',
  email: HOME,
  fulfillments: [],
  lines: [],
} as unknown as Order;
const sent = (left: number) =>
  ({ ...order, fulfillments: [{ status: 'SUCCESS' }], lines: [{ unfulfilledQuantity: left }] }) as unknown as Order;
const change = {} as NonNullable<Decision['change']>;
const decided = (more: Partial<Decision>) => ({ kind: 'approve', part: null, change: null, ...more }) as Decision;
const bound = { orderId: order.id, orderName: '#1001', order };

function request(changes: Partial<CancellationRequest>): CancellationRequest {
  const none = { order: null, orderId: null, orderName: null, match: null, asking: null, proof: null, trouble: null };
  const nothing = { mailTo: null, duplicateOf: null, decision: null, assessment: null, question: null };
  const fields = { email: WORK } as CancellationRequest['fields'];
  const rest = { ref: 'CR-7K2M9QX', status: 'received', origin: 'customer', senderWithdrew: false, approvals: [] };
  return { ...none, ...nothing, ...rest, fields, ...changes } as CancellationRequest;
}

describe('whose order it is', () => {
  it.each<[string, Partial<CancellationRequest>, string, boolean]>([
    ['the address on the order', bound, HOME, true],
    [
      'the same, as somebody typed it there',
      { ...bound, order: { ...order, email: 'ANA@Customer.example' } },
      HOME,
      true,
    ],
    ['the address that staff corrected', { ...bound, mailTo: WORK }, WORK, true],
    ['one that was corrected before an order was known', { mailTo: WORK }, WORK, false],
    ['another one', bound, WORK, false],
    ['another one, where Shopify hides the order’s', { ...bound, order: { ...order, email: null } }, WORK, false],
    ['whoever the shop looks into by itself', { ...bound, origin: 'risk_sweep' }, HOME, false],
  ])('%s', (_, changes, person, owns) => {
    expect(isOwner(request(changes), person)).toBe(owns);
  });

  it('is known with its lines to whoever’s it is, and only once there is one', () => {
    expect(knowsOrder(request({ ...bound, mailTo: WORK }), WORK)).toBe(true);
    expect(knowsOrder(request(bound), WORK)).toBe(false);
    const asking = { kind: 'confirmation', to: HOME, orderId: order.id } as const;
    expect(isOwner(request({ asking }), HOME)).toBe(true);
    expect(knowsOrder(request({ asking }), HOME)).toBe(false);
  });
});

describe('how it stands', () => {
  it.each<[string, Partial<CancellationRequest>, string, string]>([
    ['for a stranger, whatever became of it', { ...bound, status: 'cancelled' }, WORK, 'received'],
    ['for a stranger who takes it back', { ...bound, senderWithdrew: true }, WORK, 'taken_back'],
    [
      'for a stranger whose claim staff let run out',
      { status: 'expired', trouble: { reason: 'unanswered_confirmation', detail: null } },
      WORK,
      'expired',
    ],
    ['for a stranger whose claim the owner let run out', { ...bound, status: 'expired' }, WORK, 'received'],
    ['for whoever takes back what is nobody’s', { status: 'withdrawn', senderWithdrew: true }, WORK, 'taken_back'],
    [
      'for the owner whose sender takes it back',
      { ...bound, status: 'awaiting_decision', senderWithdrew: true },
      HOME,
      'awaiting_decision',
    ],
    ['for the owner when the sender ended it', { ...bound, status: 'withdrawn' }, HOME, 'withdrawn_by_sender'],
    [
      'of a whole cancellation that is accepted',
      { ...bound, status: 'executing', decision: decided({}) },
      HOME,
      'approved',
    ],
    ['of an accepted part', { ...bound, status: 'approved', decision: decided({ part: [] }) }, HOME, 'approved_part'],
    ['of an accepted change', { ...bound, status: 'approved', decision: decided({ change }) }, HOME, 'approved_change'],
    ['of a return', { ...bound, status: 'approved', decision: decided({ kind: 'return' }) }, HOME, 'approved_return'],
    ['of what has left', { ...bound, status: 'awaiting_decision', order: sent(0) }, HOME, 'shipped_all'],
    ['of what has left in part', { ...bound, status: 'failed', order: sent(1) }, HOME, 'shipped_part'],
    [
      'of what has left, about which staff have a question',
      { ...bound, status: 'needs_customer', order: sent(0) },
      HOME,
      'needs_customer',
    ],
    ['of what failed', { ...bound, status: 'failed' }, HOME, 'failed'],
    ['of what we cancelled', { ...bound, status: 'cancelled', decision: decided({}) }, HOME, 'cancelled'],
    ['of what somebody else had cancelled', { ...bound, status: 'cancelled' }, HOME, 'found_cancelled'],
    ['for a corrected address', { ...bound, status: 'declined', mailTo: WORK }, WORK, 'declined'],
  ])('%s', (_, changes, person, standing) => {
    expect(standingOf(request(changes), person)).toBe(standing);
  });

  it('is veiled for a claim, also after it was taken back, as long as it could tell something', () => {
    const asking = { kind: 'confirmation', to: HOME, orderId: order.id } as const;
    const claim = request({ asking, status: 'withdrawn', senderWithdrew: true });
    expect(isVeiled(claim, WORK)).toBe(true);
    expect(standingOf(claim, WORK)).toBe(standingOf(request({ status: 'withdrawn', senderWithdrew: true }), WORK));
  });
});
