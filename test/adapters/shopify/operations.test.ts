import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NoDeprecatedCustomRule, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../src/adapters/shopify/operations.ts';
import { loadAdminSchema } from '../../world/shopify/schema.ts';

describe('Admin API operations', () => {
  it.each(OPERATIONS.map(({ name, document }) => [name, document]))(
    '%s is valid in 2026-10, with nothing deprecated',
    (_, document) => {
      expect(validate(loadAdminSchema(), parse(document), [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
    },
  );

  it('have the types that "npm run codegen" would write', () => {
    const script = fileURLToPath(new URL('../../../scripts/generate-shopify-types.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
