import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { brandStyle, PAPERS } from '../../../src/adapters/templates/brand-style.ts';
import { contrast, inkOn } from '../../../src/adapters/templates/colors.ts';
import { loadSentences } from '../../../src/adapters/templates/locales.ts';
import { createRenderer } from '../../../src/adapters/templates/renderer.ts';
import { sampleContext, sampleNames } from '../../../src/adapters/templates/sample-context.ts';
import { REQUEST_STATUSES } from '../../../src/domain/cancellation-request.ts';
import { type DigestContext, type IncidentContext, NOTICES, type NoticeContext } from '../../../src/domain/notices.ts';
import { phrase } from '../../../src/domain/phrase.ts';
import { BUILT_IN_POLICY } from '../../../src/domain/policy/to-policy.ts';
import type { OrderView, RequestView } from '../../../src/domain/views.ts';

const FOLDER = fileURLToPath(new URL('../../../templates', import.meta.url));
const OPTIONS = {
  folder: FOLDER,
  timeZone: 'Europe/Helsinki',
  country: null,
  basePath: '',
  brand: { color: '#1f5f4a', logo: null, signOff: null, returnsUrl: null },
};
const renderer = createRenderer(OPTIONS);
const sentences = loadSentences(`${FOLDER}/locales`);
const AT = Date.parse('2026-11-23T08:00:00Z');
const EVIL = `<script>alert("x")</script>\r\nBcc: mallory@evil.example`;
const euros = { amount: '84.90', currencyCode: 'EUR' };

const order: OrderView = {
  name: '#1001',
  cancelledAt: AT,
  cancelledEarlier: false,
  moneyReturned: null,
  createdAt: AT,
  customerName: EVIL,
  email: 'ana@customer.example',
  customerNumberOfOrders: 3,
  countryCode: 'FI',
  zip: '00100',
  shipping: { amount: '5.90', currencyCode: 'EUR' },
  rest: null,
  isCutShort: false,
  isEmptied: false,
  shopTotal: euros,
  paidWith: 'Visa •••• 4242',
  lines: [
    {
      image: null,
      id: 'gid://l',
      unfulfilled: 2,
      title: EVIL,
      variantTitle: null,
      sku: null,
      quantity: 2,
      shipped: 0,
      total: euros,
    },
  ],
  total: euros,
  displayFinancialStatus: 'PAID',
  displayFulfillmentStatus: 'UNFULFILLED',
  paymentGatewayNames: ['shopify_payments'],
  tags: [EVIL],
  riskRecommendation: 'ACCEPT',
  test: false,
  warnings: ['partly_refunded', 'a_code_of_next_year'],
  moneyEffect: 'refund',
  moneyAmount: euros,
  moneyKept: { why: 'shipping', amount: euros },
  feeEstimate: euros,
  adminUrl: 'https://pine-and-loom.myshopify.com/admin/orders/1',
};

