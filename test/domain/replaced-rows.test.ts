import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/domain/join-responses.ts';
import { readFields } from '../../src/domain/question-mapping.ts';
import { type GoneRow, sortRows } from '../../src/domain/replaced-rows.ts';
import type { IncomingResponse } from '../../src/domain/response.ts';

const AT = Date.parse('2026-11-23T08:00:00Z');
const LATER = AT + 60_000;
const PATIENCE = 10_000;
const SO_FAR = { polledAt: AT, newestStamp: AT, returned: new Set<string>() };
/** What is left of a row that has had its time. */
const LET_GO = { status: 'declined', answers: [], respondentEmail: null } as const;

interface Row {
  at?: number | null;
  email?: string | null;
  order?: string | null;
  why?: string;
  note?: string;
}

function said({ at = AT, email = 'ana@customer.example', order = '#1001', why, note }: Row) {
  const answer = (question: string, value: string) => ({ questionId: null, question, values: [value] });
  return {
    submittedAt: at,
    respondentEmail: email,
    answers: [
      ...(order ? [answer('Order number', order)] : []),
      ...(why ? [answer('Why?', why)] : []),
      ...(note ? [answer('Staff notes', note)] : []),
    ],
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
  const { answers, respondentEmail, submittedAt } = said(row);
  const was = { digest: digestOf({ answers, respondentEmail }), fields: readFields(answers, respondentEmail) };
  const standing = { status: 'awaiting_decision', isKnownElsewhere: false } as const;
  return { externalId: id, ...standing, ...was, submittedAt, answers, respondentEmail, ...more };
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
    const { responses, gone: left } = sortRows(
      [fresh('new', after)],
      [gone('old', before, more)],
      LATER,
      PATIENCE,
      SO_FAR,
    );
    expect(linksOf(responses)).toEqual([`new ← ${isOne ? 'old' : 'nothing'}`]);
    expect(left).toEqual(['old']);
  });

  it('is the one that says the same, when a header was renamed and the whole sheet with it', () => {
    const orders = ['#1001', '#1002', '#1003'];
    const before = orders.map((order) => gone(`old ${order}`, { order }, { status: 'cancelled' }));
    const after = orders.map((order) => fresh(`new ${order}`, { order }));
    const { responses } = sortRows(after.toReversed(), before, LATER, PATIENCE, SO_FAR);
    expect(linksOf(responses).sort()).toEqual(orders.map((order) => `new ${order} ← old ${order}`));
  });

  it('is one at most: of two new rows the second is a response of its own', () => {
    const rows = [fresh('one', { at: LATER, why: 'a' }), fresh('two', { at: LATER, why: 'b' })];
    const { responses } = sortRows(rows, [gone('old', {})], LATER, PATIENCE, SO_FAR);
    expect(linksOf(responses)).toEqual(['one ← old', 'two ← nothing']);
  });

  describe('and the form has brought the first one, too', () => {
    const sort = (after: Row, now: number) =>
      sortRows(
        [fresh('new', after), fresh('other', { at: LATER, email: 'eino@x.example' })],
        [gone('old', {}, { isKnownElsewhere: true })],
        now,
        PATIENCE,
        SO_FAR,
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

  describe('and the request of the first is over', () => {
    const kept = (after: Row, before: Row, more: Partial<GoneRow>) => {
      const { responses } = sortRows([fresh('new', after)], [gone('old', before, more)], LATER, PATIENCE, SO_FAR);
      return responses[0];
    };

    it.each<[string, Row, Row, Partial<GoneRow>]>([
      ['with a note in a column of staff’s', { note: 'called her' }, {}, { status: 'declined' }],
      ['with a note that names another order', { note: 'see #1002' }, {}, { status: 'declined' }],
      ['with another reason in the cell', { why: 'Late' }, { why: 'Early' }, { status: 'withdrawn' }],
      ['under a renamed header, when its answers have had their time', { why: 'Late' }, { why: 'Late' }, LET_GO],
      ['with a note, when its answers have had their time', { why: 'Late', note: 'x' }, { why: 'Late' }, LET_GO],
    ])('%s it says nothing new, and is kept as it was', (_, after, before, more) => {
      const was = gone('old', before, more);
      const { answers, respondentEmail, digest } = was;
      expect(kept(after, before, more)).toMatchObject({ replaces: 'old', answers, respondentEmail, sameAs: digest });
    });

    it.each<[string, Row]>([
      ['another order', { order: '#1010' }],
      ['another address', { email: 'eino@x.example' }],
    ])('with %s it is a request that a person decides', (_, after) => {
      expect(kept(after, {}, { status: 'declined' })).toMatchObject({ replaces: null, doubt: 'edited_row' });
      expect(kept(after, {}, LET_GO)).toMatchObject({ replaces: null, doubt: 'edited_row' });
    });

    it('with its timestamp as text it is the one, at any age', () => {
      for (const more of [{ status: 'declined' } as const, LET_GO])
        expect(kept({ at: null, why: 'Late' }, { why: 'Late' }, more)?.replaces).toBe('old');
    });

    it('in a sheet without timestamps, what it says now a person decides', () => {
      expect(kept({ at: null, note: 'x' }, { at: null }, { status: 'declined' })).toMatchObject({
        replaces: null,
        doubt: 'edited_row',
      });
    });
  });

  it.each<[string, Row, Row, boolean]>([
    ['a note of staff’s says nothing new', {}, { note: 'called her' }, true],
    ['a field that was empty does', {}, { why: 'Late' }, false],
    ['a note beside a corrected cell does', {}, { order: '#1010', note: 'called her' }, false],
    ['so does an edit by the customer, which has a timestamp of its own', {}, { at: LATER, note: 'x' }, false],
  ])('while the request is open, %s', (_, before, after, saysNothing) => {
    const { responses } = sortRows([fresh('new', after)], [gone('old', before)], LATER, PATIENCE, SO_FAR);
    expect(responses[0]?.replaces).toBe('old');
    expect(responses[0]?.sameAs !== undefined).toBe(saysNothing);
  });

  describe('of many at once', () => {
    const orders = Array.from({ length: 21 }, (_, i) => `#${1001 + i}`);
    const LONG_AFTER = { polledAt: AT + 3_600_000, newestStamp: AT + 3_600_000, returned: new Set<string>() };
    const before = orders.map((order, i) => gone(`old ${i}`, { order }, { status: 'declined' }));
    const after = orders.map((order, i) => fresh(`new ${i}`, { order, email: `x${i}@x.example` }));
    const young = fresh('young', { at: LONG_AFTER.newestStamp + 1_000, order: '#1900' });
    const sort = (rows: IncomingResponse[], soFar = LONG_AFTER) =>
      sortRows(rows, before, soFar.polledAt, PATIENCE, soFar);

    it('holds those that are old, and takes those that have come since', () => {
      const sorted = sort([...after, young]);
      expect(linksOf(sorted.responses)).toEqual(['young ← nothing']);
      expect(sorted).toMatchObject({ held: 21, gone: [] });
      expect(sorted.responses[0]?.doubt).toBeUndefined();
    });

    it('takes a few, which a person decides', () => {
      const sorted = sort(after.slice(1));
      expect(sorted.held).toBe(0);
      expect(new Set(sorted.responses.map(({ doubt }) => doubt))).toEqual(new Set(['edited_row']));
    });

    it('knows those that were there before', () => {
      expect(sort(after, { ...LONG_AFTER, returned: new Set(after.map(({ externalId }) => externalId)) }).held).toBe(0);
    });
  });

  it('finds its way in a sheet of 20,000 rows whose header was renamed', () => {
    const all = Array.from({ length: 20_000 }, (_, i) => ({ at: AT + i, order: `#${1001 + i}` }));
    const before = all.map((row, i) => gone(`old ${i}`, row));
    const after = all.map((row, i) => fresh(`new ${i}`, row)).toReversed();
    const { responses } = sortRows(after, before, LATER, PATIENCE, SO_FAR);
    expect(responses.every(({ externalId, replaces }) => replaces === externalId.replace('new', 'old'))).toBe(true);
  }, 60_000);
});
