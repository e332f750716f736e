import { describe, expect, it } from 'vitest';
import { NO_FIELDS, type RequestFields } from '../../src/domain/cancellation-request.ts';
import { matchOrder, referencesOf } from '../../src/domain/match.ts';
import type { OrderCandidate } from '../../src/domain/order.ts';

const FORMAT = { prefix: '#', suffix: '' };
const ANA = 'ana@customer.example';

function order(name: string, email: string | null = ANA): OrderCandidate {
  return {
    id: `gid://shopify/Order/${name.slice(1)}`,
    name,
    email,
    confirmationNumber: null,
    customerLocale: null,
    createdAt: '2026-11-20T08:00:00Z',
    cancelledAt: null,
    closed: false,
    phones: [],
    names: [],
    postcodes: [],
    countryCode: 'FI',
  };
}

function match(given: Partial<RequestFields>, found: OrderCandidate[]) {
  const fields = { ...NO_FIELDS, ...given };
  return matchOrder(fields, referencesOf(fields, FORMAT), found, FORMAT);
}

describe('matchOrder', () => {
  it('is exact when the order name and the e-mail agree', () => {
    const result = match({ orderReference: '1001', email: 'Ana@Customer.Example' }, [order('#1001')]);
    expect(result).toMatchObject({ kind: 'exact', reason: 'reference_and_contact_agree' });
    expect(result.candidates[0]?.evidence.map((one) => one.verdict)).toEqual(['agrees', 'agrees']);
  });

  it.each([
    [
      'the e-mail differs',
      { orderReference: '1001', email: 'mallory@evil.example' },
      [order('#1001')],
      'ambiguous',
      'email_differs',
    ],
    ['no e-mail was given', { orderReference: '1001' }, [order('#1001')], 'ambiguous', 'email_missing'],
    [
      "the shop's API hides e-mails",
      { orderReference: '1001', email: ANA },
      [order('#1001', null)],
      'ambiguous',
      'order_email_hidden',
    ],
    ['no order has that name', { orderReference: '9999', email: ANA }, [], 'none', 'order_not_found'],
    [
      'no order has that name, but the address has orders',
      { orderReference: '9999', email: ANA },
      [order('#1001')],
      'ambiguous',
      'order_not_found',
    ],
    [
      'two orders are named',
      { orderReference: '1001, 1002', email: ANA },
      [order('#1001'), order('#1002')],
      'ambiguous',
      'several_references',
    ],
    ['no order is named', { email: ANA }, [order('#1001')], 'ambiguous', 'no_reference'],
    [
      'two orders of the address share the name',
      { orderReference: '1001', email: ANA },
      [order('#1001'), { ...order('#1001'), id: 'gid://shopify/Order/77' }],
      'ambiguous',
      'several_orders',
    ],
    [
      'the search gave only a longer name',
      { orderReference: '1001', email: ANA },
      [order('#10011')],
      'ambiguous',
      'reference_mistyped',
    ],
  ] as const)('is not exact when %s', (_, given, found, kind, reason) => {
    expect(match(given, [...found])).toMatchObject({ kind, reason });
  });

  it('takes the one of two same-named orders whose e-mail agrees', () => {
    const twin = { ...order('#1001', 'eino@customer.example'), id: 'gid://shopify/Order/77' };
    const result = match({ orderReference: '1001', email: ANA }, [twin, order('#1001')]);
    expect(result.kind).toBe('exact');
    expect(result.candidates.map((one) => one.orderId)).toEqual(['gid://shopify/Order/1001']);
  });

  it('shows the named order before others of the address', () => {
    const result = match({ orderReference: '1002', email: ANA }, [
      order('#1950'),
      order('#1002', 'eino@customer.example'),
    ]);
    expect(result.candidates.map((one) => one.orderName)).toEqual(['#1002', '#1950']);
  });

  it("never takes a stranger's order into the candidates because of a similar name", () => {
    const result = match({ orderReference: '1001', email: ANA }, [order('#21001', 'eino@customer.example')]);
    expect(result).toMatchObject({ kind: 'none', candidates: [] });
  });

  it.each([
    ['My order 1070 arrived fine, please cancel 1071', null],
    ["Don't cancel #1072, cancel 1073", null],
    ['#1074 and 1075', null],
    ['Orders 1001, 1002', null],
    ['tilaus 1001 ja 1002', null],
    ['commandes 1001 et 1002', null],
    ['1001+1002', null],
    ['1001.1002', null],
    ['order 2 of 1001', null],
    ['#1070', 'Sorry, wrong number. Cancel order #1071, NOT #1070!'],
    ['#1070', 'I mean 1071'],
  ])('is not exact when another number stands beside: %s | %s', (orderReference, message) => {
    const orders = ['#2', '#1001', '#1002', '#1070', '#1071', '#1072', '#1073', '#1074', '#1075'].map((name) =>
      order(name),
    );
    const result = match({ orderReference, email: ANA, message }, orders);
    expect(result.kind).not.toBe('exact');
  });

  it.each([
    ['1001', '2 blankets, size 42, ordered on 12.11.2026 for 84,90 €'],
    ['#1001', 'please call 040 123 4567'],
    ['order 1001', 'order #1001 again, thank you'],
    ['1001', 'postcode 00100, flat 12'],
  ])('stays exact beside numbers that are something else: %s | %s', (orderReference, message) => {
    expect(match({ orderReference, email: ANA, message }, [order('#1001')]).kind).toBe('exact');
  });
});
