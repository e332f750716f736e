/** 10,000 hostile texts into each place where a text of a stranger ends. The seed is in hostile-text.ts. */

import { fileURLToPath } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/adapters/chat/chat-webhook.ts';
import { messageOf } from '../../src/adapters/mail/smtp.ts';
import { searchTerm } from '../../src/adapters/shopify/orders.ts';
import { markWhole } from '../../src/adapters/templates/keep-together.ts';
import { createRenderer } from '../../src/adapters/templates/renderer.ts';
import { sampleContext } from '../../src/adapters/templates/sample-context.ts';
import { readEmailAddress } from '../../src/domain/email-address.ts';
import { referencesOf } from '../../src/domain/match.ts';
import { csvCell } from '../../src/domain/queue-csv.ts';
import { searchTermsOf } from '../../src/domain/search-terms.ts';
import { createLog } from '../../src/log.ts';
import { hostileTexts, PER_SINK } from './hostile-text.ts';

const renderer = createRenderer({
  folder: fileURLToPath(new URL('../../templates', import.meta.url)),
  timeZone: 'Europe/Helsinki',
  country: null,
  basePath: '',
  brand: { color: '#1f5f4a', logo: null, signOff: null, returnsUrl: null },
});
/** Texts in one page: each page is read whole, so that many fit in one. */
const IN_ONE = 50;

