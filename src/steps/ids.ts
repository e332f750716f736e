import { createHash, randomBytes } from 'node:crypto';
import { toRef } from '../domain/ref.ts';
import type { IncomingResponse } from '../domain/response.ts';

/** Keys that begin with their time lie together in every index: what is made at once is written to few pages of the disk. */
function byTime(ms: number, unique: Buffer): string {
  const digits = Math.max(0, ms).toString(36).padStart(9, '0');
  return `${digits}${unique.toString('base64url')}`;
}

export function newId(): string {
  return byTime(Date.now(), randomBytes(12));
}

export function newRef(): string {
  return toRef(randomBytes(7));
}

/** 256 bits from the system's generator. Goes into one mail and nowhere else. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A plain hash is enough for a secret of 256 bits: there is nothing to guess. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * Id and ref of the request that a response makes. Made of the response itself: read again after a backup was restored it
 * makes the request that its customer, the order's staff note and our mails already speak of.
 * @param again how many of its refs belong to other requests already
 */
export function idsFor(
  { source, sourceId, externalId, revision, submittedAt }: IncomingResponse,
  now: number,
  again: number,
): { readonly id: string; readonly ref: string } {
  const text = JSON.stringify([source, sourceId, externalId, revision, ...(again > 0 ? [again] : [])]);
  const digest = createHash('sha256').update(text).digest();
  return { id: byTime(submittedAt ?? now, digest.subarray(0, 16)), ref: toRef(digest.subarray(16, 23)) };
}
