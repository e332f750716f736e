import { describe, expect, it } from 'vitest';
import { type GoneRow, sortRows } from '../../src/domain/replaced-rows.ts';
import type { IncomingResponse } from '../../src/domain/response.ts';

const AT = Date.parse('2026-11-23T08:00:00Z');
const LATER = AT + 60_000;
const PATIENCE = 10_000;

interface Row {
  at?: number | null;
  email?: string | null;
  order?: string | null;
  why?: string;
}

function said({ at = AT, email = 'ana@customer.example', order = '#1001', why }: Row) {
  const answer = (question: string, value: string) => ({ questionId: null, question, values: [value] });
  return {
    submittedAt: at,
    respondentEmail: email,
    answers: [...(order ? [answer('Order number', order)] : []), ...(why ? [answer('Why?', why)] : [])],
  };
}

function fresh(id: string, row: Row): IncomingResponse {
  const source = {
    source: 'sheets',
    sourceId: 'sheet-1',
    revision: '1',
    replaces: null,
    emailVerified: false,
  } as const;
  return { ...source, externalId: id, ...said(row) };
}

function gone(id: string, row: Row, more: Partial<GoneRow> = {}): GoneRow {
  return { externalId: id, status: 'awaiting_decision', isKnownElsewhere: false, ...said(row), ...more };
}

function linksOf(rows: readonly IncomingResponse[]): string[] {
  return rows.map(({ externalId, replaces }) => `${externalId} ← ${replaces ?? 'nothing'}`);
}

describe('a row that is new where one has vanished', () => {
  it.each<[string, Row, Row, Partial<GoneRow>, boolean]>([
    ['with the same timestamp is the one, corrected', {}, { order: '#1010' }, {}, true],
    [
      'with the same timestamp, and the address corrected, too',
      { why: 'Late' },
      { email: 'ana@x.example', why: 'Late' },
      {},
      true,
    ],
    [
      'with the same timestamp, and nothing else, is somebody else’s',
      {},
      { email: 'eino@x.example', order: '#1002' },
      {},
      false,
    ],
    ['with the same address and order, and later, is the one, edited', {}, { at: LATER, why: 'Late' }, {}, true],
    ['says the order in other words: so too', {}, { at: LATER, order: 'tilaus 1001' }, {}, true],
    ['with the same address and another order is a response of its own', {}, { at: LATER, order: '#1070' }, {}, false],
    ['with one order more, too', {}, { at: LATER, order: '1001 and 1002' }, {}, false],
    ['with the same address and no order, too', { order: null }, { at: LATER, order: null, why: 'Late' }, {}, false],
    ['with the same order and another address, too', {}, { at: LATER, email: 'eino@x.example' }, {}, false],
    ['that is earlier, too', { at: LATER }, { why: 'Late' }, {}, false],
    ['after the end of the first request, too', {}, { at: LATER, why: 'Late' }, { status: 'cancelled' }, false],
    [
      'after the end, with the same timestamp and another order, too',
      {},
      { order: '#1010' },
      { status: 'declined' },
      false,
    ],
    ['after the end, with a note in another cell, is the one', {}, { why: 'Late' }, { status: 'cancelled' }, true],
    [
      'in a sheet without timestamps is the one by address and order',
      { at: null },
      { at: null, why: 'Late' },
      {},
      true,
    ],
    ['in a sheet without timestamps, another order is its own', { at: null }, { at: null, order: '#1070' }, {}, false],
  ])('%s', (_, before, after, more, isOne) => {
    const { responses, gone: left } = sortRows([fresh('new', after)], [gone('old', before, more)], LATER, PATIENCE);
    expect(linksOf(responses)).toEqual([`new ← ${isOne ? 'old' : 'nothing'}`]);
    expect(left).toEqual(['old']);
  });

  it('is the one that says the same, when a header was renamed and the whole sheet with it', () => {
    const orders = ['#1001', '#1002', '#1003'];
    const before = orders.map((order) => gone(`old ${order}`, { order }, { status: 'cancelled' }));
    const after = orders.map((order) => fresh(`new ${order}`, { order }));
    const { responses } = sortRows(after.toReversed(), before, LATER, PATIENCE);
    expect(linksOf(responses).sort()).toEqual(orders.map((order) => `new ${order} ← old ${order}`));
  });

  it('is one at most: of two new rows the second is a response of its own', () => {
    const rows = [fresh('one', { at: LATER, why: 'a' }), fresh('two', { at: LATER, why: 'b' })];
    const { responses } = sortRows(rows, [gone('old', {})], LATER, PATIENCE);
    expect(linksOf(responses)).toEqual(['one ← old', 'two ← nothing']);
  });

  describe('and the form has brought the first one, too', () => {
    const sort = (after: Row, now: number) =>
      sortRows(
        [fresh('new', after), fresh('other', { at: LATER, email: 'eino@x.example' })],
        [gone('old', {}, { isKnownElsewhere: true })],
        now,
        PATIENCE,
      );

    it('waits a moment for the form, which knows whether it is an edit; nobody else waits', () => {
      const sorted = sort({ at: LATER, order: '#1070' }, LATER + 1_000);
      expect(linksOf(sorted.responses)).toEqual(['other ← nothing']);
      expect(sorted).toMatchObject({ gone: [], isWaiting: true });
    });

    it('waits no longer than that, whichever way the clocks differ', () => {
      for (const now of [LATER + PATIENCE, LATER - PATIENCE]) {
        const sorted = sort({ at: LATER, order: '#1070' }, now);
        expect(linksOf(sorted.responses)).toEqual(['new ← nothing', 'other ← nothing']);
        expect(sorted).toMatchObject({ gone: ['old'], isWaiting: false });
      }
    });

    it('need not wait where it is the one in any case', () => {
      expect(sort({ at: LATER, why: 'Late' }, LATER + 1_000)).toMatchObject({ gone: ['old'], isWaiting: false });
    });
  });

  it('finds its way in a sheet of 20,000 rows whose header was renamed', () => {
    const all = Array.from({ length: 20_000 }, (_, i) => ({ at: AT + i, order: `#${1001 + i}` }));
    const before = all.map((row, i) => gone(`old ${i}`, row));
    const after = all.map((row, i) => fresh(`new ${i}`, row)).toReversed();
    const { responses } = sortRows(after, before, LATER, PATIENCE);
    expect(responses.every(({ externalId, replaces }) => replaces === externalId.replace('new', 'old'))).toBe(true);
  }, 10_000);
});
