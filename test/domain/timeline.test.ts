/** What the history says of each thing that happened, and of each thing that was owed. */
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/effect.ts';
import type { Told } from '../../src/domain/phrase.ts';
import { timelineOf } from '../../src/domain/timeline.ts';

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
const ORDER = 'gid://shopify/Order/77';
const ADDRESS = {
  name: 'Ana Virtanen',
  firstName: 'Ana',
  lastName: 'Virtanen',
  company: null,
  address1: 'Puu 1',
  address2: null,
  zip: '00100',
  city: 'Helsinki',
  provinceCode: null,
  countryCode: 'FI',
  phone: null,
};

/** As it would be read, with keys for sentences. */
function read(told: Told): string {
  if (typeof told !== 'object') return String(told);
  if ('currencyCode' in told) return `${told.amount} ${told.currencyCode}`;
  if ('day' in told) return `day ${told.day}`;
  if ('time' in told) return `time ${told.time}`;
  const values = Object.entries(told.values).map(([name, value]) => `${name}=${read(value)}`);
  return values.length > 0 ? `${told.key}(${values.join(' ')})` : told.key;
}

describe('what happened', () => {
  const entry = (type: string, data: Record<string, unknown>, actor = 'service') =>
    timelineOf([{ at: 1, actor, type, data }], []).map((one) => ({ ...one, details: one.details.map(read) }))[0];

  it.each<[string, string, Record<string, unknown>, string[]]>([
    ['why staff have it', 'matched', { order: '#1', reason: 'no_rule' }, ['#1', 'assessment.no_rule']],
    [
      'by which rule',
      'approved',
      { order: '#1', reason: 'rule', rule: 'small' },
      ['#1', 'assessment.by_rule(rule=small)'],
    ],
    [
      'on which terms',
      'approved',
      { order: '#1', amount: euros('9.50'), treatment: { refund: 'original', restock: true } },
      ['#1', '9.50 EUR', 'page.made_terms(refund=refund.original restock=page.yes)'],
    ],
    ['which lines of a part', 'approved', { part: [{ title: 'Candle', quantity: 2 }] }, ['2 × Candle']],
    [
      'what of a change, but not where to',
      'approved',
      { change: { lines: [{ title: 'Candle', from: 2, to: 1 }], added: { title: 'Mug', quantity: 1 }, address: {} } },
      [
        'mail.changed_line(title=Candle from=2 to=1)',
        'mail.changed_added(quantity=1 title=Mug)',
        'history.new_address',
      ],
    ],
    [
      'how many of several',
      'approved_in_part',
      { approvals: { so_far: 1, wanted: 2 } },
      ['history.approvals(so_far=1 wanted=2)'],
    ],
    ['why it failed', 'execution_failed', { trouble: 'job_failed', detail: 'No.' }, ['refusal.job_failed', 'No.']],
    [
      'under which id money went back',
      'confirmed_cancelled',
      { refunds: [{ id: 'gid://shopify/Refund/5', total: euros('33.50') }] },
      ['history.refund(id=5 amount=33.50 EUR)'],
    ],
    [
      'under which id a return was opened',
      'return_confirmed',
      { returned: 'gid://shopify/Return/6' },
      ['history.return(id=6)'],
    ],
    [
      'what was paid back',
      'paid_back',
      { amount: euros('5.00'), how: 'cash', on: '2026-11-24' },
      ['5.00 EUR', 'cash', 'day 2026-11-24'],
    ],
    ['what became of the parcel', 'parcel_hold', { state: 'held' }, ['hold.held']],
    ['which mail', 'mail_failed', { notice: 'customer-cancelled' }, ['event.mail_customer-cancelled']],
    ['nothing of what an erasure has emptied', 'declined', {}, []],
    [
      'nothing of what it can’t read',
      'approved',
      { part: 'x', change: 3, treatment: {}, refunds: [1], amount: '5' },
      [],
    ],
  ])('says %s', (_, type, data, details) => {
    expect(entry(type, data)?.details).toEqual(details);
  });

  it.each([
    ['customer', 'history.by_customer'],
    ['service', 'history.by_service'],
    ['operator', 'history.by_operator'],
    ['policy', 'history.by_policy'],
    ['policy: small: and new', 'history.by_rule(rule=small: and new)'],
    ['sam@shop.example', 'sam@shop.example'],
  ])('was by %s', (actor, told) => {
    expect(read(entry('approved', {}, actor)?.actor ?? '')).toBe(told);
  });

  it.each([
    ['cancel', 'execution_started'],
    ['part', 'execution_started_part'],
    ['change', 'execution_started_change'],
    ['return', 'execution_started_return'],
    [undefined, 'execution_started'],
  ])('is named by what is carried out: %s', (what, code) => {
    expect(entry('execution_started', { what })?.code).toBe(code);
  });

  it('tells what one wrote to the other', () => {
    expect(entry('declined', { text: 'It is packed.' })?.text).toBe('It is packed.');
    expect(entry('declined', {})?.text).toBeNull();
  });
});

describe('what was owed', () => {
  const BASE = { id: 'e', key: 'k', requestId: 'r', state: 'done', attempts: 0, dueAt: 1, createdAt: 1, fence: 1 };
  const entry = (effect: object) => {
    const owed = { ...BASE, lastError: null, doneAt: 2, ...effect } as Effect & { lastError: null; doneAt: number };
    const [one] = timelineOf([], [owed]);
    return [one?.code, one?.details.map(read)];
  };
  const change = { lines: [{ lineItemId: '1', title: 'Candle', from: 2, to: 1 }], added: null, address: ADDRESS };

  it.each<[object, string, string[]]>([
    [{ kind: 'shopify_refund', payload: { plan: { amount: euros('33.50') } } }, 'shopify_refund', ['33.50 EUR']],
    [
      { kind: 'shopify_cancel', payload: { orderId: ORDER }, outcome: { jobResultId: 'gid://shopify/Job/9' } },
      'shopify_cancel',
      ['history.order(id=77)', 'history.job(id=9)'],
    ],
    [
      { kind: 'shopify_change', payload: { orderId: ORDER, change } },
      'shopify_change',
      [
        'history.order(id=77)',
        'mail.changed_line(title=Candle from=2 to=1)',
        'history.new_address',
        'Puu 1, 00100 Helsinki, FI',
      ],
    ],
    [
      { kind: 'shopify_tidy', payload: { orderId: ORDER, tags: [], archive: false, remove: true } },
      'shopify_tidy_delete',
      ['history.order(id=77)'],
    ],
    [
      { kind: 'shopify_tidy', payload: { orderId: ORDER, tags: [], archive: true, remove: false } },
      'shopify_tidy_archive',
      ['history.order(id=77)'],
    ],
    [
      { kind: 'shopify_tidy', payload: { orderId: ORDER, tags: ['a'], archive: false, remove: false } },
      'shopify_tidy_tag',
      ['history.order(id=77)', 'a'],
    ],
    [
      { kind: 'shopify_tidy', payload: { orderId: ORDER, tags: ['a'], archive: true, remove: false } },
      'shopify_tidy',
      ['history.order(id=77)', 'a'],
    ],
    [
      { kind: 'mail', payload: { notice: 'customer-offer', to: 'ana@x.example' } },
      'mail_customer-offer',
      ['ana@x.example'],
    ],
  ])('%j', (effect, code, details) => {
    expect(entry(effect)).toEqual([code, details]);
  });
});
