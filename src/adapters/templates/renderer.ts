/** Handlebars over templates/. All are read at the start, and each is compiled when it is first used; tests use each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars/dist/handlebars.js';
import { languageOf, tagOfFormats } from '../../domain/language-tag.ts';
import type { Renderer } from '../../ports.ts';
import { type BrandLook, registerBrand } from './brand-helpers.ts';
import { registerHelpers } from './helpers.ts';
import { keepTogether } from './keep-together.ts';
import { FALLBACK_LOCALE, loadSentences } from './locales.ts';
import { registerMailLook } from './mail-look.ts';

export interface RendererOptions {
  /** The templates folder. */
  readonly folder: string;
  /** IANA name: dates are told in the shop's time. */
  readonly timeZone: string;
  /** "FI": whose amounts and dates are written for readers of whom only the language is known. null: not known either. */
  readonly country: string | null;
  /** Where the pages are mounted: "" or "/desk". */
  readonly basePath: string;
  readonly brand: BrandLook;
}

type Template = (locale: string, context: object) => string;

export function createRenderer({ folder, timeZone, country, basePath, brand }: RendererOptions): Renderer {
  const sentences = loadSentences(join(folder, 'locales'));
  const mails = compileFolder(join(folder, 'emails'));
  const pages = compileFolder(join(folder, 'pages'));
  const localeFor = (wanted: string) => tagOfFormats(sentences.bestLocale(wanted) ?? FALLBACK_LOCALE, country);

  function compileFolder(path: string): Map<string, Template> {
    // One environment for HTML, which escapes, and one for plain text, which doesn't; partials are shared by kind.
    const html = Handlebars.create();
    const text = Handlebars.create();
    for (const environment of [html, text]) {
      registerHelpers(environment, sentences, { timeZone, marks: environment === html });
      registerBrand(environment, brand);
      registerMailLook(environment, brand.color);
    }
    const files = readdirSync(path).filter((file) => file.endsWith('.hbs'));
    const compiled = new Map<string, Template>();
    for (const file of files) {
      const plain = /\.(txt|subject)\.hbs$/.test(file);
      const source = readFileSync(join(path, file), 'utf8');
      const environment = plain ? text : html;
      const name = file.replace(/\.hbs$/, '');
      const template = environment.compile(source, { strict: true, noEscape: plain });
      environment.registerPartial(name, template);
      compiled.set(name, (locale, context) =>
        template(context, { data: { locale, language: languageOf(locale), basePath } }),
      );
    }
    return compiled;
  }

  function render(templates: Map<string, Template>, name: string, locale: string, context: object): string {
    const template = templates.get(name);
    if (!template) throw new Error(`There is no template ${name}`);
    return template(localeFor(locale), context);
  }

  return {
    notice: (name, locale, context) => ({
      language: languageOf(localeFor(locale)) ?? FALLBACK_LOCALE,
      // A subject is one line, whatever an answer holds; a space that French keeps before a colon stays one.
      subject: render(mails, `${name}.subject`, locale, context)
        .replace(/[^\S\u00a0\u202f]+/g, ' ')
        .trim(),
      text: tidyText(render(mails, `${name}.txt`, locale, context)),
      html: keepTogether(render(mails, `${name}.html`, locale, context), '<span style="white-space:nowrap;">'),
    }),
    page: (name, locale, context) => keepTogether(render(pages, name, locale, context), '<span class="whole">'),
    sentence: (key, locale, values) => sentences.sentence(key, localeFor(locale), values),
    tagOfFormats: localeFor,
    bestLocale: (wanted) => sentences.bestLocale(wanted),
  };
}

function tidyText(text: string): string {
  return `${text
    .replace(/^(?!-- $)(.*?)[ \t]+$/gm, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
