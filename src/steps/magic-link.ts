import type { CancellationRequest, RequestStatus } from '../domain/cancellation-request.ts';
import { isTask } from '../domain/queue.ts';
import { mayDecide } from '../domain/staff.ts';
import type { TokenRecord } from '../records/access.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { hashToken, newToken } from './ids.ts';

const PATH = { staff: 'd', customer: 'r' } as const;

export interface MintedLink {
  readonly url: string;
  readonly expiresAt: number;
}

/** Makes a link for one person, one request and one version of it. Only its hash is stored. */
export async function mintLink(
  desk: Desk,
  purpose: TokenRecord['purpose'],
  request: Pick<CancellationRequest, 'id' | 'version'>,
  person: string,
): Promise<MintedLink> {
  const token = newToken();
  const life = purpose === 'staff' ? desk.timings.staffLink : desk.timings.customerLink;
  const expiresAt = desk.now() + life;
  await desk.store.records.tokens.insert(
    hashToken(token),
    { purpose, requestId: request.id, requestVersion: request.version, person, expiresAt },
    desk.now(),
  );
  return { url: `${desk.baseUrl}/${PATH[purpose]}/${token}`, expiresAt };
}

const DECIDABLE: readonly RequestStatus[] = ['needs_match', 'awaiting_decision', 'needs_customer', 'waiting', 'failed'];

/** Approved, but nothing is sent yet. */
function canBeUndone({ status, undoUntil }: CancellationRequest, now: number): boolean {
  return status === 'approved' && undoUntil !== null && undoUntil > now;
}

export type OpenedLink =
  | { readonly kind: 'open'; readonly request: CancellationRequest; readonly person: string }
  /** Was good once; its request has been decided. */
  | { readonly kind: 'decided'; readonly request: CancellationRequest }
  /** Unknown, expired, revoked, of a removed person or of an older version: all look alike from outside. */
  | { readonly kind: 'dead' };

/** Looks, and changes nothing. */
export function openLink(
  records: Records,
  purpose: TokenRecord['purpose'],
  token: string,
  now: number,
): Promise<OpenedLink> {
  return openLinkByHash(records, purpose, hashToken(token), now);
}

export async function openLinkByHash(
  records: Records,
  purpose: TokenRecord['purpose'],
  hash: string,
  now: number,
): Promise<OpenedLink> {
  const found = await records.tokens.find(hash);
  if (!found || found.purpose !== purpose || found.expiresAt <= now) return { kind: 'dead' };
  const request = await records.requests.get(found.requestId);
  if (!request) return { kind: 'dead' };
  if (purpose === 'customer') {
    return found.revokedAt === null ? { kind: 'open', request, person: found.person } : { kind: 'dead' };
  }
  const member = await records.staff.get(found.person);
  if (!member || !mayDecide(member)) return { kind: 'dead' };
  const current = found.revokedAt === null && found.requestVersion === request.version;
  const decidable = DECIDABLE.includes(request.status) || isTask(request) || canBeUndone(request, now);
  if (current && decidable) return { kind: 'open', request, person: found.person };
  // Whoever has just approved sees that it is so; it is taken back by the link in the mail about it, or from the queue.
  if (canBeUndone(request, now)) return { kind: 'decided', request };
  return decidable || request.status === 'received' ? { kind: 'dead' } : { kind: 'decided', request };
}
