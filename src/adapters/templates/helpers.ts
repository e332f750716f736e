import type Handlebars from 'handlebars';
import { formatMoney, type Money } from '../../domain/money.ts';
import type { ShippingAddress } from '../../domain/order.ts';
import { brandStyle } from './brand-style.ts';
import { inkOn } from './colors.ts';
import { linkedText } from './linked-text.ts';
import type { Sentences } from './locales.ts';

type Options = Handlebars.HelperOptions;

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
    money: (money: Money, options: Options) => formatMoney(money, localeOf(options)),
    dateTime: (at: number, options: Options) =>
      new Intl.DateTimeFormat(localeOf(options), { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at),
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
    /** "2026-11-23", a day as somebody wrote it down: it belongs to no zone. */
    day: (iso: string, options: Options) =>
      new Intl.DateTimeFormat(localeOf(options), { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(iso)),
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
    itemCount: (lines: readonly { quantity: number }[]) => lines.reduce((sum, line) => sum + line.quantity, 0),
    addressLine: ({ company, address1, address2, zip, city, provinceCode, countryCode }: ShippingAddress) =>
      [company, address1, address2, [zip, city].filter(Boolean).join(' '), provinceCode, countryCode]
        .filter(Boolean)
        .join(', '),
    /** A text that staff wrote. Escaped already. */
    linked: (text: string | null) => new environment.SafeString(linkedText(text ?? '')),
    join: (values: readonly string[]) => values.join(', '),
    tail: (name: string) => name.replace(/[^\p{L}\p{N}]/gu, '').slice(-4),
  });
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
    /** Unless the text beside it has it already. */
    returnsUrlBeside: (text: string | null) => (returnsUrl && !text?.includes(returnsUrl) ? returnsUrl : ''),
  });
}
