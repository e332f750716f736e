import { describe, expect, it } from 'vitest';
import { headsAfterRestores, isBehind, type WrittenHead } from '../../src/domain/audit-heads.ts';

const head = (at: number, position: number): WrittenHead => ({ at, position, hash: `h${position}`, isRestore: false });
const restore = (at: number, position: number): WrittenHead => ({ ...head(at, position), isRestore: true });

describe('heads that were written down', () => {
  it.each<[string, WrittenHead[], number[], number[][]]>([
    ['all count while nothing was restored', [head(1, 10), head(2, 20)], [10, 20], []],
    ['those of what a restore threw away do not', [head(1, 10), head(2, 20), restore(3, 15)], [10, 15], [[20]]],
    ['those written after it do', [head(1, 20), restore(2, 15), head(3, 20)], [15, 20], [[20]]],
    [
      'an older backup takes an earlier restore with it',
      [restore(1, 15), head(2, 30), restore(3, 5)],
      [5],
      [[], [15, 30]],
    ],
    ['a backup of an empty history leaves none', [head(1, 10), restore(2, 0)], [], [[10]]],
  ])('%s', (_what, written, kept, lost) => {
    const { anchors, restores } = headsAfterRestores(written);
    expect(anchors.map(({ position }) => position)).toEqual(kept);
    expect(restores.map((one) => one.lost.map(({ position }) => position))).toEqual(lost);
  });

  it.each<[string, number, WrittenHead[], number | null, boolean]>([
    ['shorter than what was written', 9, [head(5, 10)], null, true],
    ['as long', 10, [head(5, 10)], null, false],
    ['longer', 11, [head(5, 10)], null, false],
    ['shorter than what was written before the last restore', 9, [head(5, 10)], 6, false],
    ['shorter than what was written since the last restore', 9, [head(5, 10)], 4, true],
    ['of nothing that was written', 0, [], null, false],
  ])('show that a database was put back: %s', (_what, position, written, restoredAt, is) => {
    expect(isBehind({ position, hash: '' }, written, restoredAt)).toBe(is);
  });
});
