/** YAML → policy, or what is wrong with it, each with the line it stands on. */
import { createHash } from 'node:crypto';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { findRuleMistakes, type RuleMistake } from '../../domain/policy/find-rule-mistakes.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { type PolicyFile, policySchema } from '../../domain/policy/policy-schema.ts';
import { toPolicy } from '../../domain/policy/to-policy.ts';

export interface PolicyFault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** A warning leaves the policy usable. */
  readonly severity: 'error' | 'warning';
}

export type ReadPolicy = { readonly policy: Policy | null; readonly faults: readonly PolicyFault[] };

type Path = readonly PropertyKey[];

export function readPolicy(text: string): ReadPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => fault(lines.linePos(pos[0]).line, message));
    return { policy: null, faults };
  }
  const lineOf = (path: Path): number => {
    // The nearest thing that is there: of a missing key, its parent.
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const given: unknown = document.toJS({ maxAliasCount: 50 }) ?? {};
  const parsed = policySchema.safeParse(given);
  if (!parsed.success) {
    return { policy: null, faults: parsed.error.issues.flatMap((issue) => toFaults(issue, given, lineOf)) };
  }
  const policy = toPolicy(parsed.data satisfies PolicyFile, versionOf(text));
  const mistakes = findRuleMistakes(policy.rules).map((mistake) => toFault(mistake, lineOf(['rules', mistake.rule])));
  const usable = mistakes.every(({ severity }) => severity === 'warning');
  return { policy: usable ? policy : null, faults: mistakes };
}

/** The same text is the same version, whoever reads it. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

export function showFault(file: string, { line, severity, message }: PolicyFault): string {
  return `${file}:${line}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

function toFaults(issue: z.core.$ZodIssue, given: unknown, lineOf: (path: Path) => number): PolicyFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      fault(lineOf([...issue.path, key]), `${nameOf([...issue.path, key])}: is not known here`),
    );
  }
  const missing = issue.code !== 'custom' && valueAt(given, issue.path) === undefined;
  return [fault(lineOf(issue.path), `${nameOf(issue.path)}: ${missing ? 'is missing' : issue.message}`)];
}

/** A contradiction is a slip of the pen; so is a rule behind another, but the others still do what they say. */
function toFault({ kind, message }: RuleMistake, line: number): PolicyFault {
  return { line, message, severity: kind === 'unreachable' ? 'warning' : 'error' };
}

function valueAt(given: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], given);
}

function fault(line: number, message: string): PolicyFault {
  return { line, message, severity: 'error' };
}

/** ["rules", 1, "when", "risk", 0] → "rules[2].when.risk[1]": people count from one. */
function nameOf(path: Path): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part + 1}]` : `.${String(part)}`));
  return parts.join('').replace(/^\./, '') || 'the file';
}
