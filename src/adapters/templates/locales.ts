/** Sentences out of templates/locales/LOCALE.json, in ICU message syntax. A language is one file. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';

export const FALLBACK_LOCALE = 'en';

type Values = Record<string, string | number>;

export interface Sentences {
  /** Throws for a key that the language doesn't have: tests see to it that none is missing. */
  sentence(key: string, locale: string, values?: Values): string;
  has(key: string, locale: string): boolean;
  /** "fi-FI" → "fi"; null when there is no file that fits. */
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

  const bestLocale = (wanted: string | null): string | null => {
    if (!wanted) return null;
    const tag = wanted.replace('_', '-').toLowerCase();
    return [tag, tag.split('-')[0] ?? ''].find((one) => languages.has(one)) ?? null;
  };

  function sentence(key: string, locale: string, values: Values = {}): string {
    const language = bestLocale(locale) ?? FALLBACK_LOCALE;
    const text = languages.get(language)?.get(key);
    if (text === undefined) throw new Error(`templates/locales/${language}.json has no "${key}"`);
    const cacheKey = `${language} ${key}`;
    let format = formats.get(cacheKey);
    if (!format) {
      format = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
      formats.set(cacheKey, format);
    }
    return String(format.format(values));
  }

  return {
    sentence,
    bestLocale,
    has: (key, locale) => languages.get(bestLocale(locale) ?? FALLBACK_LOCALE)?.has(key) ?? false,
    keys: (locale) => [...(languages.get(locale)?.keys() ?? [])],
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
