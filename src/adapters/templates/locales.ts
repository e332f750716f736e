/** Sentences out of templates/locales/LOCALE.json, in ICU message syntax. A language is one file. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { languageOf, readTag } from '../../domain/language-tag.ts';

export const FALLBACK_LOCALE = 'en';

type Values = Record<string, string | number>;

export interface Sentences {
  /** Throws for a key that the language doesn't have: tests see to it that none is missing. @param locale of a language there is */
  sentence(key: string, locale: string, values?: Values): string;
  has(key: string, locale: string): boolean;
  /** "fi_FI" → "fi-FI"; null when there is no file of the language. */
  bestLocale(wanted: string | null): string | null;
  keys(locale: string): string[];
  readonly locales: readonly string[];
}

export function loadSentences(folder: string): Sentences {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const languages = new Map(
    files.map((file) => [basename(file, '.json'), flatten(JSON.parse(readFileSync(join(folder, file), 'utf8')))]),
  );
  const formats = new Map<string, IntlMessageFormat>();

  const sentencesOf = (locale: string | null) => languages.get(languageOf(locale) ?? '');

  function sentence(key: string, locale: string, values: Values = {}): string {
    const text = sentencesOf(locale)?.get(key);
    if (text === undefined) throw new Error(`templates/locales/${languageOf(locale)}.json has no "${key}"`);
    const cacheKey = `${locale} ${key}`;
    let format = formats.get(cacheKey);
    if (!format) {
      format = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
      formats.set(cacheKey, format);
    }
    return String(format.format(values));
  }

  return {
    sentence,
    bestLocale: (wanted) => (sentencesOf(wanted) ? readTag(wanted) : null),
    has: (key, locale) => sentencesOf(locale)?.has(key) ?? false,
    keys: (locale) => [...(sentencesOf(locale)?.keys() ?? [])],
    locales: [...languages.keys()],
  };
}

interface Tree {
  readonly [key: string]: string | Tree;
}

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}
