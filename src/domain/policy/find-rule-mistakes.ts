/** Rules that can never apply: because they contradict themselves, or because an earlier one takes all they would. */
import { type ConditionName, type Conditions, conditionOf, entriesOf } from './conditions.ts';
import type { PolicyRule } from './policy.ts';

export interface RuleMistake {
  /** Index of the rule. */
  readonly rule: number;
  readonly kind: 'contradictory' | 'unreachable' | 'same_name';
  readonly message: string;
}

/** What one condition says about another: nothing has been shipped or labelled before fulfilment starts. */
const FOLLOWS: readonly [ConditionName, unknown, ConditionName, unknown][] = [
  ['fulfilment_started', false, 'label_bought', true],
  ['fulfilment_started', false, 'fulfilment_status', ['FULFILLED', 'PARTIALLY_FULFILLED', 'IN_PROGRESS']],
  [
    'payment_pending',
    true,
    'payment_status',
    ['PAID', 'AUTHORIZED', 'REFUNDED', 'VOIDED', 'PARTIALLY_REFUNDED', 'EXPIRED', 'PARTIALLY_PAID'],
  ],
];

export function findRuleMistakes(rules: readonly PolicyRule[]): RuleMistake[] {
  return rules.flatMap((rule, index): RuleMistake[] => {
    const clash = contradictionIn(rule);
    if (clash) return [{ rule: index, kind: 'contradictory', message: `"${rule.name}" can never apply: ${clash}` }];
    const earlier = rules.slice(0, index);
    const sameName = earlier.find((one) => one.name === rule.name);
    if (sameName) {
      return [
        { rule: index, kind: 'same_name', message: `Two rules are called "${rule.name}"; explanations name rules` },
      ];
    }
    const covering = earlier.find((one) => contradictionIn(one) === null && covers(one, rule));
    if (!covering) return [];
    const message = `"${rule.name}" is never reached: "${covering.name}" before it applies to everything it would`;
    return [{ rule: index, kind: 'unreachable', message }];
  });
}

function contradictionIn({ when, unless }: Pick<PolicyRule, 'when' | 'unless'>): string | null {
  for (const [name, wanted] of entriesOf(when)) {
    if (conditionOf(name).impossible(wanted)) return `nothing fits ${name}`;
    const excluded = unless[name];
    if (excluded !== undefined && conditionOf(name).implies(wanted, excluded)) {
      return `what "when" wants of ${name}, "unless" rules out`;
    }
  }
  for (const [a, wantedA, b, wantedB] of FOLLOWS) {
    const [haveA, haveB] = [when[a], when[b]];
    if (haveA === undefined || haveB === undefined || haveA !== wantedA) continue;
    if (conditionOf(b).implies(haveB, wantedB)) return `${a}: ${String(wantedA)} and this ${b} can't both hold`;
  }
  return null;
}

/** Whatever fits `rule` fits `earlier`. Errs on the side of saying no. */
function covers(earlier: PolicyRule, rule: PolicyRule): boolean {
  return wantedBy(earlier.when, rule.when) && excludedBy(earlier.unless, rule);
}

function wantedBy(loose: Conditions, strict: Conditions): boolean {
  return entriesOf(loose).every(([name, wanted]) => {
    const narrower = strict[name];
    return narrower !== undefined && conditionOf(name).implies(narrower, wanted);
  });
}

/** The earlier rule's exceptions are the later one's too, or what the later one wants keeps clear of them. */
function excludedBy(exceptions: Conditions, rule: PolicyRule): boolean {
  return entriesOf(exceptions).every(([name, excluded]) => {
    const also = rule.unless[name];
    if (also !== undefined && conditionOf(name).implies(excluded, also)) return true;
    const wanted = rule.when[name];
    return wanted !== undefined && conditionOf(name).clash(wanted, excluded);
  });
}
