/** The labelled set of test/match, ten of them. */
import { type MatchingScore, scoreMatching } from '../../test/match/score-matching.ts';
import type { Figures } from './figures.ts';

const SETS = 10;

export function measureMatching(figures: Figures): void {
  const scores = Array.from({ length: SETS }, (_, i) => scoreMatching(i + 1));
  const sum = (of: (score: MatchingScore) => number) => scores.reduce((total, score) => total + of(score), 0);
  const wrong = sum((score) => score.wrongExact.length);
  const exact = sum((score) => score.exact);
  const share = (part: number, whole: number) => (100 * part) / whole;
  figures.add(
    'matching: cases',
    '',
    sum((score) => score.cases),
  );
  figures.add('matching: wrong exact ones', '', wrong);
  figures.add('matching: precision of exact ones', '%', share(exact - wrong, exact));
  const mayBeExact = sum((score) => score.mayBeExact);
  figures.add('matching: exact where it may be', '%', share(exact - wrong, mayBeExact));
  const withTruth = sum((score) => score.withTruth);
  figures.add(
    'matching: exact or suggested first',
    '%',
    share(
      sum((score) => score.found),
      withTruth,
    ),
  );
}