const request: RequestView = {
  ref: 'CR-7K2M9QX',
  status: 'awaiting_decision',
  standing: 'awaiting_decision',
  isOpen: true,
  submittedAt: AT,
  locale: 'fi',
  answers: [{ question: EVIL, text: EVIL }],
  typed: EVIL,
  words: [{ question: EVIL, text: EVIL }],
  customerName: EVIL,
  customerEmail: 'ana@customer.example',
  mailedTo: 'ana@customer.example',
  reason: EVIL,
  message: EVIL,
  matchKind: 'exact',
  matchReason: 'reference_and_contact_agree',
  candidates: [
    {
      orderId: 'gid://x',
      orderName: '#1001',
      createdAt: '2026-11-23T08:00:00Z',
      evidence: [{ about: 'email', verdict: 'differs', given: EVIL, found: null }],
    },
  ],
  order,
  trouble: { reason: 'job_failed', detail: EVIL },
  question: EVIL,
  terms: { percent: 10, exchange: false },
  discountCode: 'KEEP-CR-7K2M9QX',
  undelivered: { address: EVIL, notices: ['customer-cancelled'] },
  canReturn: false,
  way: 'approve',
  told: 'nothing',
  shipped: null,
  origin: 'customer',
  doubt: null,
  proofLevel: 'confirmed',
  asking: 'confirmation',
  askedOrder: '#1001',
  hold: 'held',
  payback: { amount: euros, done: { by: 'sam@pine-and-loom.example', at: AT, how: EVIL, on: '2026-11-23' } },
  assessment: {
    reason: 'rule',
    rule: EVIL,
    note: EVIL,
    waitsFor: 'label',
    approvalsWanted: 2,
    treatment: BUILT_IN_POLICY.defaults,
  },
  approvalsLeft: 1,
  lastApproval: {
    by: 'sam@pine-and-loom.example',
    terms: { refund: 'original', restock: 'yes' },
    money: { effect: 'refund', amount: euros },
  },
  approvals: ['sam@pine-and-loom.example'],
  assignedTo: 'sam@pine-and-loom.example',
  snoozedUntil: AT,
  undoUntil: AT,
  decision: {
    kind: 'decline',
    by: 'sam@pine-and-loom.example',
    at: AT,
    customerText: EVIL,
    part: [{ lineItemId: 'gid://l', title: EVIL, quantity: 1 }],
    change: {
      lines: [{ lineItemId: 'gid://l', title: EVIL, from: 2, to: 1 }],
      added: { variantId: 'gid://v', sku: EVIL, title: EVIL, quantity: 1 },
      address: null,
    },
    way: 'decline',
    refunded: null,
    owed: null,
    newTotal: null,
    terms: null,
    refund: 'original',
    money: null,
  },
  expiresAt: AT,
};

const context = {
  shopName: 'Pine & Loom',
  request,
  readerOwns: true,
  unanswered: 'end',
  link: 'https://desk.example/d/TOKEN',
  linkExpiresAt: AT,
  confirmBy: 'order_end',
  incident: { code: 'shopify_denied', detail: EVIL, since: AT },
  waiting: 2,
  items: [
    { request, link: 'https://desk.example/d/TOKEN', why: [EVIL, phrase('queue_why.payback', { amount: euros })] },
  ],
  queue: 'https://desk.example/queue',
} satisfies NoticeContext & IncidentContext & DigestContext;

const variants: [string, object][] = [
  ['whole', context],
  ['to a stranger', { ...context, readerOwns: false }],
  ['that staff take up when nobody answers', { ...context, unanswered: 'staff' }],
  ['without an order', { ...context, request: { ...request, order: null, candidates: [] } }],
  [
    'with hidden customer data',
    {
      ...context,
      request: {
        ...request,
        customerName: null,
        customerEmail: null,
        order: { ...order, email: null, customerName: null, customerNumberOfOrders: null },
      },
    },
  ],
  [
    'authorised',
    {
      ...context,
      request: {
        ...request,
        order: { ...order, moneyEffect: 'void_authorization', displayFinancialStatus: 'AUTHORIZED' },
      },
    },
  ],
  [
    'unpaid, status unknown',
    {
      ...context,
      request: {
        ...request,
        trouble: null,
        order: { ...order, moneyEffect: 'nothing_paid', displayFinancialStatus: null },
      },
    },
  ],
];
const NEEDS_ORDER = [
  'customer-cancelled',
  'customer-found-cancelled',
  'customer-paid-back',
  'customer-part-cancelled',
  'customer-return-opened',
  'customer-changed',
  'staff-label',
  'staff-payback',
];

describe.each(sentences.locales)('mails in %s', (locale) => {
  it.each(NOTICES.flatMap((notice) => variants.map(([name, given]) => [notice, name, given] as const)))(
    '%s, %s',
    (notice, name, given) => {
      if (NEEDS_ORDER.includes(notice) && name === 'without an order') return;
      const mail = renderer.notice(notice, locale, given as NoticeContext);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.subject.length).toBeGreaterThan(5);
      expect(mail.html).not.toContain('<script');
      expect(mail.html).toContain(`<html lang="${locale}">`);
      expect(`${mail.text}${mail.html}`).not.toMatch(/undefined|\[object|NaN/);
    },
  );
});

