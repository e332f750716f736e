import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRenderer } from '../adapters/templates/renderer.ts';
import { sampleContext, sampleNames } from '../adapters/templates/sample-context.ts';
import { NOTICES, type NoticeName } from '../domain/notices.ts';
import type { Renderer } from '../ports.ts';
import { loadBrand } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));

interface Options {
  readonly locale: string;
  readonly html?: boolean;
  readonly all?: boolean;
  readonly out: string;
}

/** Needs no settings: the contents are made up, the looks are those of the settings that are there. */
export function previewMail(template: string | undefined, options: Options): void {
  const looks = { country: null, basePath: '', brand: loadBrand() };
  const renderer = createRenderer({ folder: TEMPLATES, timeZone: 'UTC', ...looks });
  const locale = renderer.bestLocale(options.locale);
  if (!locale) throw new CommandError(`There are no texts in "${options.locale}".`, EXIT.usage);
  if (options.all) {
    writeAll(renderer, locale, options.out);
    return;
  }
  if (!isNotice(template)) {
    throw new CommandError(`Say which mail: ${NOTICES.join(', ')}; or --all.`, EXIT.usage);
  }
  const mail = renderer.notice(template, locale, sampleContext(template));
  console.log(options.html ? mail.html : `Subject: ${mail.subject}\n\n${mail.text}`);
}

function writeAll(renderer: Renderer, locale: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const previews = NOTICES.flatMap((notice) => sampleNames(notice).map((name) => ({ notice, name })));
  for (const { notice, name } of previews) {
    const mail = renderer.notice(notice, locale, sampleContext(name));
    const file = join(folder, `${name}.${locale}`);
    writeFileSync(`${file}.html`, mail.html);
    writeFileSync(`${file}.txt`, `Subject: ${mail.subject}\n\n${mail.text}`);
  }
  console.log(`Wrote ${previews.length} mails in ${locale} to ${folder}.`);
}

function isNotice(name: string | undefined): name is NoticeName {
  return (NOTICES as readonly (string | undefined)[]).includes(name);
}
