import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole files or folders, the longest first: one that begins when the others are done keeps a single processor busy. */
const LONG = [
  'test/browser/accessible',
  'test/torture/',
  'test/browser/',
  'test/web/scanner',
  'test/story/',
  'test/cli/',
  'test/security/',
  'test/web/',
];

export class LongestFirst extends BaseSequencer {
  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((part) => moduleId.includes(part));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
