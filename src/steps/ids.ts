import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { toRef } from '../domain/ref.ts';
import type { IncomingResponse } from '../domain/response.ts';

export function newId(): string {
  return randomUUID();
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
 */
export function idsFor({ source, sourceId, externalId, revision }: IncomingResponse): { id: string; ref: string } {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, sourceId, externalId, revision]))
    .digest();
  return { id: digest.subarray(0, 16).toString('base64url'), ref: toRef(digest.subarray(16, 23)) };
}
