import type { CancellationRequest } from '../domain/cancellation-request.ts';

/**
 * When a request is due that was looked at before: who has waited once, and done what was asked of them, doesn't queue
 * behind all who came meanwhile. Now at the latest: the clock may have been set back since.
 */
export function turnOf({ receivedAt }: Pick<CancellationRequest, 'receivedAt'>, now: number): number {
  return Math.min(receivedAt, now);
}
