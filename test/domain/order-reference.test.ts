import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOneSlipApart, numberIn, referenceKeys, searchNames } from '../../src/domain/order-reference.ts';
import { readReferences } from '../../src/domain/read-references.ts';

const HASH = { prefix: '#', suffix: '' };
const EN = { prefix: 'EN', suffix: '' };
const SUFFIXED = { prefix: '#', suffix: '-PL' };

const texts = (answer: string | null, format = HASH, asked = true) =>
  readReferences(answer, format, asked).map((one) => one.text);

describe('references in the order question', () => {
  it.each([
    ['#1001', ['1001']],
    ['1001', ['1001']],
    ['# 1001', ['1001']],
    ['1001.', ['1001']],
    ['  1001  ', ['1001']],
    ['Order no. 1001', ['1001']],
    ['order number: 1001', ['1001']],
    ['No. 1001', ['1001']],
    ['Nr.1001', ['1001']],
    ['nro1001', ['1001']],
    ['N° 1001', ['1001']],
    ['Tilaus 1001', ['1001']],
    ['tilausnumero: 1001', ['1001']],
    ['beställning 1001', ['1001']],
    ['ordernr 1001', ['1001']],
    ['Bestellung #1001', ['1001']],
    ['commande n°1001', ['1001']],
    ['pedido número 1001', ['1001']],
    ['＃１００１', ['1001']],
    ['١٠٠١', ['1001']],
    ['10\u200b01', ['1001']],
    ['1\u00a0001', ['1001']],
    ['1 001', ['1001']],
    ['1,001', ['1001']],
    ['1001/1002', ['1001', '1002']],
    ['1001-1003', ['1001', '1003']],
    ['1001 ja 1002', ['1001', '1002']],
    ['1001 och 1002', ['1001', '1002']],
    ['1001, 1002 & 1004', ['1001', '1002', '1004']],
    ['1001 1001', ['1001']],
    ['#1001-A', ['1001-A']],
    ['I ordered 2 blankets, the order is 1001', ['1001']],
    ['Order 1001 placed on 12.11.2026 for 84,90 €', ['1001']],
    ['1001, puh. 040 123 4567', ['1001']],
    ['1001 / 00100 Helsinki', ['1001']],
    ['XPAV284CT', ['XPAV284CT']],
    ['https://pine-and-loom.example/account/orders/5521234567890', ['5521234567890']],
    ['ana@customer.example', []],
    ['ana1001@customer.example', []],
    ['+358 40 123 4567', []],
    ['0401234567', []],
    ['040-1234567', []],
    ['00100', []],
    ['84,90 €', []],
    ['2 kpl', []],
    ['SKU WB-42', []],
    ['JJFI62124350000123456', []],
    ['ordered 12.11.2026', []],
    ['2026-11-12', []],
    ['en muista', []],
    ['?', []],
    ['', []],
    [null, []],
  ])('%j → %j', (answer, expected) => {
    expect(texts(answer)).toEqual(expected);
  });

  it.each([
    ['EN1001', EN, ['EN1001']],
    ['en 1001', EN, ['1001']],
    ['1001', EN, ['1001']],
    ['#1001-PL', SUFFIXED, ['1001-PL']],
    ['AB1001', HASH, []],
  ])('%j in a shop of %j → %j', (answer, format, expected) => {
    expect(texts(answer, format)).toEqual(expected);
  });

  it.each(['1OO1', 'l001', '#1O01'])('%j is read as 1001, but only as a guess', (answer) => {
    expect(readReferences(answer, HASH, true)).toEqual([{ kind: 'name', text: '1001', guess: true }]);
  });

  it('never reads more than five, nor hangs on what people paste', () => {
    expect(texts('1001 1002 1003 1004 1005 1006 1007')).toHaveLength(5);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        (text) => readReferences(text, HASH, true).length <= 5,
      ),
      { numRuns: 500 },
    );
    const started = performance.now();
    for (const text of [
      '1'.repeat(5_000),
      '0 '.repeat(2_500),
      'a1'.repeat(2_500),
      '#'.repeat(5_000),
      '1-'.repeat(2_500),
    ])
      texts(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('references in free text', () => {
  it.each([
    ['please cancel order 1001', ['1001']],
    ['peru tilaus nro 1001 kiitos', ['1001']],
    ['Jag vill avbeställa min beställning 1001', ['1001']],
    ['Bitte Bestellung Nr. 1001 stornieren', ['1001']],
    ['annuler ma commande 1001 svp', ['1001']],
    ['quiero cancelar el pedido 1001', ['1001']],
    ['cancel #1001', ['1001']],
    ['I ordered 2 lamps for 1001 euros', []],
    ['delivery in 14 days is too long', []],
    ['call me on 0401234567 after 1600', []],
  ])('%j → %j', (text, expected) => {
    expect(texts(text, HASH, false)).toEqual(expected);
  });
});

describe('names an order may be filed under', () => {
  it.each([
    ['1001', HASH, ['#1001', '1001']],
    ['1001', EN, ['EN1001', '1001']],
    ['EN1001', EN, ['EN1001']],
    ['1001', SUFFIXED, ['#1001-PL', '1001']],
  ])('%j in a shop of %j is searched as %j', (reference, format, expected) => {
    expect(searchNames(reference, format)).toEqual(expected);
  });

  it('compares without case, "#", spaces and hyphens', () => {
    expect(referenceKeys('1001', SUFFIXED)).toEqual(['1001', '1001pl']);
    expect(referenceKeys('EN1001', EN)).toEqual(['en1001']);
  });
});

describe('a typing slip', () => {
  it.each([
    ['1001', '1011', true],
    ['1001', '1010', true],
    ['1001', '101', true],
    ['1001', '10001', true],
    ['1001', '1001', false],
    ['1001', '1110', false],
    ['1001', '2002', false],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(isOneSlipApart(a, b)).toBe(expected);
    expect(isOneSlipApart(b, a)).toBe(expected);
  });

  it('is looked for in the number alone', () => {
    expect(numberIn('#1001-PL', SUFFIXED)).toBe('1001');
    expect(numberIn('EN1001', EN)).toBe('1001');
  });
});
