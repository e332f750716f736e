/**
 * What is to happen with a matched request: the shop's rules, and before them what no rule can change. Pure: the facts
 * come in, an assessment with its reasons goes out. Only a rule approves; nothing is ever approved for want of one.
 */

import type { ConditionName } from './conditions.ts';
import { evaluateRules, type RuleResult, type RulesResult } from './evaluate-rules.ts';
import type { Facts } from './facts.ts';
import type { CustomerText, Outcome, Policy, PolicyRule, Treatment } from './policy.ts';

export type AssessmentReason =
  | 'rule'
  | 'no_rule'
  /** An earlier rule might apply, but what it asks about isn't known. */
  | 'unknown_fact'
  | 'cut_short'
  | 'proof_missing'
  | 'entered_by_staff'
  | 'in_doubt'
  | 'protected'
  | SpecialKind
  | 'return_open'
  | 'shipped'
  | 'partly_shipped'
  | 'label_bought'
  | 'payment_pending';

/** Orders that nobody but a rule which names them may approve by itself. */
export const SPECIAL_KINDS = ['subscription', 'b2b', 'gift_card', 'draft_order', 'pre_order'] as const;
export type SpecialKind = (typeof SPECIAL_KINDS)[number];

/** What a request waits for that neither staff nor the customer decide. */
export type WaitsFor = 'payment' | 'label';

export interface Assessment {
  readonly policyVersion: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly outcome: Outcome | 'wait';
  readonly waitsFor: WaitsFor | null;
  readonly reason: AssessmentReason;
  readonly applied: RuleResult | null;
  readonly nearly: readonly RuleResult[];
  readonly people: readonly string[];
  readonly approvals: number;
  readonly tell: CustomerText | null;
  readonly note: string | null;
  readonly treatment: Treatment;
  readonly facts: Facts;
}

const SPECIAL_FACTS: Record<SpecialKind, (facts: Facts) => boolean> = {
  subscription: (facts) => facts.subscription,
  b2b: (facts) => facts.b2b,
  gift_card: (facts) => facts.giftCard,
  draft_order: (facts) => facts.draftOrder,
  pre_order: (facts) => facts.preOrder,
};

export function assess(policy: Policy, facts: Facts, at: number): Assessment {
  const rules = evaluateRules(policy, facts);
  const verdict = verdictOf(policy, facts, rules);
  // A rule that was not followed leaves nothing of itself behind.
  const followed = verdict.reason === 'rule' || verdict.outcome === 'staff' ? rules.rule : null;
  return {
    policyVersion: policy.version,
    at,
    waitsFor: null,
    tell: null,
    applied: rules.applied,
    nearly: rules.nearly,
    people: followed?.people ?? [],
    approvals: followed?.approvals ?? 1,
    note: followed?.note ?? null,
    treatment: { ...policy.defaults, ...followed?.treatment },
    facts,
    ...verdict,
  };
}

function verdictOf(policy: Policy, facts: Facts, rules: RulesResult): Verdict {
  const standing = standingRoute(policy, facts);
  const verdict = standing && !overrules(rules.rule, standing) ? standing : byRules(policy, facts, rules);
  // Whoever sent it long ago is neither answered, asked nor kept waiting by a rule.
  return facts.inDoubt && verdict.outcome !== 'staff' ? { outcome: 'staff', reason: 'in_doubt' } : verdict;
}

/** The name of the rule that the reason speaks of; null: it is none. */
export function ruleBehind({ reason, applied }: Pick<Assessment, 'reason' | 'applied'>): string | null {
  return reason === 'rule' || reason === 'entered_by_staff' ? (applied?.name ?? null) : null;
}

type Verdict = Pick<Assessment, 'outcome' | 'reason'> & Partial<Pick<Assessment, 'waitsFor' | 'tell'>>;
type Standing = Verdict & { readonly named: ConditionName };

/** What Shopify itself won't cancel, or not yet. */
function standingRoute(policy: Policy, facts: Facts): Standing | null {
  if (facts.returnStatus === 'RETURN_REQUESTED' || facts.returnStatus === 'IN_PROGRESS') {
    return { outcome: 'staff', reason: 'return_open', named: 'return_status' };
  }
  if (facts.shipped === 'all') {
    return policy.returns
      ? { outcome: 'decline', reason: 'shipped', tell: policy.returns, named: 'fulfilment_status' }
      : { outcome: 'staff', reason: 'shipped', named: 'fulfilment_status' };
  }
  if (facts.shipped === 'part') return { outcome: 'staff', reason: 'partly_shipped', named: 'fulfilment_status' };
  if (facts.labelBought) return { outcome: 'wait', waitsFor: 'label', reason: 'label_bought', named: 'label_bought' };
  if (facts.paymentPending) {
    return { outcome: 'wait', waitsFor: 'payment', reason: 'payment_pending', named: 'payment_pending' };
  }
  return null;
}

/** A rule that names the very thing may do anything about it but approve. */
function overrules(rule: PolicyRule | null, { named }: Standing): boolean {
  return rule !== null && rule.then !== 'approve' && rule.when[named] !== undefined;
}

function byRules(policy: Policy, facts: Facts, { rule, unknown }: RulesResult): Verdict {
  if (!rule) return { outcome: 'staff', reason: 'no_rule' };
  if (rule.then === 'staff') return { outcome: 'staff', reason: 'rule' };
  if (facts.cutShort) return { outcome: 'staff', reason: 'cut_short' };
  if (unknown.length > 0) return { outcome: 'staff', reason: 'unknown_fact' };
  const doubt = rule.then === 'approve' ? doubtAbout(policy, facts, rule) : null;
  return doubt ? { outcome: 'staff', reason: doubt } : { outcome: rule.then, reason: 'rule', tell: rule.tell };
}

/** Why a rule's approval is left to staff all the same. */
function doubtAbout(policy: Policy, facts: Facts, rule: PolicyRule): AssessmentReason | null {
  const protectedTags = policy.protectedProductTags.map((tag) => tag.toLowerCase());
  if (facts.productTags.some((tag) => protectedTags.includes(tag.toLowerCase()))) return 'protected';
  const special = SPECIAL_KINDS.find((kind) => SPECIAL_FACTS[kind](facts) && rule.when[kind] !== true);
  if (special) return special;
  // A mistyped order name is another customer's order, and nobody else looks at it.
  if (facts.enteredByStaff) return 'entered_by_staff';
  const needsProof = policy.proof.level !== 'none' && facts.source !== 'risk_sweep';
  return needsProof && facts.proof === 'none' ? 'proof_missing' : null;
}
