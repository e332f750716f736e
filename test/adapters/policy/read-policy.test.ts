import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPolicy, showFault } from '../../../src/adapters/policy/read-policy.ts';
import { BUILT_IN_POLICY } from '../../../src/domain/policy/to-policy.ts';

const faults = (text: string) => readPolicy(text).faults.map((fault) => showFault('policy.yaml', fault));

describe('a policy file', () => {
  it('that is empty says what the built-in policy says', () => {
    expect({ ...readPolicy('').policy, version: 'built-in' }).toEqual(BUILT_IN_POLICY);
    expect({ ...readPolicy('# nothing yet\n').policy, version: 'built-in' }).toEqual(BUILT_IN_POLICY);
  });

  it.each([
    [
      'an unknown key',
      'rules:\n  - name: a\n    then: approve\n    whn: {}',
      'policy.yaml:4: rules[1].whn: is not known here',
    ],
    [
      'an unknown condition',
      'rules:\n  - name: a\n    then: approve\n    when:\n      colour: [red]',
      'policy.yaml:5: rules[1].when.colour: is not known here',
    ],
    [
      'a wrong outcome',
      'rules:\n  - name: a\n    then: maybe',
      'policy.yaml:3: rules[1].then: must be one of approve, staff, decline, offer, ask',
    ],
    ['a missing name', 'rules:\n  - then: approve', 'policy.yaml:2: rules[1].name: is missing'],
    [
      'a decline without a word',
      'rules:\n  - name: a\n    then: decline',
      'policy.yaml:2: rules[1].tell: is missing: say what the customer is told',
    ],
    [
      'a number for a time',
      'rules:\n  - name: a\n    then: approve\n    when: { order_age: { under: 30 } }',
      'policy.yaml:4: rules[1].when.order_age.under: must be a time such as 30m, 2h or 14d',
    ],
    [
      'a status Shopify has not',
      'rules:\n  - name: a\n    then: approve\n    when: { payment_status: [PAYED] }',
      'policy.yaml:4: rules[1].when.payment_status[1]: must be one of AUTHORIZED, EXPIRED, PAID, PARTIALLY_PAID, PARTIALLY_REFUNDED, PENDING, REFUNDED, VOIDED',
    ],
    [
      'a time without quotes',
      'rules:\n  - name: a\n    then: approve\n    when: { before_cut_off: 720 }',
      'policy.yaml:4: rules[1].when.before_cut_off: must be a time of day in quotes, such as "12:00"',
    ],
    [
      'a zone that is none',
      'working_time:\n  zone: Helsinki',
      'policy.yaml:2: working_time.zone: must be an IANA time zone such as Europe/Helsinki',
    ],
    [
      'a range without ends',
      'rules:\n  - name: a\n    then: approve\n    when: { amount: {} }',
      'policy.yaml:4: rules[1].when.amount: must say under or over',
    ],
    [
      'an address that is none',
      'rules:\n  - name: a\n    then: staff\n    people:\n      - kim',
      'policy.yaml:5: rules[1].people[1]: must be an e-mail address',
    ],
    [
      'a proof level that is none',
      'proof:\n  level: strict',
      'policy.yaml:2: proof.level: must be none, address or always',
    ],
  ])('with %s is refused with its line', (_, text, fault) => {
    expect(faults(text)).toEqual([fault]);
    expect(readPolicy(text).policy).toBeNull();
  });

  it('with broken YAML is refused with the line', () => {
    expect(faults('rules:\n  - name: "a\n    then: approve\n')[0]).toMatch(/^policy\.yaml:\d: /);
    expect(faults('rules: []\nrules: []')[0]).toMatch(/^policy\.yaml:2: /);
  });

  it('tells all faults at once', () => {
    expect(faults('hold: maybe\nproof: { level: x }\nlimits: { staff_mails: 0 }')).toHaveLength(3);
  });

  it.each([
    ['a range nothing fits', 'when: { amount: { over: 100, under: 50 } }', /can never apply: nothing fits amount/],
    ['what it rules out itself', 'when: { risk: [HIGH] }, unless: { risk: [HIGH, MEDIUM] }', /"unless" rules out/],
    ['a label before fulfilment', 'when: { fulfilment_started: false, label_bought: true }', /can't both hold/],
    ['a pending payment that is paid', 'when: { payment_pending: true, payment_status: [PAID] }', /can't both hold/],
  ])('with a rule that contradicts itself is refused: %s', (_, rule, message) => {
    const read = readPolicy(
      `rules:\n  - { name: ok, when: { test_order: true }, then: staff }\n  - { name: a, ${rule}, then: approve }`,
    );
    expect(read.policy).toBeNull();
    expect(read.faults).toMatchObject([{ line: 3, message: expect.stringMatching(message) }]);
  });

  it.each([
    [
      'after one for everything',
      '{ name: all, then: staff }',
      '{ name: later, when: { risk: [LOW] }, then: approve }',
      true,
    ],
    [
      'narrower in a list',
      '{ name: a, when: { risk: [HIGH, MEDIUM] }, then: staff }',
      '{ name: later, when: { risk: [HIGH] }, then: approve }',
      true,
    ],
    [
      'narrower in a range',
      '{ name: a, when: { order_age: { under: 2d } }, then: staff }',
      '{ name: later, when: { order_age: { under: 1h } }, then: approve }',
      true,
    ],
    [
      'narrower by a wildcard',
      '{ name: a, when: { skus: ["ENG-*"] }, then: staff }',
      '{ name: later, when: { skus: ["ENG-77"] }, then: approve }',
      true,
    ],
    [
      'wider in a range',
      '{ name: a, when: { order_age: { under: 1h } }, then: staff }',
      '{ name: later, when: { order_age: { under: 2d } }, then: approve }',
      false,
    ],
    [
      'about something else',
      '{ name: a, when: { risk: [HIGH] }, then: staff }',
      '{ name: later, when: { country: [FI] }, then: approve }',
      false,
    ],
    [
      'kept open by an exception',
      '{ name: a, unless: { risk: [HIGH] }, then: staff }',
      '{ name: later, when: { risk: [HIGH] }, then: approve }',
      false,
    ],
    [
      'clear of the exception',
      '{ name: a, unless: { risk: [HIGH] }, then: staff }',
      '{ name: later, when: { risk: [LOW] }, then: approve }',
      true,
    ],
  ])('warns of a rule that is never reached: %s', (_, first, second, unreachable) => {
    const read = readPolicy(`rules:\n  - ${first}\n  - ${second}`);
    expect(read.policy).not.toBeNull();
    expect(read.faults.map(({ line, severity }) => `${line} ${severity}`)).toEqual(unreachable ? ['3 warning'] : []);
  });

  it('wants names that tell rules apart', () => {
    expect(faults('rules:\n  - { name: a, then: staff, when: { b2b: true } }\n  - { name: a, then: approve }')).toEqual(
      ['policy.yaml:3: Two rules are called "a"; explanations name rules'],
    );
  });
});

describe('the examples', () => {
  const folder = fileURLToPath(new URL('../../../docs/policies', import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

  it('are the four that are promised', () => {
    expect(files.sort()).toEqual([
      'made-to-order.yaml',
      'marketplace.yaml',
      'same-day-shipping.yaml',
      'small-shop.yaml',
    ]);
  });

  it.each(files)('%s is good, without a warning, and names the schema', (file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    expect(faults(text)).toEqual([]);
    expect(text).toContain('$schema=../policy.schema.json');
  });
});
