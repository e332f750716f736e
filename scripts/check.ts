/** What can be told without running it: format and lint, types, promise rules, dead code, licences, vulnerabilities. CI runs the tests after it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('./run.mjs', import.meta.url));

const checks: [name: string, ...command: string[]][] = [
  ['format, lint, layering', ':biome', 'ci', '.'],
  ['types of source and tests', ':tsc', '--noEmit'],
  ['promises and exhaustive switches', ':oxlint', '--type-aware', 'src', 'test', 'scripts'],
  ['dead code and unlisted packages', ':knip'],
  ['published policy schema', 'scripts/policy-schema.ts', '--check'],
  ['licences and install scripts', 'scripts/licences.ts'],
  ['known vulnerabilities', 'scripts/audit.ts'],
];

for (const [name, ...command] of checks) {
  const started = performance.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(process.execPath, [launcher, ...command], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`✗ ${name} failed (${command.join(' ').replace(':', '')})`);
    process.exit(1);
  }
  console.log(`✓ ${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
