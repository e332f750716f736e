import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/adapters/policy/read-policy.ts';
import { assess } from '../../../src/domain/policy/assess.ts';
import { CONDITION_NAMES } from '../../../src/domain/policy/conditions.ts';
import type { Facts } from '../../../src/domain/policy/facts.ts';
import type { Policy } from '../../../src/domain/policy/policy.ts';
import { replay } from '../../../src/domain/policy/replay.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-23T08:00:00Z');

const ORDINARY: Facts = {
  orderedAt: NOW - 2 * HOUR,
  requestedAt: NOW,
  shopZone: 'Europe/Helsinki',
  fulfilmentStarted: false,
  fulfilmentStatus: 'UNFULFILLED',
  paymentStatus: 'PAID',
  returnStatus: 'NO_RETURN',
  paymentPending: false,
  paidByHand: false,
  labelBought: false,
  shipped: 'nothing',
  preOrder: false,
  amount: 84.9,
  currency: 'EUR',
  productTags: ['wool', 'Gift Idea'],
  productTypes: ['Home'],
  vendors: ['Pine & Loom'],
  skus: ['WB-MOSS', 'ENG-77'],
  orderTags: ['vip'],
  customerTags: ['b-ware'],
  customerOrders: 3,
  customerCancellations: 1,
  risk: 'LOW',
  country: 'FI',
  source: 'forms',
  enteredByStaff: false,
  inDoubt: false,
  proof: 'confirmed',
  reason: 'Ordered by mistake',
  b2b: false,
  subscription: false,
  giftCard: false,
  draftOrder: false,
  testOrder: false,
  cutShort: false,
};

function policy(text: string): Policy {
  const { policy: read, faults } = readPolicy(text);
  if (!read) throw new Error(faults.map((fault) => fault.message).join('; '));
  return read;
}
const outcome = (text: string, facts: Partial<Facts> = {}) => {
  const { outcome: what, reason, applied } = assess(policy(text), { ...ORDINARY, ...facts }, NOW);
  return `${what} ${reason}${applied ? ` ${applied.name}` : ''}`;
};
const rule = (when: string, rest = 'then: approve') => `rules: [{ name: r, when: { ${when} }, ${rest} }]`;

/** Condition → one that holds for the ordinary facts, one that doesn't. */
const TABLE: Record<string, [holds: string, fails: string]> = {
  order_age: ['{ under: 3h }', '{ over: 2h }'],
  before_cut_off: ['"12:00"', '"09:00"'],
  business_hours: ['true', 'false'],
  fulfilment_started: ['false', 'true'],
  fulfilment_status: ['[UNFULFILLED, ON_HOLD]', '[FULFILLED]'],
  payment_status: ['[PAID]', '[AUTHORIZED]'],
  return_status: ['[NO_RETURN]', '[RETURNED]'],
  payment_pending: ['false', 'true'],
  paid_by_hand: ['false', 'true'],
  label_bought: ['false', 'true'],
  pre_order: ['false', 'true'],
  amount: ['{ over: 50, under: 100 }', '{ under: 84.9 }'],
  currency: ['[eur]', '[USD]'],
  product_tags: ['["gift idea"]', '[linen]'],
  product_types: ['[home]', '[food]'],
  vendors: ['["Pine & Loom"]', '[Other]'],
  skus: ['["ENG-*"]', '["OT-*"]'],
  order_tags: ['[VIP]', '[vi]'],
  customer_tags: ['[b-ware]', '[blocked]'],
  customer_orders: ['{ over: 2 }', '{ under: 3 }'],
  customer_cancellations: ['{ under: 2 }', '{ over: 1 }'],
  risk: ['[LOW, NONE]', '[HIGH]'],
  country: ['[fi]', '[SE]'],
  source: ['[forms]', '[webhook]'],
  proof: ['[confirmed]', '[none]'],
  reason: ['[mistake]', '["better price"]'],
  b2b: ['false', 'true'],
  subscription: ['false', 'true'],
  gift_card: ['false', 'true'],
  draft_order: ['false', 'true'],
  test_order: ['false', 'true'],
};

describe('what may have been sent long ago', () => {
  it.each(['then: approve', 'then: decline, tell: { en: No }', 'then: ask, tell: { en: Why }'])(
    'is left to staff by a rule that says %s',
    (rest) => {
      expect(outcome(rule('', rest), { inDoubt: true })).toBe('staff in_doubt r');
    },
  );

  it('waits for no payment, and is not declined because it was shipped', () => {
    expect(outcome('', { inDoubt: true, paymentPending: true })).toBe('staff in_doubt');
    expect(outcome('returns: { en: Send it back }', { inDoubt: true, shipped: 'all' })).toBe('staff in_doubt');
  });

  it('keeps a better reason for staff', () => {
    expect(outcome('', { inDoubt: true, shipped: 'part' })).toBe('staff partly_shipped');
  });
});