describe.each(sentences.locales)('previews in %s', (locale) => {
  it.each(NOTICES.flatMap((notice) => sampleNames(notice).map((name) => [name, notice] as const)))(
    '%s is a mail without gaps',
    (name, notice) => {
      const mail = renderer.notice(notice, locale, sampleContext(name));
      expect(`${mail.subject}${mail.text}`).not.toMatch(/undefined|\[object|NaN|\bnone\b|[{}]/);
      expect(mail.html).not.toMatch(/undefined|\[object|NaN/);
    },
  );
});

describe('mails', () => {
  it('have a button and the plain link for what has to be done', () => {
    for (const notice of ['staff-decide', 'staff-failed', 'customer-received', 'customer-question'] as const) {
      const mail = renderer.notice(notice, 'en', context);
      expect(mail.text).toContain(context.link);
      expect(mail.html).toContain(`href="${context.link}"`);
    }
  });

  it('say what happens to the money in the language of the order, and write the amount as its region does', () => {
    const told = (locale: string) => renderer.notice('customer-cancelled', locale, context);
    expect(told('en-GB').text).toContain('€84.90');
    expect(told('fi-FI').text).toMatch(/84,90\s€/);
    expect(told('de-AT').text).toMatch(/€\s84,90/);
    expect(told('de-AT').html).toContain('<html lang="de">');
  });

  it('write dates as the reader’s region does, else as the shop’s country', () => {
    const dateIn = (locale: string, country: string | null) =>
      createRenderer({ ...OPTIONS, country })
        .notice('customer-received', locale, context)
        .text.split('\n')[0];
    expect(dateIn('en', null)).toContain('23 Nov 2026, 10:00');
    expect(dateIn('en', 'US')).toMatch(/Nov 23, 2026, 10:00\sAM/);
    expect(dateIn('en-GB', 'US')).toContain('23 Nov 2026, 10:00');
    expect(dateIn('ja-JP', 'FI')).toContain('23 Nov 2026, 10.00');
  });

  it.each(NOTICES.filter((notice) => notice.startsWith('customer-')))(
    '%s has a signature that mail programs know by its blank, and no other line that ends in one',
    (notice) => {
      const lines = renderer.notice(notice, 'en', context).text.split('\n');
      expect(lines.filter((line) => /[ \t]$/.test(line))).toEqual(['-- ']);
    },
  );

  it('fall back to English for a language there is no file for', () => {
    expect(renderer.notice('customer-received', 'ja', context).subject).toContain('We have your');
    expect(renderer.bestLocale('ja')).toBeNull();
    expect(renderer.bestLocale('fi_FI')).toBe('fi-FI');
  });
});

describe('languages', () => {
  it.each(sentences.locales)('%s has every sentence of English and no other', (locale) => {
    expect(sentences.keys(locale).sort()).toEqual(sentences.keys('en').sort());
  });

  const files = ['emails', 'pages'].flatMap((folder) =>
    readdirSync(`${FOLDER}/${folder}`).map((file) => readFileSync(`${FOLDER}/${folder}/${file}`, 'utf8')),
  );

  it('have colons and quotation marks of their own: templates write none', () => {
    const written = files.flatMap((file) => file.match(/.*(?:(?:\}\}|>): |[“”„«»]|<q>).*/g) ?? []);
    expect(written).toEqual([]);
  });

  it('have no sentence that nothing uses', () => {
    const text = files.join('\n');
    const direct = new Set(
      [...text.matchAll(/\bt "([\w.]+)"/g), ...text.matchAll(/footer="([\w.]+)"/g)].map((match) => match[1]),
    );
    // Keys made of a code, or by a helper: their groups are used whole.
    const groups = [...text.matchAll(/code "(\w+)"/g)]
      .map((match) => `${match[1]}.`)
      .concat(
        'money_effect.',
        'kept.',
        'page.decided_',
        'mail.cancelled_',
        'mail.found_',
        'mail.unanswered_',
        'mail.staff_decide_intro_',
        'mail.staff_decided_',
        'mail.staff_failed_',
        'mail.part_',
        'page.bulk_',
        'page.new_goes_',
        'page.until_',
        'page.thanks_',
        'page.which_',
        'page.plan_',
        'page.error_prefix',
        'confirm_by.',
        'confirm_mail.',
        'queue.',
        'history.',
        'queue_why.',
        'refund.',
        'condition.',
        'explain.',
        'address.',
        'staff_role.',
        'text.',
      );
    const unused = sentences
      .keys('en')
      .filter((key) => !direct.has(key) && !groups.some((group) => key.startsWith(group)));
    expect(unused).toEqual([]);
  });

  it.each(REQUEST_STATUSES)('know the status %s', (status) => {
    expect(sentences.has(`status.${status}`, 'en') && sentences.has(`customer_status.${status}`, 'en')).toBe(true);
  });
});

