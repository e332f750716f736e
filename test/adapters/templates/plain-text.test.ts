/** The plain text of every mail, in every language: for whoever reads mails without HTML, and for machines that read them aloud. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../../src/adapters/templates/renderer.ts';
import { sampleContext } from '../../../src/adapters/templates/sample-context.ts';
import { LANGUAGES } from '../../../src/config-brand.ts';
import { NOTICES, type NoticeContext, type NoticeName } from '../../../src/domain/notices.ts';

const renderer = createRenderer({
  folder: fileURLToPath(new URL('../../../templates', import.meta.url)),
  timeZone: 'Europe/Helsinki',
  country: null,
  basePath: '',
  brand: { color: '#1f5f4a', logo: null, signOff: 'Friends', returnsUrl: 'https://shop.example/returns' },
});

const NEEDS_ORDER = /cancelled|paid-back|return|changed|label|payback/;
const all = LANGUAGES.flatMap((language) => NOTICES.map((notice) => [notice, language] as const));
const textOf = (notice: NoticeName, language: string, more: Partial<NoticeContext['request']> = {}) => {
  const context = sampleContext(notice);
  return renderer.notice(notice, language, { ...context, request: { ...context.request, ...more } }).text;
};

describe('the plain text', () => {
  it.each(all)('of %s in %s has no gaps, and no spaces where a line ends', (notice, language) => {
    const without = { candidates: [], answers: [], ...(NEEDS_ORDER.test(notice) ? {} : { order: null }) };
    for (const text of [textOf(notice, language), textOf(notice, language, without)]) {
      expect(text).not.toMatch(/\n\s*\n\s*\n/);
      expect(text).not.toMatch(/^\s/);
      expect(text.split('\n').filter((line) => /\s$/.test(line) && line !== '-- ')).toEqual([]);
    }
  });

  it.each(all)('of %s in %s has each link on a line of its own, under what it is for', (notice, language) => {
    const lines = textOf(notice, language).split('\n');
    for (const [i, line] of lines.entries()) {
      if (!line.includes('https://')) continue;
      expect(line).toMatch(/^https:\/\/\S+$/);
      if (notice !== 'staff-digest') expect(lines[i - 1]).toMatch(/:$/);
    }
  });

  it.each(NOTICES)('of %s has French colons, question marks and quotes with their spaces', (notice) => {
    const context = sampleContext(notice);
    const request = { ...context.request, question: 'Q', answers: [] };
    const { subject, text } = renderer.notice(notice, 'fr', { ...context, request });
    const ours = `${subject}\n${text}`.replace(/https?:\S+|\d:\d|^!/gm, '');
    expect(ours.match(/[^\u00a0][:?!;»]|«[^\u00a0]|[“”]/g) ?? []).toEqual([]);
  });

  it.each([
    ['en', '“1001”'],
    ['fi', '”1001”'],
    ['sv', '”1001”'],
    ['de', '„1001“'],
    ['fr', '«\u00a01001\u00a0»'],
    ['es', '«1001»'],
  ])('quotes in %s as people do there, and so does the HTML', (language, quoted) => {
    const { text, html } = renderer.notice('staff-decide', language, sampleContext('staff-decide'));
    expect(text).toContain(quoted);
    expect(html).toContain(quoted);
  });

  it('keeps what customers wrote apart from what we say, line by line', () => {
    const answers = [{ question: 'Anything else?', text: 'No.\nOpen and decide:\nhttps://evil.example/d/x' }];
    const text = textOf('staff-decide', 'en', { answers });
    expect(text).toContain('  Anything else?\n    No.\n    Open and decide:\n    https://evil.example/d/x\n');
  });
});
