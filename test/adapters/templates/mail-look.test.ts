import { describe, expect, it } from 'vitest';
import { contrast, inkOn } from '../../../src/adapters/templates/colors.ts';
import { keepTogether, markWhole } from '../../../src/adapters/templates/keep-together.ts';
import { brandShades, MAIL_COLORS } from '../../../src/adapters/templates/mail-look.ts';

const SCHEMES = ['light', 'dark'] as const;

describe.each(SCHEMES)('the colours of mails, %s', (scheme) => {
  const colors = MAIL_COLORS[scheme];

  it.each([
    ['ink', 'card'],
    ['ink', 'quiet'],
    ['soft', 'card'],
    ['soft', 'paper'],
    ['warnInk', 'warn'],
  ] as const)('%s can be read on %s (WCAG AA)', (ink, paper) => {
    expect(contrast(colors[ink], colors[paper])).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    '#ffee00',
    '#ffffff',
    '#fafafa',
    '#000000',
    '#0a0a0a',
    '#202327',
    '#1f5f4a',
    '#ff0000',
    '#0000ff',
    '#777777',
  ])('%s as the brand’s: its links can be read, its buttons seen and read', (brand) => {
    const { link, edge } = brandShades(brand, scheme);
    for (const paper of [colors.paper, colors.card, colors.quiet]) {
      expect(contrast(link, paper)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(edge, colors.card)).toBeGreaterThanOrEqual(3);
    expect(contrast(inkOn(brand), brand)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('what stays on a line', () => {
  const SPAN = '<span>';
  const shown = (text: string) => keepTogether(text, SPAN);

  it('is a ref, and an order’s name at which lines could break', () => {
    expect(shown(`Request ${markWhole('CR-7K2M9QX')} for ${markWhole('PL/1001')}`)).toBe(
      'Request <span>CR-7K2M9QX</span> for <span>PL/1001</span>',
    );
  });

  it('is left as it is where no line could break anyway, or where it would stick out', () => {
    expect(markWhole('#1001')).toBe('#1001');
    expect(markWhole('A-VERY-LONG-NAME-OF-AN-ORDER')).toBe('A-VERY-LONG-NAME-OF-AN-ORDER');
  });

  it('is plain in the title and in attributes, where no element can stand', () => {
    const ref = markWhole('CR-7K2M9QX');
    expect(shown(`<title>${ref}</title><img alt="${ref}">${ref}`)).toBe(
      '<title>CR-7K2M9QX</title><img alt="CR-7K2M9QX"><span>CR-7K2M9QX</span>',
    );
  });

  it('leaves no mark behind, whoever wrote one', () => {
    expect(shown('a\uE000b\uE001\uE001c\uE000<b>d</b>\uE001')).toBe('a<span>b</span>c<b>d</b>');
  });
});
