/** Heads that were written down, and which of them a restore has made incomparable: those of what it threw away. */
import type { Anchor } from './audit.ts';

export interface WrittenHead extends Anchor {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The head of a backup at the moment it was put back: the chain went on from there a second time. */
  readonly isRestore: boolean;
}

export interface Restore extends Omit<WrittenHead, 'isRestore'> {
  /** Written down before, of entries that the backup didn't have. */
  readonly lost: readonly WrittenHead[];
}

/** In the order in which they were written down. What a restore left in place is held against the chain like all else. */
export function headsAfterRestores(written: readonly WrittenHead[]): {
  readonly anchors: readonly WrittenHead[];
  readonly restores: readonly Restore[];
} {
  let kept: WrittenHead[] = [];
  const restores: Restore[] = [];
  for (const head of written) {
    if (head.isRestore) {
      const { at, position, hash } = head;
      restores.push({ at, position, hash, lost: kept.filter((one) => one.position > position) });
      kept = kept.filter((one) => one.position <= position);
    }
    if (head.position > 0) kept.push(head);
  }
  return { anchors: kept, restores };
}

/**
 * Whether a chain that ends here is older than what was written down of it: its database was put back from a copy.
 * @param restoredAt what was written down before is of a time before the last restore
 */
export function isBehind(
  head: Anchor,
  written: readonly Pick<WrittenHead, 'at' | 'position'>[],
  restoredAt: number | null,
): boolean {
  return written.some(({ at, position }) => position > head.position && (restoredAt === null || at > restoredAt));
}
