import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { toRef } from '../domain/ref.ts';

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
