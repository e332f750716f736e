/** Which rule of a policy applies to these facts. The first that holds; what was looked at before it is kept. */
import type { Calendar } from './calendar.ts';
import type { Shown } from './condition-kinds.ts';
import { type ConditionName, type Conditions, conditionOf, entriesOf } from './conditions.ts';
import type { Facts } from './facts.ts';
import type { Policy, PolicyRule } from './policy.ts';

export interface Finding {
  readonly condition: ConditionName;
  /** It stands under `unless`: the rule wants it not to hold. */
  readonly unless: boolean;
  readonly wanted: Shown;
  readonly found: Shown;
  /** Whether the rule's wish is met; null: the fact isn't known. */
  readonly met: boolean | null;
}

export interface RuleResult {
  readonly name: string;
  readonly then: PolicyRule['then'];
  readonly findings: readonly Finding[];
  readonly verdict: 'applies' | 'fails' | 'unknown';
}

export interface RulesResult {
  readonly rule: PolicyRule | null;
  readonly applied: RuleResult | null;
  /** Rules before it that would apply but for one condition. */
  readonly nearly: readonly RuleResult[];
  /** Rules before it of which it can't be known whether they apply. */
  readonly unknown: readonly RuleResult[];
}

export function evaluateRules(policy: Policy, facts: Facts): RulesResult {
  const nearly: RuleResult[] = [];
  const unknown: RuleResult[] = [];
  for (const rule of policy.rules) {
    const result = tryRule(rule, facts, policy.calendar);
    if (result.verdict === 'applies') return { rule, applied: result, nearly, unknown };
    if (result.verdict === 'unknown') unknown.push(result);
    else if (isNear(result)) nearly.push(result);
  }
  return { rule: null, applied: null, nearly, unknown };
}

/** All but one of several conditions hold: worth telling. A rule with one condition is either on or off. */
function isNear({ findings }: RuleResult): boolean {
  return findings.length > 1 && findings.filter(({ met }) => met !== true).length === 1;
}

export function tryRule(
  rule: Pick<PolicyRule, 'name' | 'when' | 'unless' | 'then'>,
  facts: Facts,
  calendar: Calendar,
): RuleResult {
  const findings = findingsOf(rule.when, rule.unless, facts, calendar);
  const failed = findings.some(({ met }) => met === false);
  const open = findings.some(({ met }) => met === null);
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word, as above.
  return { name: rule.name, then: rule.then, findings, verdict: failed ? 'fails' : open ? 'unknown' : 'applies' };
}

export function findingsOf(when: Conditions, unless: Conditions, facts: Facts, calendar: Calendar): Finding[] {
  const look = (conditions: Conditions, isUnless: boolean) =>
    entriesOf(conditions).map(([name, wanted]): Finding => {
      const condition = conditionOf(name);
      const holds = condition.holds(wanted, facts, calendar);
      return {
        condition: name,
        unless: isUnless,
        wanted: condition.wanted(wanted),
        found: condition.found(wanted, facts, calendar),
        met: holds === null ? null : holds !== isUnless,
      };
    });
  return [...look(when, false), ...look(unless, true)];
}