describe('conditions', () => {
  it('are all in this table', () => {
    expect(Object.keys(TABLE).sort()).toEqual([...CONDITION_NAMES].sort());
  });

  it.each(Object.entries(TABLE))('%s', (name, [holds, fails]) => {
    expect(outcome(rule(`${name}: ${holds}`))).toBe('approve rule r');
    expect(outcome(rule(`${name}: ${fails}`))).toBe('staff no_rule');
    expect(outcome(`rules: [{ name: r, unless: { ${name}: ${holds} }, then: approve }]`)).toBe('staff no_rule');
    expect(outcome(`rules: [{ name: r, unless: { ${name}: ${fails} }, then: approve }]`)).toBe('approve rule r');
  });

  it('under and over don’t hold at the limit itself', () => {
    expect(outcome(rule('order_age: { under: 2h }'))).toBe('staff no_rule');
    expect(outcome(rule('order_age: { over: 2h }'))).toBe('staff no_rule');
  });

  it('what isn’t known neither holds nor fails: nothing is done by itself behind such a rule', () => {
    const text = `rules:
  - { name: blocked, when: { customer_tags: [blocked] }, then: staff }
  - { name: all, then: approve }`;
    expect(outcome(text)).toBe('approve rule all');
    expect(outcome(text, { customerTags: null })).toBe('staff unknown_fact all');
    expect(outcome('rules: [{ name: r, unless: { customer_tags: [x] }, then: approve }]', { customerTags: null })).toBe(
      'staff no_rule',
    );
  });
});

describe('rules', () => {
  it('apply in their order, the first that holds', () => {
    const text = `rules:
  - { name: a, when: { amount: { over: 1000 } }, then: staff }
  - { name: b, when: { country: [FI] }, then: approve }
  - { name: c, then: decline, tell: no }`;
    expect(outcome(text)).toBe('approve rule b');
    expect(outcome(text, { amount: 2_000 })).toBe('staff rule a');
    expect(outcome(text, { country: 'SE' })).toBe('decline rule c');
  });

  it('that nearly applied are kept with the one thing that was missing', () => {
    const text = `rules:
  - { name: near, when: { country: [FI], amount: { under: 50 } }, then: approve }
  - { name: far, when: { country: [SE], amount: { under: 50 } }, then: approve }`;
    const { nearly } = assess(policy(text), ORDINARY, NOW);
    expect(nearly.map(({ name }) => name)).toEqual(['near']);
    expect(nearly[0]?.findings.filter(({ met }) => !met)).toMatchObject([
      { condition: 'amount', found: { kind: 'number', value: 84.9 }, wanted: { kind: 'range', under: 50 } },
    ]);
  });

  it.each([
    ['subscription', { subscription: true }],
    ['b2b', { b2b: true }],
    ['gift_card', { giftCard: true }],
    ['draft_order', { draftOrder: true }],
    ['pre_order', { preOrder: true }],
  ] as const)('approve an order with %s only when they name it', (name, facts) => {
    expect(outcome('rules: [{ name: r, then: approve }]', facts)).toBe(`staff ${name} r`);
    expect(outcome(rule(`${name}: true`), facts)).toBe('approve rule r');
    expect(outcome('rules: [{ name: r, then: decline, tell: no }]', facts)).toBe('decline rule r');
  });

  it('never approve a protected product, whatever the case of the tag', () => {
    expect(outcome('{ protected_product_tags: [WOOL], rules: [{ name: r, then: approve }] }')).toBe(
      'staff protected r',
    );
  });

  it('never approve for somebody who has shown nothing, but where the policy wants no proof', () => {
    expect(outcome('rules: [{ name: r, then: approve }]', { proof: 'none' })).toBe('staff proof_missing r');
    expect(outcome('{ proof: { level: none }, rules: [{ name: r, then: approve }] }', { proof: 'none' })).toBe(
      'approve rule r',
    );
    expect(outcome('rules: [{ name: r, then: approve }]', { proof: 'none', source: 'risk_sweep' })).toBe(
      'approve rule r',
    );
  });

  it.each([
    ['wait label_bought', { labelBought: true }],
    ['wait payment_pending', { paymentPending: true }],
    ['staff shipped', { shipped: 'all' }],
    ['staff partly_shipped', { shipped: 'part' }],
    ['staff return_open', { returnStatus: 'IN_PROGRESS' }],
  ] as const)('%s comes before any approval', (expected, facts) => {
    expect(outcome('rules: [{ name: r, then: approve }]', facts)).toBe(`${expected} r`);
  });

  it('that name the very thing may decline it', () => {
    expect(outcome(rule('label_bought: true', 'then: decline, tell: Too late'), { labelBought: true })).toBe(
      'decline rule r',
    );
    expect(outcome(rule('country: [FI]', 'then: decline, tell: no'), { labelBought: true })).toBe(
      'wait label_bought r',
    );
  });

  it('leave nothing of themselves behind where they are not followed', () => {
    const text = 'rules: [{ name: r, then: approve, people: [kim@shop.example], refund: none }]';
    const { treatment, people } = assess(policy(text), { ...ORDINARY, labelBought: true }, NOW);
    expect({ refund: treatment.refund, people }).toEqual({ refund: 'original', people: [] });
  });
});

describe('replay', () => {
  it('counts what another policy would have decided on the facts of then', async () => {
    const before = policy('rules: [{ name: small, when: { amount: { under: 50 } }, then: approve }]');
    const after = policy('rules: [{ name: larger, when: { amount: { under: 100 } }, then: approve }]');
    async function* past() {
      for (const amount of [20, 84.9, 500]) {
        yield { ref: `CR-${amount}`, orderName: '#1', assessment: assess(before, { ...ORDINARY, amount }, NOW) };
      }
      yield { ref: 'CR-none', orderName: null, assessment: null };
    }
    expect(await replay(after, past())).toEqual({
      compared: 3,
      left: 1,
      counts: { approve: { was: 1, would: 2 }, staff: { was: 2, would: 1 } },
      differences: [
        { ref: 'CR-84.9', orderName: '#1', was: 'staff', wasRule: null, would: 'approve', wouldRule: 'larger' },
      ],
    });
  });
});
