/**
 * The audit chain: each event's digest, linked to the one before. The chain holds no personal data: what an event says, and
 * the salt that keeps it from being guessed, stay with the event and can be erased. An erased event keeps what proves the
 * rest of it: whose it is, when, of what type and by whom can't be changed unseen afterwards either.
 */
import { createHash } from 'node:crypto';
import { ERASED_TEXT } from './erase-person.ts';

export interface AuditedEvent {
  readonly requestId: string | null;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  /** JSON, as it is stored. */
  readonly data: string;
  /** Empty: what it said was erased. */
  readonly salt: string;
  /** Of an erased one: the digest of what it said. */
  readonly saidDigest: string;
  /** Of an erased one, as long as its actor stands there: what the actor's digest was salted with. */
  readonly actorSalt: string;
  /** Of one whose actor was erased too. */
  readonly actorDigest: string;
}

const NOTHING = '{}';

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

export function digestOf(event: AuditedEvent): string {
  const { requestId, at, type } = event;
  return hashOf([requestId, at, type, digestOfActor(event), digestOfSaid(event)]);
}

/** What is left of an event after an erasure. @param actor as it is to stand there now */
export function emptied(
  event: AuditedEvent,
  actor: string,
): Pick<AuditedEvent, 'actor' | 'data' | 'salt' | 'saidDigest' | 'actorSalt' | 'actorDigest'> {
  const isNamed = actor === event.actor;
  return {
    actor,
    data: NOTHING,
    salt: '',
    saidDigest: digestOfSaid(event),
    actorSalt: isNamed ? actorSaltOf(event) : '',
    actorDigest: isNamed ? event.actorDigest : digestOfActor(event),
  };
}

/** A digest that is kept counts for nothing but emptiness; beside what it would stand for it is somebody's addition. */
function digestOfSaid({ data, salt, saidDigest }: AuditedEvent): string {
  return salt === '' && data === NOTHING ? saidDigest : hashOf([data, salt, ...given(saidDigest)]);
}

function digestOfActor(event: AuditedEvent): string {
  const { actor, salt, actorSalt, actorDigest } = event;
  const isErased = salt === '' && actorSalt === '' && actor.includes(ERASED_TEXT);
  if (isErased && actorDigest) return actorDigest;
  const additions = salt === '' ? given(actorDigest) : given(actorSalt, actorDigest);
  return hashOf([actor, actorSaltOf(event), ...additions]);
}

/** What only an erasure writes is empty until then. */
function given(...texts: readonly string[]): string[] {
  return texts.filter((text) => text !== '');
}

function actorSaltOf({ salt, actorSalt }: AuditedEvent): string {
  return salt === '' ? actorSalt : hashOf(['actor', salt]);
}

function hashOf(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}

export function linkTo(head: Anchor, digest: string): ChainEntry {
  const position = head.position + 1;
  return { position, digest, hash: sha256(`${head.hash}\n${position}\n${digest}`) };
}

export interface AuditFault {
  readonly kind: /** The event isn't what was sealed. */
    | 'edited'
    | 'removed'
    | 'erased_in_secret'
    | 'put_in'
    /** The entry doesn't follow from the one before: entries were changed, swapped, put in or taken out. */
    | 'broken'
    /** The chain has fewer entries than when its head was written down, or another one there. */
    | 'cut'
    | 'other';
  readonly position: number;
  /** What stands there now; null: nothing, or it isn't known which. */
  readonly event: Pick<AuditedEvent, 'requestId' | 'at' | 'type'> | null;
}

export interface AuditedEntry extends ChainEntry {
  /** null: there is none with this position. */
  readonly event: AuditedEvent | null;
}

/** Checks entries in their order, a page at a time. */
export class ChainCheck {
  #head: Anchor = NO_HEAD;
  readonly #faults: AuditFault[] = [];
  readonly #anchors: Map<number, Anchor[]>;
  /** Erased, and no trace of it seen yet: by request. */
  readonly #erased = new Map<string | null, AuditFault[]>();

  constructor(anchors: readonly Anchor[] = []) {
    this.#anchors = Map.groupBy(anchors, ({ position }) => position);
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
      ...secret,
      ...cut.map((position) => ({ kind: 'cut', position, event: null }) as const),
    ];
    return { head: this.#head, faults: faults.sort((a, b) => a.position - b.position) };
  }

  #seeOne({ position, digest, hash, event }: AuditedEntry): void {
    const note = (kind: AuditFault['kind']) => this.#faults.push({ kind, position, event });
    const expected = linkTo(this.#head, digest);
    if (position !== expected.position || hash !== expected.hash) note('broken');
    if (this.#anchors.get(position)?.some((anchor) => anchor.hash !== hash)) note('other');
    // What follows is judged by itself: one fault is one line.
    this.#head = { position, hash };
    if (!event) note('removed');
    else if (digestOf(event) !== digest) note('edited');
    else if (event.salt === '') {
      const fault = { kind: 'erased_in_secret', position, event } as const;
      this.#erased.set(event.requestId, [...(this.#erased.get(event.requestId) ?? []), fault]);
    } else if (event.type === ERASED) this.#erased.delete(event.requestId);
  }
}

/** Type of the event that an erasure leaves, for each request it concerns. */
export const ERASED = 'erased';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
