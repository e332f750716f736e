import { timingSafeEqual } from 'node:crypto';

/** In a time that tells nothing about where they differ. Only their length shows. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
