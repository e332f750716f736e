import { readFileSync } from 'node:fs';
import { readPolicy, showFault } from '../adapters/policy/read-policy.ts';
import { DURATION, milliseconds } from '../domain/policy/duration.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { replay } from '../domain/policy/replay.ts';
import { explainAssessment, explanationText } from '../steps/explain-assessment.ts';
import { CommandError, EXIT } from './exit.ts';
import { mustFind } from './requests.ts';
import { printJson, withService } from './with-service.ts';

/** Needs no settings and no service: a file can be checked before it goes anywhere. */
export function checkPolicy(file: string | undefined, options: { json?: boolean }): void {
  const path = file ?? process.env.POLICY_FILE ?? 'policy.yaml';
  const { policy, faults } = readPolicy(readText(path));
  if (options.json) printJson({ file: path, ok: policy !== null, faults });
  else {
    for (const fault of faults) console.error(showFault(path, fault));
    if (policy) console.log(`${path}: ${policy.rules.length} rules, version ${policy.version}`);
  }
  if (!policy) process.exitCode = EXIT.failed;
}

export async function explainPolicy(ref: string, options: { locale?: string; json?: boolean }): Promise<void> {
  await withService(async ({ desk }) => {
    const request = await mustFind(desk.store.records, ref);
    const wanted = options.locale ?? desk.defaultLocale;
    const locale = desk.renderer.bestLocale(wanted);
    if (!locale) throw new CommandError(`There are no texts in "${wanted}".`, EXIT.usage);
    const explanation = explainAssessment(request, desk.renderer, locale, (await desk.shop()).ianaTimezone);
    if (!explanation) {
      throw new CommandError(`${request.ref} is ${request.status} and was not assessed: no order is known for it yet.`);
    }
    if (options.json) printJson({ ref: request.ref, ...explanation, assessment: request.assessment });
    else console.log(`${request.ref}\n${explanationText(explanation)}`);
  });
}

export async function replayPolicy(options: { since: string; policy?: string; json?: boolean }): Promise<void> {
  if (!DURATION.test(options.since)) {
    throw new CommandError(`--since wants a time such as 90d or 12h, not "${options.since}".`, EXIT.usage);
  }
  const other = options.policy === undefined ? null : mustRead(options.policy);
  const result = await withService(async ({ desk }) =>
    replay(
      other ?? (await desk.policies.current()),
      desk.store.records.requests.since(desk.now() - milliseconds(options.since)),
    ),
  );
  if (options.json) return printJson(result);
  console.log(`${result.compared} requests compared, ${result.left} that were never assessed left out.`);
  for (const [outcome, { was, would }] of Object.entries(result.counts)) {
    const change = would - was;
    console.log(`${outcome.padEnd(8)}  ${column(was)} then  ${column(would)} now  ${change > 0 ? '+' : ''}${change}`);
  }
  if (result.differences.length > 0) console.log('\nThese would differ:');
  for (const one of result.differences) {
    const [before, after] = [named(one.was, one.wasRule), named(one.would, one.wouldRule)];
    console.log(`${one.ref}  ${(one.orderName ?? '').padEnd(10)}  ${before} → ${after}`);
  }
}

function column(count: number): string {
  return String(count).padStart(5);
}

function named(outcome: string, rule: string | null): string {
  return rule ? `${outcome} (${rule})` : outcome;
}

function mustRead(path: string): Policy {
  const { policy, faults } = readPolicy(readText(path));
  if (!policy) throw new CommandError(faults.map((fault) => showFault(path, fault)).join('\n'), EXIT.configuration);
  return policy;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new CommandError(`${path} can't be read (${code}).`, EXIT.usage);
  }
}
