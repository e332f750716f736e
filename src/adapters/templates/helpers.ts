import type Handlebars from 'handlebars';
import { formatMoney, type Money } from '../../domain/money.ts';
import type { ShippingAddress } from '../../domain/order.ts';
import type { Told } from '../../domain/phrase.ts';
import { brandStyle } from './brand-style.ts';
import { inkOn } from './colors.ts';
import type { Sentences } from './locales.ts';

type Options = Handlebars.HelperOptions;

const LINES_SHOWN = 8;

function foldAt({ length }: readonly unknown[]): number {
  return length > LINES_SHOWN + 3 ? LINES_SHOWN : length;
}

/** What templates may call. Results are texts, so Handlebars escapes them in HTML. */
export function registerHelpers(environment: typeof Handlebars, sentences: Sentences, timeZone: string): void {
  const localeOf = (options: Options) => String(options.data.locale);

  environment.registerHelper({
    lang: (options: Options) => localeOf(options),
    basePath: (options: Options) => String(options.data.basePath),
    /** {{t "mail.received.intro" ref=request.ref}} */
    t: (key: string, options: Options) => sentences.sentence(key, localeOf(options), options.hash),
    /** {{code "financial" order.displayFinancialStatus}}: the sentence of a code, or a code newer than us as it is. */
    code(group: string, code: string | null, options: Options) {
      const key = `${group}.${code}`;
      return sentences.has(key, localeOf(options))
        ? sentences.sentence(key, localeOf(options), options.hash)
        : (code ?? '');
    },
    /** What is told as data: a text, money, a day, or a sentence that speaks of such. */
    say: (told: Told, options: Options) => say(told, { locale: localeOf(options), timeZone, sentences }),
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
    /** "fi" → "Finnish", in the reader's language. */
    languageName: (locale: string, options: Options) =>
      new Intl.DisplayNames([localeOf(options)], { type: 'language' }).of(locale) ?? locale,
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
    join: (values: readonly string[]) => values.join(', '),
    tail: (name: string) => name.replace(/[^\p{L}\p{N}]/gu, '').slice(-4),
  });
}

interface Speech {
  readonly locale: string;
  readonly timeZone: string;
  readonly sentences: Sentences;
}

function say(told: Told, speech: Speech): string {
  const { locale, timeZone, sentences } = speech;
  if (typeof told !== 'object') return String(told);
  if ('currencyCode' in told) return formatMoney(told, locale);
  if ('day' in told) return dayIn(told.day, locale);
  if ('time' in told) return momentIn(told.time, locale, timeZone);
  // A code newer than us is told as it is.
  if (!sentences.has(told.key, locale)) return told.key.slice(told.key.indexOf('.') + 1);
  const values = Object.entries(told.values).map(([name, value]) => [name, say(value, speech)]);
  return sentences.sentence(told.key, locale, Object.fromEntries(values));
}

function momentIn(at: number, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
}

/** A day as somebody wrote it down: it belongs to no zone. */
function dayIn(iso: string, locale: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
}

export interface BrandLook {
  readonly color: string;
  readonly logo: string | null;
  readonly signOff: string | null;
  /** Where the shop takes returns. */
  readonly returnsUrl: string | null;
}

/** Nothing that a customer writes comes near these: they are settings. */
export function registerBrand(environment: typeof Handlebars, { color, logo, signOff, returnsUrl }: BrandLook): void {
  environment.registerHelper({
    brandColor: () => color,
    brandInk: () => inkOn(color),
    brandLogo: () => logo ?? '',
    isBranded: () => brandStyle(color) !== '',
    brandSignOff: () => signOff ?? '',
    returnsUrl: () => returnsUrl ?? '',
  });
}
