import { expect, it } from 'vitest';
import { typedReference, wordsOf } from '../../src/domain/customers-words.ts';

const answer = (question: string, ...values: string[]) => ({ questionId: null, question, values });

it.each([
  ['why, and what else', [answer('Reason', 'Too late'), answer('Anything else?', 'Sorry!')], ['Too late', 'Sorry!']],
  [
    'not who they are',
    [answer('Your name', 'Ana'), answer('E-mail', 'ana@customer.example'), answer('Phone', '1')],
    [],
  ],
  ['not which order', [answer('Order number', 'order no. 1001')], []],
  [
    'which order, in a sentence',
    [answer('Order number', 'the second of my two, not the first')],
    ['Order number: the second of my two, not the first'],
  ],
  ['what nobody foresaw', [answer('Keep the gift wrap?', 'Yes')], ['Keep the gift wrap?: Yes']],
  ['nothing of what was left empty', [answer('Reason', ' '), answer('Gift?')], []],
])('tells %s', (_, answers, told) => {
  expect(wordsOf(answers).map(({ question, text }) => (question ? `${question}: ${text}` : text))).toEqual(told);
});

it.each([
  ['1001', '1001'],
  [' #1001 ', '#1001'],
  ['order 1001', 'order 1001'],
  ['XPAV284CT', 'XPAV284CT'],
  ['tilaus 1001', 'tilaus 1001'],
  ['', null],
  ['no idea', null],
  ['1001 and 1002', null],
  ['www.evil.example/1', null],
  ['evil.example 1', null],
  ['call 0401234567', null],
  ['1001\nhttps://evil.example', null],
  ['a number of an order 1001', null],
])('says back %j as %j', (orderReference, typed) => {
  expect(typedReference({ orderReference })).toBe(typed);
});