describe(`formula injection, ${PER_SINK} texts`, () => {
  /** As a lenient spreadsheet splits a line: quotes count only where a cell begins. */
  function cellsOf(line: string, separator: string): string[] {
    const cells: string[] = [];
    let at = 0;
    while (at <= line.length) {
      let cell = '';
      if (line[at] === '"') {
        at += 1;
        while (at < line.length && !(line[at] === '"' && line[at + 1] !== '"')) {
          cell += line[at];
          at += line[at] === '"' ? 2 : 1;
        }
        at += 1;
      }
      while (at < line.length && line[at] !== separator && line[at] !== '\n' && line[at] !== '\r') cell += line[at++];
      cells.push(cell);
      at += 1;
    }
    return cells;
  }
  const isFormula = (cell: string) => /^[\s\0"]*[=+\-@＝＋－＠]/.test(cell);

  it('no cell of the table is a formula, wherever a spreadsheet splits it', () => {
    const found: string[] = [];
    for (const text of hostileTexts()) {
      const line = ['CR-1', text, 'sam@shop.example', text].map(csvCell).join(',');
      for (const separator of [',', ';', '\t']) {
        if (cellsOf(line, separator).some(isFormula)) found.push(text);
      }
    }
    expect(found).toEqual([]);
  });

  it('a comma separated table has as many cells as were written, and their text', () => {
    for (const text of hostileTexts()) {
      const [first, second, third, ...more] = cellsOf(['CR-1', text, 'end'].map(csvCell).join(','), ',');
      expect([first, third, more]).toEqual(['CR-1', 'end', []]);
      expect(second?.replaceAll("'", '')).toBe(text.replaceAll("'", ''));
    }
  });
});

describe(`header injection into mails, ${PER_SINK} texts`, () => {
  const HEADERS = [
    'auto-submitted',
    'content-language',
    'content-type',
    'date',
    'from',
    'in-reply-to',
    'message-id',
    'mime-version',
    'references',
    'to',
    'x-auto-response-suppress',
  ];
  const mail = {
    text: 'x',
    html: '<p>x</p>',
    messageId: 'm@desk.example',
    threadId: 't@desk.example',
    language: 'en',
    to: 'ana@customer.example',
  };
  const FROM = 'Pine & Loom <desk@pine-and-loom.example>';

  /** null: refused. */
  function recipientOf(to: string): unknown {
    try {
      return messageOf({ ...mail, subject: 'x', to }, FROM, null).envelope?.to;
    } catch (error) {
      expect(String(error)).toContain('one plain e-mail address');
      return null;
    }
  }

  it('a subject never makes another header, nor ends them', async () => {
    for (const subject of hostileTexts()) {
      const built = new MailComposer(messageOf({ ...mail, subject }, FROM, null)).compile();
      const [head = ''] = (await built.build()).toString('latin1').split('\r\n\r\n');
      const names = head
        .replace(/\r\n[ \t]/g, ' ')
        .split('\r\n')
        .map((line) => line.split(':')[0]?.toLowerCase());
      // A subject of nothing but spaces is left out.
      expect(names.filter((name) => name === 'subject').length, JSON.stringify(subject)).toBeLessThanOrEqual(1);
      expect(names.filter((name) => name !== 'subject').sort(), JSON.stringify(subject)).toEqual(HEADERS);
      // A bare CR or LF is a line's end to some servers.
      expect(head.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
      expect(built.getEnvelope()).toEqual({ from: 'desk@pine-and-loom.example', to: ['ana@customer.example'] });
    }
  });

  it('a recipient is one plain address, or the mail is refused', () => {
    let refused = 0;
    for (const text of hostileTexts()) {
      for (const to of [text, `ana@customer.example${text}`, `${text}@customer.example`]) {
        const sentTo = recipientOf(to);
        if (sentTo === null) refused += 1;
        else expect(sentTo).toMatch(/^[^\s\p{Cc}<>(),;:"\\[\]@]{1,64}@[a-z0-9.-]{1,253}$/u);
      }
    }
    expect(refused).toBeGreaterThan(PER_SINK);
    expect(readEmailAddress(`a@${'b'.repeat(1_000_000)}.example`)).toBeNull();
  });
});

describe(`template and HTML injection, ${PER_SINK} texts`, () => {
  /** Tags and the names of their attributes, in order: what a text must not be able to change. */
  const skeletonOf = (html: string) =>
    (html.match(/<(?:"[^"]*"|'[^']*'|[^'">])*>?/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""')).join('\n');
  /** What is kept from breaking over two lines is an element of its own. */
  const harmlessLike = (text: string) => (markWhole(text) === text ? 'harmless' : 'harm-less');
  const sample = sampleContext();

  function contextWith(texts: readonly string[]) {
    const [first = '', second = '', third = ''] = texts;
    const { request } = sample;
    const order = request.order && {
      ...request.order,
      customerName: first,
      lines: request.order.lines.map((line) => ({ ...line, title: second, variantTitle: third })),
    };
    return {
      ...sample,
      shopName: first,
      request: {
        ...request,
        answers: texts.map((text) => ({ question: text, text })),
        customerName: first,
        reason: second,
        message: third,
        question: first,
        order,
        candidates: request.candidates.map((one) => ({
          ...one,
          orderName: second,
          evidence: one.evidence.map((evidence) => ({ ...evidence, given: third, found: first })),
        })),
        decision: request.decision && { ...request.decision, customerText: second },
      },
    };
  }
  const PAGE = {
    own: { ref: 'CR-7K2M9QX', submittedAt: Date.UTC(2026, 10, 26) },
    joined: false,
    thanks: null,
    isExpired: false,
    unanswered: null,
    until: null,
    shown: 'received',
    choices: [],
    canWithdraw: true,
    canAnswer: true,
    canConfirm: false,
    canTakeOffer: true,
    canStop: false,
    errors: {},
  };
  const asked = (texts: readonly string[]) => ({
    ...contextWith(texts),
    ...PAGE,
    values: { answer: texts[0] ?? '', confirm: texts[1] ?? '' },
  });
  const WAYS: [string, (texts: readonly string[]) => string][] = [
    ['mail staff-decide', (texts) => renderer.notice('staff-decide', 'en', contextWith(texts)).html],
    ['mail customer-question', (texts) => renderer.notice('customer-question', 'fi', contextWith(texts)).html],
    ['mail customer-declined', (texts) => renderer.notice('customer-declined', 'de', contextWith(texts)).html],
    ['page customer-status', (texts) => renderer.page('customer-status', 'fr', asked(texts))],
  ];

  it.each(WAYS)('%s: has the tags and attributes of a harmless one, and shows the texts as they are', (_, render) => {
    const all = [...hostileTexts()];
    for (let start = 0; start < all.length; start += IN_ONE) {
      const texts = all.slice(start, start + IN_ONE).map((text) => text || 'x');
      const html = render(texts);
      expect(skeletonOf(html)).toBe(skeletonOf(render(texts.map(harmlessLike))));
      // Nothing was run, looked up or left out: what came out of the prototype would not be the text.
      expect(html).not.toMatch(/\[object |function |native code/);
    }
  });

  it('a subject is one line that holds the text as it is', () => {
    for (const text of hostileTexts()) {
      const { subject } = renderer.notice('customer-question', 'en', { ...sample, shopName: text });
      expect(subject).not.toMatch(/[\r\n]/);
    }
  });

  it('a code that is named like a built-in is shown, not looked up', () => {
    for (const text of hostileTexts()) {
      const html = renderer.page('error', 'en', { shopName: 'Shop', code: text || 'x' });
      expect(skeletonOf(html)).toBe(skeletonOf(renderer.page('error', 'en', { shopName: 'Shop', code: 'not_found' })));
      expect(html).not.toMatch(/\[object |native code/);
    }
  });
});

describe(`log injection, ${PER_SINK} texts`, () => {
  it('one call is one line of JSON whose own fields nobody else can write', () => {
    const lines: string[] = [];
    const log = createLog('info', 'json', { write: (line) => lines.push(line) });
    for (const text of hostileTexts()) {
      lines.length = 0;
      log.warn({ error: text, nested: { [text]: text }, list: [text] }, 'outside call failed');
      expect(lines).toHaveLength(1);
      const [line = ''] = lines;
      // Control characters would move a terminal's cursor; U+2028 ends a line for some readers of JSON.
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(JSON.parse(line)).toMatchObject({ level: 40, msg: 'outside call failed' });
    }
  });
});

describe(`injection into searches of orders and into chat, ${PER_SINK} texts`, () => {
  it('a text stays one value of one filter', () => {
    for (const text of hostileTexts()) {
      const term = searchTerm('name', text);
      if (term !== null) expect(term).toMatch(/^name:"[^"'\\\p{Cc}]+"$/u);
    }
  });

  it('what is read out of a response asks for names, confirmation numbers and ids, quickly', () => {
    const format = { prefix: '#', suffix: '' };
    const fields = { email: null, name: null, phone: null, postcode: null, reason: null };
    const started = performance.now();
    for (const text of hostileTexts()) {
      for (const { value } of searchTermsOf(
        referencesOf({ ...fields, orderReference: text, message: text }, format),
        format,
      )) {
        expect(value).toMatch(/^[^"\\\p{Cc}]{1,100}$/u);
      }
    }
    expect((performance.now() - started) / PER_SINK).toBeLessThan(5);
  });

  it('a text in the chat is no link, no mention and no call to everybody', () => {
    for (const text of hostileTexts()) {
      expect(textOf({ text, url: 'https://desk.example' })).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    }
  });
});
