/**
 * The audit chain: each event's digest, linked to the one before. The chain holds no personal data: what an event says, and
 * the salt that keeps it from being guessed, stay with the event and can be erased; the chain still verifies.
 */
import { createHash } from 'node:crypto';

export interface AuditedEvent {
  readonly requestId: string | null;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  /** JSON, as it is stored. */
  readonly data: string;
  /** Empty: what it said was erased. */
  readonly salt: string;
}

export interface ChainEntry {
  /** 1, 2, 3, … without gaps. */
  readonly position: number;
  readonly digest: string;
  readonly hash: string;
}

/** A head that was written down elsewhere. */
export interface Anchor {
  readonly position: number;
  readonly hash: string;
}

export const NO_HEAD: Anchor = { position: 0, hash: '' };

export function digestOf({ requestId, at, actor, type, data, salt }: AuditedEvent): string {
  return sha256(JSON.stringify([requestId, at, actor, type, data, salt]));
}

export function linkTo(head: Anchor, digest: string): ChainEntry {
  const position = head.position + 1;
  return { position, digest, hash: sha256(`${head.hash}\n${position}\n${digest}`) };
}

export type AuditFault =
  | { readonly kind: 'edited' | 'removed' | 'erased_in_secret' | 'put_in'; readonly position: number }
  /** The entry doesn't follow from the one before: entries were changed, swapped, put in or taken out. */
  | { readonly kind: 'broken'; readonly position: number }
  /** The chain has fewer entries than when its head was written down, or another one there. */
  | { readonly kind: 'cut' | 'other'; readonly position: number };

export interface AuditedEntry extends ChainEntry {
  /** null: there is none with this position. */
  readonly event: AuditedEvent | null;
}

/** Checks entries in their order, a page at a time. */
export class ChainCheck {
  #head: Anchor = NO_HEAD;
  readonly #faults: AuditFault[] = [];
  readonly #anchors: Map<number, string>;
  /** Erased, and no trace of it seen yet: by request. */
  readonly #erased = new Map<string | null, number[]>();

  constructor(anchors: readonly Anchor[] = []) {
    this.#anchors = new Map(anchors.map(({ position, hash }) => [position, hash]));
  }

  see(entries: readonly AuditedEntry[]): void {
    for (const entry of entries) this.#seeOne(entry);
  }

  /** @param openAnchors positions of anchors that no entry has reached are cuts */
  end(): { readonly head: Anchor; readonly faults: readonly AuditFault[] } {
    const cut = [...this.#anchors.keys()].filter((position) => position > this.#head.position);
    const secret = [...this.#erased.values()].flat();
    const faults: AuditFault[] = [
      ...this.#faults,
      ...secret.map((position) => ({ kind: 'erased_in_secret', position }) as const),
      ...cut.map((position) => ({ kind: 'cut', position }) as const),
    ];
    return { head: this.#head, faults: faults.sort((a, b) => a.position - b.position) };
  }

  #seeOne({ position, digest, hash, event }: AuditedEntry): void {
    const expected = linkTo(this.#head, digest);
    if (position !== expected.position || hash !== expected.hash) this.#faults.push({ kind: 'broken', position });
    const anchored = this.#anchors.get(position);
    if (anchored !== undefined && anchored !== hash) this.#faults.push({ kind: 'other', position });
    // What follows is judged by itself: one fault is one line.
    this.#head = { position, hash };
    if (!event) this.#faults.push({ kind: 'removed', position });
    else if (event.salt === '')
      this.#erased.set(event.requestId, [...(this.#erased.get(event.requestId) ?? []), position]);
    else if (digestOf(event) !== digest) this.#faults.push({ kind: 'edited', position });
    else if (event.type === ERASED) this.#erased.delete(event.requestId);
  }
}

/** Type of the event that an erasure leaves, for each request it concerns. */
export const ERASED = 'erased';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
