import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmailAddress, sameAddress } from '../../src/domain/email-address.ts';

describe('readEmailAddress', () => {
  it.each([
    ['ana@customer.example', 'ana@customer.example'],
    [' Ana@Customer.Example ', 'ana@customer.example'],
    ['Ana <ana@customer.example>', 'ana@customer.example'],
    ['mailto:ana@customer.example', 'ana@customer.example'],
    ['ana@customer.example.', 'ana@customer.example'],
    ['ana@customer.example, ana@customer.example', 'ana@customer.example'],
    ['matti@pähkinä.fi', 'matti@xn--phkin-grae.fi'],
    ['ana@customer.example, eino@customer.example', null],
    ['victim@shop.example <mallory@evil.example>', null],
    ['ana@customer.example\r\nBcc: mallory@evil.example', null],
    ['ana@localhost', null],
    ['not an address', null],
    ['@', null],
    ['', null],
    [null, null],
    [`${'a'.repeat(65)}@customer.example`, null],
  ])('%j → %j', (text, expected) => {
    expect(readEmailAddress(text)).toBe(expected);
  });

  it('gives nothing that could be more than one plain recipient', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (text) => {
        const address = readEmailAddress(text);
        return address === null || (/^[^\s<>,;:"()]+@[a-z0-9.-]+$/.test(address) && address.length <= 254);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sameAddress', () => {
  it('ignores case and nothing else', () => {
    expect(sameAddress('ANA@customer.example', 'ana@customer.example')).toBe(true);
    expect(sameAddress('ana+shop@customer.example', 'ana@customer.example')).toBe(false);
    expect(sameAddress('nobody', 'nobody')).toBe(false);
  });
});
