import { describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { isOwner, isVeiled, knowsOrder, standingOf } from '../../src/domain/customer-standing.ts';
import type { Order } from '../../src/domain/order.ts';

const HOME = 'ana@customer.example';
const WORK = 'ana@work.example';
const order = { id: 'gid://shopify/Order/1', name: '#1001', email: HOME, cancelledAt: null } as unknown as Order;
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
    ['for whoever takes back what is nobody’s', { status: 'withdrawn', senderWithdrew: true }, WORK, 'taken_back'],
    [
      'for the owner whose sender takes it back',
      { ...bound, status: 'awaiting_decision', senderWithdrew: true },
      HOME,
      'awaiting_decision',
    ],
    ['for the owner when the sender ended it', { ...bound, status: 'withdrawn' }, HOME, 'withdrawn_by_sender'],
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
