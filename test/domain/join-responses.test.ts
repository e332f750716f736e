import { describe, expect, it } from 'vitest';
import { digestOf, planIntake, type Twin } from '../../src/domain/join-responses.ts';
import type { IncomingResponse } from '../../src/domain/response.ts';
import { incomingResponse } from '../support/incoming-response.ts';

const AT = Date.parse('2026-11-23T08:00:00.055Z');
const HOUR = 3_600_000;

const incoming = (changes: Partial<IncomingResponse> = {}) => incomingResponse({ submittedAt: AT, ...changes });

const twin: Twin = {
  requestId: 'a',
  source: 'forms',
  sourceId: 'form-1',
  submittedAt: AT - 55,
  receivedAt: AT + 20_000,
};

describe('planIntake', () => {
  it.each([
    ['a response nobody has seen is a new request', incoming(), null, [], { kind: 'new_request' }],
    [
      'the same words at the same moment from the form is the same response',
      incoming(),
      null,
      [twin],
      { kind: 'same_response', requestId: 'a' },
    ],
    [
      'the same words a minute later is another request',
      incoming({ submittedAt: AT + 60_000 }),
      null,
      [twin],
      { kind: 'new_request' },
    ],
    [
      'the same words twice from one source are two requests',
      incoming({ source: 'forms', sourceId: 'form-1' }),
      null,
      [twin],
      { kind: 'new_request' },
    ],
    [
      'a row that shows up under another key is the same response: its header was renamed',
      incoming(),
      null,
      [{ ...twin, source: 'sheets', sourceId: 'sheet-1', submittedAt: AT }],
      { kind: 'same_response', requestId: 'a' },
    ],
    [
      'the same words in the next second’s row are another request',
      incoming(),
      null,
      [{ ...twin, source: 'sheets', sourceId: 'sheet-1', submittedAt: AT - 1_000 }],
      { kind: 'new_request' },
    ],
    [
      'in the hour that comes twice, a row may be of the second',
      incoming({ submittedAt: AT - HOUR, orSubmittedAt: AT }),
      null,
      [twin],
      { kind: 'same_response', requestId: 'a' },
    ],
    ['in any other hour, it may not', incoming({ submittedAt: AT - HOUR }), null, [twin], { kind: 'new_request' }],
    [
      'a row of that hour is found by the form, which tells later',
      incoming({ source: 'forms', sourceId: 'form-1' }),
      null,
      [{ ...twin, source: 'sheets', sourceId: 'sheet-1', submittedAt: AT - HOUR, receivedAt: AT + 10_000 }],
      { kind: 'same_response', requestId: 'a' },
    ],
    [
      'a row that had come before the form’s response was sent is another one',
      incoming({ source: 'forms', sourceId: 'form-1' }),
      null,
      [{ ...twin, source: 'sheets', sourceId: 'sheet-1', submittedAt: AT - HOUR, receivedAt: AT - HOUR + 10_000 }],
      { kind: 'new_request' },
    ],
    [
      'without a time of its own, arrival counts',
      incoming({ source: 'webhook', sourceId: 'webhook', submittedAt: null }),
      null,
      [twin],
      { kind: 'same_response', requestId: 'a' },
    ],
    [
      'a known id with the same words is known',
      incoming(),
      { requestId: 'a', digest: 'D', submittedAt: AT, isErased: false },
      [],
      { kind: 'known', requestId: 'a' },
    ],
    [
      'a known id with other words is a new version',
      incoming({ submittedAt: AT + 5_000 }),
      { requestId: 'a', digest: 'other', submittedAt: AT, isErased: false },
      [],
      { kind: 'new_version', requestId: 'a' },
    ],
    [
      'a row of the same second may be newer than what the form told: staff have corrected it',
      incoming({ submittedAt: AT - 55 }),
      { requestId: 'a', digest: 'other', submittedAt: AT, isErased: false },
      [],
      { kind: 'new_version', requestId: 'a' },
    ],
    [
      'but not one of the second before',
      incoming({ submittedAt: AT - 1_055 }),
      { requestId: 'a', digest: 'other', submittedAt: AT, isErased: false },
      [],
      { kind: 'known', requestId: 'a' },
    ],
    [
      'an older version that arrives late changes nothing',
      incoming({ submittedAt: AT - 5_000 }),
      { requestId: 'a', digest: 'other', submittedAt: AT, isErased: false },
      [],
      { kind: 'known', requestId: 'a' },
    ],
  ] as const)('%s', (_, response, known, twins, expected) => {
    expect(planIntake(response, 'D', AT + 30_000, known, [...twins])).toEqual(expected);
  });
});

describe('digestOf', () => {
  const answers = [
    { questionId: 'a1', question: 'Order number', values: ['#1001'] },
    { questionId: 'b2', question: 'Message', values: [' Sorry! '] },
  ];

  it('is the same for a form and its sheet, which has the address as a column', () => {
    const fromForm = digestOf({ answers, respondentEmail: 'Ana@customer.example' });
    const fromSheet = digestOf({
      answers: [
        { questionId: null, question: 'Sähköpostiosoite', values: ['ana@customer.example'] },
        { questionId: null, question: 'Viesti', values: ['Sorry!'] },
        { questionId: null, question: 'Tilausnumero', values: ['#1001'] },
        { questionId: null, question: 'Puhelin', values: [''] },
      ],
      respondentEmail: 'ana@customer.example',
    });
    expect(fromSheet).toBe(fromForm);
  });

  it('differs when a word differs', () => {
    const other = [{ questionId: null, question: 'Order number', values: ['#1002'] }];
    expect(digestOf({ answers: other, respondentEmail: null })).not.toBe(digestOf({ answers, respondentEmail: null }));
  });
});
