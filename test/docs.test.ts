/** What the documents claim about names and settings is held against the code. */
import { readFileSync } from 'node:fs';
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

describe('.env.example', () => {
  it.each(Object.keys(fields.shape))('has %s', (name) => {
    expect(read('.env.example')).toMatch(new RegExp(`^#?${name}=`, 'm'));
  });
});
