/**
 * `npm run policy-schema` writes docs/policy.schema.json, by which editors complete and check a policy.yaml; with --check
 * it only says whether the file is as the code would write it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { policySchema } from '../src/domain/policy/policy-schema.ts';

const FILE = fileURLToPath(new URL('../docs/policy.schema.json', import.meta.url));

const schema = { title: 'Cancel Desk policy', ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-7' }) };
const text = JSON.stringify(schema);

if (process.argv.includes('--check')) {
  // The formatter has its own ways with line breaks.
  if (JSON.stringify(JSON.parse(readFileSync(FILE, 'utf8'))) === text) process.exit(0);
  console.error('docs/policy.schema.json is not what the code says: run "npm run policy-schema".');
  process.exit(1);
}
writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
console.log('Wrote docs/policy.schema.json');
