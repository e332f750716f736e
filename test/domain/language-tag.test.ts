import { describe, expect, it } from 'vitest';
import { readTag, tagOfFormats } from '../../src/domain/language-tag.ts';
import { formatMoney } from '../../src/domain/money.ts';

describe('a language tag', () => {
  it.each([
    ['de-CH', 'de-CH'],
    ['fi_FI', 'fi-FI'],
    ['EN-gb', 'en-GB'],
    ['es-419', 'es-419'],
    ['zh-Hant-TW', 'zh-TW'],
    ['fi', 'fi'],
    ['fi-XX', 'fi'],
  ])('%s is kept with its region, where that is one: %s', (tag, kept) => {
    expect(readTag(tag)).toBe(kept);
  });

  it.each([['en-GB-u-nu-thai-ca-buddhist'], ['en-GB-x-private'], ['en-GB-oxendict']])(
    '%s asks for nothing beside',
    (tag) => {
      expect(readTag(tag)).toBe('en-GB');
    },
  );

  it.each([[''], ['*'], ['e'], ['Finnish, please'], [null]])('%j is none', (tag) => {
    expect(readTag(tag)).toBeNull();
  });
});

describe('amounts and dates', () => {
  const at = Date.parse('2026-11-26T17:31:00Z');
  const written = (tag: string, country: string | null) => {
    const locale = tagOfFormats(tag, country);
    const date = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'Europe/Helsinki',
    });
    return `${date.format(at)} ${formatMoney({ amount: '1082.90', currencyCode: 'CHF' }, locale)}`.replace(/\s/g, ' ');
  };

  it.each([
    ['de-CH', 'FI', "26.11.2026, 19:31 CHF 1'082.90"],
    ['de-DE', 'CH', '26.11.2026, 19:31 1.082,90 CHF'],
    ['es-MX', null, '26 nov 2026, 7:31 p.m. CHF 1,082.90'],
    ['fr-CA', null, '26 nov. 2026, 19 h 31 1 082,90 CHF'],
    ['en-GB', 'US', '26 Nov 2026, 19:31 CHF 1,082.90'],
    ['en-US', 'FI', 'Nov 26, 2026, 7:31 PM CHF 1,082.90'],
  ])('%s has them as its region does, wherever the shop is', (tag, country, expected) => {
    expect(written(tag, country)).toBe(expected);
  });

  it.each([
    ['de', 'CH', "26.11.2026, 19:31 CHF 1'082.90"],
    ['sv', 'FI', '26 nov. 2026 19.31 1 082,90 CHF'],
    ['en', 'US', 'Nov 26, 2026, 7:31 PM CHF 1,082.90'],
    ['en', 'DE', '26 Nov 2026, 19:31 CHF 1,082.90'],
  ])('%s alone has them as in the shop’s country %s', (tag, country, expected) => {
    expect(written(tag, country)).toBe(expected);
  });

  it.each([
    ['en', null],
    ['en', 'XX'],
    ['en-XX', null],
  ])('English of nowhere, %s in %s, has them as Britain does', (tag, country) => {
    expect(written(tag, country)).toBe('26 Nov 2026, 19:31 CHF 1,082.90');
  });

  it('a language that the shop’s country doesn’t speak has them as the language does', () => {
    expect(written('fi', 'US')).toBe(written('fi', null));
  });
});
