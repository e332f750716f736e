/**
 * `npm audit`: fails when a package has a known vulnerability of level high or critical. A registry that can't be asked
 * is no vulnerability, and no proof of there being none: it is said, and the check goes on.
 */
import { spawnSync } from 'node:child_process';
import { ROOT } from './lockfile.ts';

export type Audit =
  | { readonly kind: 'clean'; readonly low: number }
  | { readonly kind: 'vulnerable'; readonly packages: readonly string[] }
  | { readonly kind: 'unreachable'; readonly reason: string };

const SERIOUS = ['high', 'critical'];

/** @param output of `npm audit --json` */
export function judgeAudit(output: string): Audit {
  let report: {
    readonly vulnerabilities?: Record<string, { readonly severity?: string }>;
    readonly statusCode?: number;
    readonly error?: { readonly code?: string };
  };
  try {
    report = JSON.parse(output);
  } catch {
    return { kind: 'unreachable', reason: 'npm audit gave no report' };
  }
  if (!report.vulnerabilities) {
    const why = report.statusCode ? `it answered ${report.statusCode}` : (report.error?.code ?? 'no answer');
    return { kind: 'unreachable', reason: `the registry can't be asked for advisories (${why})` };
  }
  const found = Object.entries(report.vulnerabilities);
  const packages = found.filter(([, { severity = '' }]) => SERIOUS.includes(severity)).map(([name]) => name);
  return packages.length > 0 ? { kind: 'vulnerable', packages } : { kind: 'clean', low: found.length };
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--audit-level=high'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  const audit = judgeAudit(stdout ?? '');
  if (audit.kind === 'vulnerable') {
    console.error(`Vulnerable, see "npm audit": ${audit.packages.join(', ')}`);
    process.exit(1);
  }
  if (audit.kind === 'unreachable') console.log(`SKIPPED: ${audit.reason}`);
  else console.log(`No vulnerability of level high or critical is known; ${audit.low} lower`);
}
