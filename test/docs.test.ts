/** What the documents claim about names and settings is held against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fields } from '../src/config-fields.ts';
import { CONDITION_NAMES } from '../src/domain/policy/conditions.ts';
import { OUTCOMES, policySchema } from '../src/domain/policy/policy.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('docs/policy.md', () => {
  const text = read('docs/policy.md');

  it.each([...CONDITION_NAMES, ...OUTCOMES, ...Object.keys(policySchema.shape)])('names %s', (name) => {
    expect(text).toMatch(new RegExp(`\`${name}\\b`));
  });
});

describe('docs/guarantees.md', () => {
  it('names only tests that exist', () => {
    const named = [...read('docs/guarantees.md').matchAll(/`([\w/-]+\.test\.ts)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(15);
    for (const name of named) expect(existsSync(new URL(name, import.meta.url)), name).toBe(true);
  });
});

describe('docs/security.md', () => {
  const text = read('docs/security.md');

  it('names only tests that exist, by their own words', () => {
    const named = [...text.matchAll(/`([\w/-]+\.test\.ts)`(?: "([^"]+)")?/g)];
    expect(named.length).toBeGreaterThan(30);
    for (const [, file = '', title = ''] of named) {
      expect(readFileSync(new URL(file, import.meta.url), 'utf8'), file).toContain(title);
    }
  });

  it('has every chapter of ASVS 5.0 that applies or says why not', () => {
    for (let chapter = 1; chapter <= 17; chapter += 1) expect(text).toMatch(new RegExp(`^\\| V${chapter}[. ]`, 'm'));
  });
});

describe('README.md', () => {
  it('names the languages there are', () => {
    const files = readdirSync(new URL('../templates/locales', import.meta.url)).map((file) =>
      file.replace('.json', ''),
    );
    const names = new Intl.DisplayNames('en', { type: 'language' });
    for (const locale of files) expect(read('README.md')).toContain(names.of(locale));
  });
});

describe('.env.example', () => {
  it.each(Object.keys(fields.shape))('has %s', (name) => {
    expect(read('.env.example')).toMatch(new RegExp(`^#?${name}=`, 'm'));
  });
});
