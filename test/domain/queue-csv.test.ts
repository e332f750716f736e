/** The queue as a spreadsheet reads it. */
import { describe, expect, it } from 'vitest';
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import { CSV_HEAD, csvLine } from '../../src/domain/queue-csv.ts';

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
const AT = Date.parse('2026-11-23T08:00:00Z');
const ORDER = {
  email: 'ana@customer.example',
  customerName: 'Ana Virtanen',
  shippingTo: null,
  cancelledAt: null,
  total: euros('30.00'),
  shipping: euros('5.00'),
  lines: [{ quantity: 2, unitPrice: euros('10.00') }],
  refunds: [],
};
const REQUEST = {
  ref: 'CR-AAAAAAA',
  status: 'awaiting_decision',
  orderName: '#1001',
  order: ORDER,
  fields: { name: 'Anna', email: 'anna@typed.example', reason: 'Ordered twice' },
  mailTo: null,
  submittedAt: AT,
  updatedAt: AT,
  assignedTo: null,
  decision: null,
  payback: null,
};
const row = (more: object = {}) => {
  const cells = csvLine({ ...REQUEST, ...more } as unknown as CancellationRequest)
    .trim()
    .split(',');
  const names = CSV_HEAD.replace('\ufeff', '').trim().split(',');
  return Object.fromEntries(names.map((name, index) => [name, cells[index]]));
};

describe('a row of the table', () => {
  it('begins with the mark by which Excel knows its characters', () => {
    expect(CSV_HEAD.startsWith('\ufeffref,status,order,')).toBe(true);
    expect(CSV_HEAD.endsWith('\r\n')).toBe(true);
  });

  it('has the order, who ordered it, and how much', () => {
    expect(row()).toMatchObject({
      order: '#1001',
      customer: 'Ana Virtanen',
      email: 'ana@customer.example',
      amount: '30.00',
      currency: 'EUR',
      reason: 'Ordered twice',
      given_back: '0.00',
      decision: '',
    });
  });

  it('has what is known where there is no order', () => {
    expect(row({ order: null, orderName: null })).toMatchObject({
      order: '',
      customer: 'Anna',
      email: 'anna@typed.example',
      amount: '',
      given_back: '',
    });
  });

  it('says where the customer is really written to', () => {
    expect(row({ mailTo: 'ana@new.example' }).email).toBe('ana@new.example');
  });

  it('has who decided what and why, and whose it is', () => {
    const decision = { kind: 'decline', by: 'sam@shop.example', at: AT, customerText: 'It is packed.' };
    expect(row({ decision, assignedTo: 'kim@shop.example' })).toMatchObject({
      decision: 'decline',
      decided_by: 'sam@shop.example',
      decided_at: '2026-11-23T08:00:00.000Z',
      decision_reason: 'It is packed.',
      assigned_to: 'kim@shop.example',
    });
  });

  it('has what a cancelled order was of, and what went back: by Shopify and by hand', () => {
    const order = {
      ...ORDER,
      cancelledAt: '2026-11-23T09:00:00Z',
      total: euros('0.00'),
      refunds: [{ id: 'r', total: euros('20.00') }],
    };
    const payback = { amount: euros('5.00'), done: { by: 'sam@shop.example' } };
    expect(row({ order, payback })).toMatchObject({ amount: '25.00', given_back: '25.00' });
    expect(row({ order, payback: { ...payback, done: null } }).given_back).toBe('20.00');
  });

  it('keeps a text that is more than a cell', () => {
    expect(
      csvLine({ ...REQUEST, fields: { ...REQUEST.fields, reason: 'a, "b"\n=1+1' } } as unknown as CancellationRequest),
    ).toContain(`"a, ""b""\n'=1+1"`);
  });
});
