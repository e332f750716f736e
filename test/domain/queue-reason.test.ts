/** What a row of the queue says of why it is there. */
import { describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { beginningOfWords, reasonsOf } from '../../src/domain/queue-reason.ts';

const euros = { amount: '12.50', currencyCode: 'EUR' };
const ORDER = {
  createdAt: '2026-11-20T08:00:00Z',
  cancelledAt: null,
  displayFinancialStatus: 'PAID',
  returnStatus: 'NO_RETURN',
  riskRecommendation: 'ACCEPT',
  lines: [{ unfulfilledQuantity: 1 }],
  fulfillments: [],
  fulfillmentOrders: [],
  paymentGatewayNames: [],
  transactions: [],
};
const sent = { id: 'f', status: 'SUCCESS', displayStatus: 'IN_TRANSIT' };

function why(status: string, more: object): string[] {
  const request = {
    payback: null,
    undelivered: null,
    hold: null,
    trouble: null,
    match: null,
    asking: null,
    assessment: null,
    approvals: [],
    undoUntil: null,
    order: null,
    status,
    ...more,
  };
  return reasonsOf(request as unknown as CancellationRequest).map(({ key, values }) => {
    const told = JSON.stringify(values);
    return told === '{}' ? key : `${key} ${told}`;
  });
}

describe('a row says', () => {
  it.each<[string, string, object, string[]]>([
    [
      'what is to be paid back',
      'cancelled',
      { payback: { amount: euros, done: null } },
      ['queue_why.payback {"amount":{"amount":"12.50","currencyCode":"EUR"}}'],
    ],
    ['nothing of what was paid back', 'cancelled', { payback: { amount: euros, done: { by: 'x' } } }, []],
    [
      'where no mail arrives',
      'declined',
      { undelivered: { address: 'a@b.example', notices: [] } },
      ['queue_why.undelivered {"address":"a@b.example"}'],
    ],
    ['that a parcel is held for nothing', 'declined', { hold: { state: 'not_released' } }, ['hold.not_released']],
    ['why it failed', 'failed', { trouble: { reason: 'job_failed' } }, ['refusal.job_failed']],
    ['why it came back', 'awaiting_decision', { trouble: { reason: 'order_changed' } }, ['refusal.order_changed']],
    ['that it takes long', 'executing', { trouble: { reason: 'job_stuck' } }, ['refusal.job_stuck']],
    [
      'why the order isn’t certain',
      'needs_match',
      { match: { reason: 'email_differs' } },
      ['match_reason.email_differs'],
    ],
    ['what the customer is asked', 'needs_customer', { asking: { kind: 'offer' } }, ['queue_why.asked_offer']],
    ['what it waits for', 'waiting', { assessment: { waitsFor: 'label' } }, ['waits_for.label']],
    [
      'how many have approved',
      'awaiting_decision',
      { assessment: { approvals: 2 }, approvals: [1] },
      ['history.approvals {"so_far":1,"wanted":2}'],
    ],
    ['nothing of approvals before the first', 'awaiting_decision', { assessment: { approvals: 2 } }, []],
    ['until when it can be taken back', 'approved', { undoUntil: 5 }, ['queue_why.undo {"until":{"time":5}}']],
    [
      'that it looks like fraud',
      'awaiting_decision',
      { order: { ...ORDER, riskRecommendation: 'CANCEL' } },
      ['queue_why.risk'],
    ],
    ['that it has left', 'awaiting_decision', { order: { ...ORDER, fulfillments: [sent] } }, ['queue_why.shipped']],
    ['that it may leave', 'awaiting_decision', { order: ORDER, hold: { state: 'too_late' } }, ['hold.too_late']],
    [
      'by when it is to leave',
      'awaiting_decision',
      { order: { ...ORDER, fulfillmentOrders: [{ status: 'OPEN', fulfillBy: '2026-11-25T10:00:00Z' }] } },
      ['queue_why.ship_by {"when":{"time":1795600800000}}'],
    ],
    [
      'nothing of an order that is over',
      'declined',
      { order: { ...ORDER, fulfillments: [sent], riskRecommendation: 'CANCEL' } },
      [],
    ],
    ['nothing where there is nothing to say', 'awaiting_decision', { order: ORDER }, []],
  ])('%s', (_, status, more, expected) => {
    expect(why(status, more)).toEqual(expected);
  });
});

describe('the customer’s words', () => {
  const words = (...texts: string[]) =>
    beginningOfWords({ answers: texts.map((text) => ({ questionId: null, question: 'Why?', values: [text] })) });

  it.each([
    [['Ordered twice'], 'Ordered twice'],
    [['Ordered\n twice', 'sorry'], 'Ordered twice · sorry'],
    [['x'.repeat(80)], 'x'.repeat(80)],
    [['x'.repeat(81)], `${'x'.repeat(80)}…`],
    [[`${'x'.repeat(79)} yz`], `${'x'.repeat(79)}…`],
    [['👩‍👩‍👧'.repeat(90)], `${'👩‍👩‍👧'.repeat(80)}…`],
    [[''], null],
    [[], null],
  ])('%j: %s', (texts, shown) => {
    expect(words(...texts)).toBe(shown);
  });
});
