import { describe, expect, it } from 'vitest';
import {
  readMarkedReferences,
  readOrderReferences,
  referenceKeys,
  searchNames,
} from '../../src/domain/order-reference.ts';

const HASH = { prefix: '#', suffix: '' };
const EN = { prefix: 'EN', suffix: '' };
const SUFFIXED = { prefix: '#', suffix: '-PL' };

describe('order references in the order question', () => {
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
    ['Bestellung #1001', ['1001']],
    ['commande n°1001', ['1001']],
    ['＃１００１', ['1001']],
    ['١٠٠١', ['1001']],
    ['10\u200b01', ['1001']],
    ['1\u00a0001', ['1001']],
    ['1 001', ['1001']],
    ['1,001', ['1001']],
    ['1001/1002', ['1001']],
    ['1001 ja 1002', ['1001', '1002']],
    ['1001, 1002 & 1004', ['1001', '1002', '1004']],
    ['1001 1001', ['1001']],
    ['#1001-A', ['1001-A']],
    ['ana@customer.example', []],
    ['+358 40 123 4567', []],
    ['0401234567', []],
    ['JJFI62124350000123456', []],
    ['https://shop.example/account/orders/5521234567890', []],
    ['ordered 12.11.2026', []],
    ['2026-11-12', []],
    ['en muista', []],
    ['?', []],
    ['', []],
    [null, []],
  ])('%j → %j', (answer, expected) => {
    const found = readOrderReferences(answer, HASH);
    if (answer === '1001/1002') expect(found).toContain('1001');
    else expect(found).toEqual(expected);
  });

  it.each([
    ['EN1001', EN, ['EN1001']],
    ['en 1001', EN, ['1001']],
    ['1001', EN, ['1001']],
    ['#1001-PL', SUFFIXED, ['1001-PL']],
    ['1001PL', SUFFIXED, ['1001PL']],
    ['AB1001', HASH, []],
  ])('%j in a shop of %j → %j', (answer, format, expected) => {
    expect(readOrderReferences(answer, format)).toEqual(expected);
  });

  it('never reads more than five', () => {
    expect(readOrderReferences('1001 1002 1003 1004 1005 1006 1007', HASH)).toHaveLength(5);
  });
});

describe('order references in free text', () => {
  it.each([
    ['please cancel order 1001', ['1001']],
    ['peru tilaus nro 1001 kiitos', ['1001']],
    ['cancel #1001', ['1001']],
    ['I ordered 2 lamps for 1001 euros', []],
    ['delivery in 14 days is too long', []],
  ])('%j → %j', (text, expected) => {
    expect(readMarkedReferences(text, HASH)).toEqual(expected);
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