describe('brand', () => {
  const branded = createRenderer({
    folder: FOLDER,
    timeZone: 'UTC',
    country: null,
    basePath: '',
    brand: {
      color: '#ffd400',
      logo: 'https://cdn.example/logo.png',
      signOff: { en: 'Your friends at "P&L"', fi: 'Ystäväsi' },
      returnsUrl: { en: 'https://shop.example/returns', fi: 'https://shop.example/fi/palautus' },
    },
  });

  it('colours the buttons, with ink that can be read on it, and shows logo and last line', () => {
    const mail = branded.notice('customer-confirm', 'en', context);
    expect(mail.html).toContain('background-color:#ffd400');
    expect(mail.html).toMatch(/color:#000000[^>]*>Answer/);
    expect(mail.html).toContain('src="https://cdn.example/logo.png" alt="Pine &amp; Loom"');
    expect(mail.html).toContain('Your friends at &quot;P&amp;L&quot;');
    expect(mail.text).toContain('Your friends at "P&L"');
  });

  it('signs off, and tells where to send things back, in the reader’s language', () => {
    const finnish = branded.notice('customer-shipped', 'fi-FI', context);
    expect(finnish.text).toContain('\nYstäväsi\n');
    expect(finnish.html).toContain('https://shop.example/fi/palautus');
  });

  it('signs off to customers only', () => {
    expect(branded.notice('staff-decide', 'en', context).html).not.toContain('Your friends');
  });

  it.each([
    ['#000000', '#ffffff'],
    ['#1f5f4a', '#ffffff'],
    ['#ffffff', '#000000'],
    ['#ffd400', '#000000'],
    ['#e4002b', '#ffffff'],
  ])('%s is written on in %s', (color, ink) => {
    expect(inkOn(color)).toBe(ink);
  });

  describe('on the pages', () => {
    const COLORS = ['#ffee00', '#000000', '#ffffff', '#1f5f4b', '#ff0000', '#0000ff', '#808080', '#ffd400', '#16181b'];
    const variable = (css: string, name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1] ?? '';

    it.each(COLORS)('%s: all that is written in it or on it can be read, in light and dark (WCAG AA)', (color) => {
      const [light = '', dark = ''] = brandStyle(color).split('@media (prefers-color-scheme: dark)');
      for (const [css, papers] of [
        [light, PAPERS.light],
        [dark, PAPERS.dark],
      ] as const) {
        expect(variable(css, 'fill')).toBe(color);
        expect(contrast(variable(css, 'fill-ink'), color)).toBeGreaterThanOrEqual(4.5);
        for (const paper of papers) expect(contrast(variable(css, 'accent'), paper)).toBeGreaterThanOrEqual(4.5);
      }
    });

    it('stays the shop’s own colour where that can be read', () => {
      const [light = '', dark = ''] = brandStyle('#5b2a86').split('@media');
      expect(variable(light, 'accent')).toBe('#5b2a86');
      expect(variable(dark, 'accent')).not.toBe('#5b2a86');
      expect(variable(brandStyle('#ffee00').split('@media')[1] ?? '', 'accent')).toBe('#ffee00');
    });

    it('is nothing for the built-in colour, which style.css has', () => {
      expect(brandStyle('#1f5f4a')).toBe('');
      expect(brandStyle('#1F5F4A')).toBe('');
    });

    it('is held against the papers that style.css has', () => {
      const [light = '', dark = ''] = readFileSync(`${FOLDER}/pages/style.css`, 'utf8').split('@media');
      for (const [css, papers] of [
        [light, PAPERS.light],
        [dark, PAPERS.dark],
      ] as const) {
        expect(['paper', 'card', 'amber', 'red'].map((name) => variable(css, name))).toEqual(papers);
        for (const paper of papers) expect(contrast(variable(css, 'accent'), paper)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(variable(css, 'fill-ink'), variable(css, 'accent'))).toBeGreaterThanOrEqual(4.5);
      }
    });
  });
});
