/** What is told as data, in the reader's words. */
import { formatMoney } from '../../domain/money.ts';
import type { Told } from '../../domain/phrase.ts';
import type { Sentences } from './locales.ts';

interface Speech {
  readonly locale: string;
  readonly timeZone: string;
  readonly sentences: Sentences;
}

export function say(told: Told, speech: Speech): string {
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

export function momentIn(at: number, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
}

/** A day as somebody wrote it down: it belongs to no zone. */
export function dayIn(iso: string, locale: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
}
