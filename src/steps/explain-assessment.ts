/** An assessment in words: which rule applied and why, and which nearly did. Reads well enough to send to a customer. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Shown } from '../domain/policy/condition-kinds.ts';
import { durationParts } from '../domain/policy/duration.ts';
import type { Finding, RuleResult } from '../domain/policy/evaluate-rules.ts';
import type { Renderer } from '../ports.ts';

export interface Explanation {
  readonly outcome: string;
  /** Reasons of the rule that applied. */
  readonly because: readonly string[];
  readonly nearly: readonly { readonly rule: string; readonly missing: readonly string[] }[];
  readonly policy: string;
}

/** null: it was not assessed yet. */
export function explainAssessment(
  { assessment, orderName }: Pick<CancellationRequest, 'assessment' | 'orderName'>,
  renderer: Renderer,
  locale: string,
  timeZone: string,
): Explanation | null {
  if (!assessment) return null;
  const { outcome, reason, applied, nearly } = assessment;
  const say = (key: string, values?: Record<string, string | number>) => renderer.sentence(key, locale, values);
  const rule = applied?.name ?? '';
  const line = (finding: Finding) => describe(finding, say, renderer.tagOfFormats(locale), timeZone);
  const describeRule = (result: RuleResult) => ({
    rule: say('explain.nearly', { rule: result.name, outcome: say(`explain.short_${result.then}`) }),
    missing: result.findings.filter(({ met }) => met !== true).map(line),
  });
  return {
    outcome: say(reason === 'rule' ? `explain.by_rule_${outcome}` : 'explain.otherwise', {
      order: orderName ?? '',
      rule,
      reason: say(`assessment.${reason}`),
    }),
    because: (applied?.findings ?? []).map(line),
    nearly: nearly.map(describeRule),
    policy: say('explain.policy', { version: assessment.policyVersion }),
  };
}

export function explanationText({ outcome, because, nearly, policy }: Explanation): string {
  return [
    outcome,
    ...because.map((reason) => `  – ${reason}`),
    ...nearly.flatMap(({ rule, missing }) => [rule, ...missing.map((one) => `  – ${one}`)]),
    policy,
  ].join('\n');
}

type Say = (key: string, values?: Record<string, string | number>) => string;

function describe({ condition, unless, wanted, found }: Finding, say: Say, locale: string, timeZone: string): string {
  const subject = say(`condition.${condition}`);
  const have = inWords(found, say, locale, timeZone);
  const want = inWords(wanted, say, locale, timeZone);
  return say(unless ? 'explain.unless' : 'explain.when', { subject, found: have, wanted: want });
}

function inWords(shown: Shown, say: Say, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const time = (at: number) => format.format(at);
  switch (shown.kind) {
    case 'flag':
      return say(shown.value ? 'page.yes' : 'page.no');
    case 'list':
      return shown.value.length === 0
        ? say('explain.nothing')
        : new Intl.ListFormat(locale, { type: 'unit' }).format(shown.value);
    case 'number':
      return new Intl.NumberFormat(locale).format(shown.value);
    case 'duration':
      return duration(shown.value, locale);
    case 'range':
      return limits(shown, (value) => new Intl.NumberFormat(locale).format(value), say);
    case 'duration_range':
      return limits(shown, (value) => duration(value, locale), say);
    case 'until':
      return say('explain.until', { until: time(shown.until), asked: time(shown.asked) });
    case 'cut_off':
      return say('explain.cut_off', { time: shown.value });
    case 'unknown':
      return say('explain.unknown');
  }
}

function limits(
  { over, under }: { readonly over: number | null; readonly under: number | null },
  show: (value: number) => string,
  say: Say,
): string {
  const parts = [
    over === null ? null : say('explain.over', { limit: show(over) }),
    under === null ? null : say('explain.under', { limit: show(under) }),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function duration(ms: number, locale: string): string {
  return new Intl.DurationFormat(locale, { style: 'long' }).format(durationParts(ms));
}
