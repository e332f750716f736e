/** What another policy would have decided on requests of the past: the facts are those that were known then. */
import { type Assessment, assess } from './assess.ts';
import type { Policy } from './policy.ts';

export type ReplayOutcome = Assessment['outcome'];

export interface Difference {
  readonly ref: string;
  readonly orderName: string | null;
  readonly was: ReplayOutcome;
  readonly wasRule: string | null;
  readonly would: ReplayOutcome;
  readonly wouldRule: string | null;
}

export interface Replay {
  readonly compared: number;
  /** Requests that were never assessed: no order, or from before there was a policy. */
  readonly left: number;
  /** outcome → how many then and how many now. */
  readonly counts: Readonly<Record<string, { readonly was: number; readonly would: number }>>;
  readonly differences: readonly Difference[];
}

interface Past {
  readonly ref: string;
  readonly orderName: string | null;
  readonly assessment: Assessment | null;
}

export async function replay(policy: Policy, past: AsyncIterable<Past>): Promise<Replay> {
  const counts: Record<string, { was: number; would: number }> = {};
  const differences: Difference[] = [];
  let [compared, left] = [0, 0];
  const count = (outcome: ReplayOutcome, when: 'was' | 'would') => {
    counts[outcome] ??= { was: 0, would: 0 };
    counts[outcome][when] += 1;
  };
  for await (const { ref, orderName, assessment } of past) {
    if (!assessment) {
      left += 1;
      continue;
    }
    compared += 1;
    const now = assess(policy, assessment.facts, assessment.at);
    count(assessment.outcome, 'was');
    count(now.outcome, 'would');
    if (now.outcome === assessment.outcome) continue;
    const [wasRule, wouldRule] = [assessment, now].map(({ applied }) => applied?.name ?? null);
    differences.push({
      ref,
      orderName,
      was: assessment.outcome,
      wasRule: wasRule ?? null,
      would: now.outcome,
      wouldRule: wouldRule ?? null,
    });
  }
  return { compared, left, counts, differences };
}
