/** The store's part for who may do what: links, sessions, staff. */
import type { StaffMember } from '../domain/staff.ts';

export interface TokenRecord {
  readonly purpose: 'staff' | 'customer';
  readonly requestId: string;
  readonly requestVersion: number;
  /** E-mail address the link was mailed to. */
  readonly person: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface Tokens {
  insert(hash: string, token: Omit<TokenRecord, 'revokedAt'>, now: number): Promise<void>;
  find(hash: string): Promise<TokenRecord | null>;
  revokeForRequest(requestId: string, purpose: TokenRecord['purpose'], now: number): Promise<void>;
  revokeForPerson(person: string, now: number): Promise<void>;
  removeEnded(now: number): Promise<void>;
}

/**
 * sign_in: the link in a mail, good once. staff: somebody signed in. link: somebody opened the link to one request, and
 * may do there what the link allows.
 */
export interface SessionRecord {
  readonly kind: 'sign_in' | 'staff' | 'link';
  readonly person: string;
  readonly requestId: string | null;
  /**
   * Of a link's session: the hash of its token, which it lives and dies with. Of a link that signs in: that of a secret of the
   * browser which asked for it.
   */
  readonly linkHash: string | null;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface Sessions {
  insert(hash: string, session: SessionRecord): Promise<void>;
  find(hash: string): Promise<SessionRecord | null>;
  touch(hash: string, now: number): Promise<void>;
  /** False: it was gone already. */
  remove(hash: string): Promise<boolean>;
  removeOf(person: string): Promise<void>;
  removeEnded(now: number): Promise<void>;
}

export interface StaffList {
  list(): Promise<StaffMember[]>;
  get(email: string): Promise<StaffMember | null>;
  put(member: StaffMember, now: number): Promise<void>;
}
