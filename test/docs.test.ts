/** What the documents claim about names and settings is held against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fields } from '../src/config-fields.ts';
import { CONDITION_NAMES } from '../src/domain/policy/conditions.ts';
import { OUTCOMES } from '../src/domain/policy/policy.ts';
import { policySchema } from '../src/domain/policy/policy-schema.ts';
import { CAMPAIGNS } from './torture/campaigns.ts';

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

describe('the torture table', () => {
  interface Played {
    readonly campaign: string;
    readonly database: string;
    readonly responses: number;
    readonly cancelled: number;
    readonly told: number;
    readonly violations: readonly string[];
    readonly seed: number;
    readonly date: string;
  }
  const played: Played[] = JSON.parse(read('bench/torture.json'));
  const rows = read('docs/guarantees.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it.each(played.map((one) => [`${one.campaign} on ${one.database}`, one] as const))(
    'says what was played: %s',
    (_, one) => {
      const [row = []] = rows.filter(
        ([, campaign, database]) => campaign === one.campaign && database === one.database,
      );
      const [, , , , responses, cancelled, , told, , violations, seed, date] = row;
      const shown = [responses, cancelled, told, violations, seed, date];
      expect(shown).toEqual([
        ...[one.responses, one.cancelled, one.told, one.violations.length, one.seed].map(String),
        one.date,
      ]);
    },
  );

  it('says nothing else was, and has every campaign on both databases', () => {
    const names = CAMPAIGNS.flatMap(({ name, only }) =>
      (['sqlite', 'postgres'] as const)
        .filter((kind) => !only || only === kind)
        .map((kind) => `${name} ${kind === 'sqlite' ? 'embedded' : kind}`),
    );
    const told = rows.flatMap(([, campaign, database]) =>
      database === 'embedded' || database === 'postgres' ? [`${campaign} ${database}`] : [],
    );
    expect(told.sort()).toEqual(names.sort());
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
