import { expect, it } from 'vitest';
import { wordsOf } from '../../src/domain/customers-words.ts';

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
