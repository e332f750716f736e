import { describe, expect, it } from 'vitest';
import { scoreMatching } from './score-matching.ts';

/** Several sets, so that nothing is tuned to one. */
describe.each([1, 2, 3, 4, 5])('the labelled set, seed %d', (seed) => {
  const score = scoreMatching(seed);

  it('has at least 400 cases', () => {
    expect(score.cases).toBeGreaterThanOrEqual(400);
  });

  it('gives no wrong exact match', () => {
    expect(score.wrongExact.map(({ kind, fields, truth }) => ({ kind, fields, truth: truth?.shop.name }))).toEqual([]);
  });

  it('ends at least 97 % of the cases with one right answer exact or as the top suggestion', () => {
    const missed = score.missed.map(
      ({ case: one, match }) =>
        `${one.kind}: ${JSON.stringify(one.fields)} meant ${one.truth?.shop.name}, ${match.kind} ${match.reason} ${match.candidates[0]?.orderName}`,
    );
    expect(score.found / score.withTruth, missed.join('\n')).toBeGreaterThanOrEqual(0.97);
  });
});
