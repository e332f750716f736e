import type Handlebars from 'handlebars';
import { languageOf } from '../../domain/language-tag.ts';
import { formatMoney, type Money } from '../../domain/money.ts';
import { lineName, type ShippingAddress } from '../../domain/order.ts';
import type { Told } from '../../domain/phrase.ts';
import { markWhole } from './keep-together.ts';
import { linkedText } from './linked-text.ts';
import type { Sentences } from './locales.ts';
import { dayIn, momentIn, say } from './say.ts';

type Options = Handlebars.HelperOptions;

/** Values of sentences that stand on one line. */
const WHOLE = ['ref', 'other', 'order', 'code'];

export interface HelperOptions {
  readonly timeZone: string;
  /** Marks what is to stay together on a line; plain text has nothing to do it by. */
  readonly marks: boolean;
}

const LINES_SHOWN = 8;

function foldAt({ length }: readonly unknown[]): number {
  return length > LINES_SHOWN + 3 ? LINES_SHOWN : length;
}

/** What templates may call. Results are texts, so Handlebars escapes them in HTML. */
export function registerHelpers(
  environment: typeof Handlebars,
  sentences: Sentences,
  { timeZone, marks }: HelperOptions,
): void {
  const localeOf = (options: Options) => String(options.data.locale);
  const whole = (text: string) => (marks ? markWhole(text) : text);
  const t = (key: string, options: Options) => {
    const values = Object.entries<string | number>(options.hash).map(([name, value]) => [
      name,
      WHOLE.includes(name) ? whole(String(value)) : value,
    ]);
    return sentences.sentence(key, localeOf(options), Object.fromEntries(values));
  };

  environment.registerHelper({
    lang: (options: Options) => String(options.data.language),
    basePath: (options: Options) => String(options.data.basePath),
    /** {{t "mail.received.intro" ref=request.ref}} */
    t,
    /** A ref or an order's name outside a sentence. */
    whole,
    /** As a heading: "cancel #1001?" → "Cancel #1001?", "¿cancelar …" → "¿Cancelar …". */
    capital: (text: string, options: Options) =>
      text.replace(
        /^([^\p{L}\p{N}]*)(\p{L})/u,
        (_, before, letter) => before + letter.toLocaleUpperCase(localeOf(options)),
      ),
    /** What somebody wrote, in the language's own quotation marks. */
    quoted: (text: string | null, options: Options) =>
      sentences.sentence(text ? 'text.quoted' : 'evidence.nothing', localeOf(options), { text: text ?? '' }),
    /** {{code "financial" order.displayFinancialStatus}}: the sentence of a code, or a code newer than us as it is. */
    code(group: string, code: string | null, options: Options) {
      const key = `${group}.${code}`;
      return sentences.has(key, localeOf(options)) ? t(key, options) : (code ?? '');
    },
    /** What is told as data: a text, money, a day, or a sentence that speaks of such. */
    say: (told: Told, options: Options) => say(told, { locale: localeOf(options), timeZone, sentences }),
    lineName,
    money: (money: Money, options: Options) => formatMoney(money, localeOf(options)),
    dateTime: (at: number, options: Options) => momentIn(at, localeOf(options), timeZone),
    /** With the zone: something hangs on it, and the reader may live in another. */
    deadline: (at: number, options: Options) =>
      new Intl.DateTimeFormat(localeOf(options), {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
        timeZoneName: 'short',
      }).format(at),
    day: (iso: string, options: Options) => dayIn(iso, localeOf(options)),
    date: (at: number, options: Options) =>
      new Intl.DateTimeFormat(localeOf(options), { dateStyle: 'medium', timeZone }).format(at),
    /** "fi-FI" → "Finnish", in the reader's language. */
    languageName: (locale: string, options: Options) =>
      new Intl.DisplayNames([localeOf(options)], { type: 'language' }).of(languageOf(locale) ?? locale) ?? locale,
    isoTime: (at: number) => new Date(at).toISOString(),
    eq: (a: unknown, b: unknown) => a === b,
    /** What was typed before, or nothing: strict templates refuse names that aren't there. */
    typed: (values: Record<string, string>, name: string) => (Object.hasOwn(values, name) ? values[name] : ''),
    list: (...values: unknown[]) => values.slice(0, -1),
    or: (...values: unknown[]) => values.slice(0, -1).find(Boolean) ?? '',
    concat: (...values: unknown[]) => values.slice(0, -1).join(''),
    orderName: (request: { order: { name: string } | null }) => request.order?.name ?? '?',
    /** The first lines of a long order, and the folded rest; two or three more are no reason to fold. */
    firstOf: (lines: readonly unknown[]) => lines.slice(0, foldAt(lines)),
    laterOf: (lines: readonly unknown[]) => lines.slice(foldAt(lines)),
    length: (values: readonly unknown[]) => values.length,
    itemCount: (lines: readonly { quantity: number }[]) => lines.reduce((sum, line) => sum + line.quantity, 0),
    addressLine: ({ company, address1, address2, zip, city, provinceCode, countryCode }: ShippingAddress) =>
      [company, address1, address2, [zip, city].filter(Boolean).join(' '), provinceCode, countryCode]
        .filter(Boolean)
        .join(', '),
    /** A text that staff wrote. Escaped already. */
    linked: (text: string | null) => new environment.SafeString(linkedText(text ?? '')),
    join: (values: readonly string[]) => values.join(', '),
    /** Under its question, in plain text: whatever its lines say, they don't pass for ours. */
    indented: (text: string) => text.replace(/^/gm, '    '),
    tail: (name: string) => name.replace(/[^\p{L}\p{N}]/gu, '').slice(-4),
  });
}
