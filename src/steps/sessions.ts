/** Signing in by an emailed link, and the sessions that follow. A link in a mail is a key, not a second factor. */
import { mayDecide, mayOperate } from '../domain/staff.ts';
import type { SessionRecord } from '../records.ts';
import type { Desk } from './desk.ts';
import { hashToken, newId, newToken } from './ids.ts';

const MINUTE = 60_000;
/** ASVS 6.5.5: what comes by mail is good for ten minutes, once. */
const SIGN_IN_MS = 10 * MINUTE;
const LONGEST_MS = 12 * 60 * MINUTE;
const MAILS_AN_HOUR = 5;

export interface Session extends SessionRecord {
  readonly token: string;
  readonly mayDecide: boolean;
  readonly mayOperate: boolean;
}

/**
 * The answer is the same for an address that may sign in and one that may not.
 * @param goesOnTo ref of the request that was asked for
 */
export async function askToSignIn(desk: Desk, email: string, goesOnTo: string | null): Promise<void> {
  const now = desk.now();
  const { records } = desk.store;
  const member = await records.staff.get(email);
  const count = await records.counters.count(`sign in:${email}`, 60 * MINUTE, now);
  if (!member?.active || count > MAILS_AN_HOUR) return;
  const payload = {
    notice: 'staff-sign-in',
    to: member.email,
    locale: desk.defaultLocale,
    requestVersion: null,
    linkFor: 'sign_in',
    goesOnTo,
  } as const;
  const id = newId();
  await records.effects.insert({ kind: 'mail', key: `staff-sign-in:${id}`, requestId: null, payload }, id, now);
  desk.wake();
}

/** Made when the mail goes out, so that the token is nowhere else. */
export async function mintSignInLink(
  desk: Desk,
  person: string,
  goesOnTo: string | null,
): Promise<{ url: string; expiresAt: number }> {
  const expiresAt = desk.now() + SIGN_IN_MS;
  const token = await start(desk, 'sign_in', person, null, expiresAt);
  return { url: `${desk.baseUrl}/sign-in/${token}${goesOnTo ? `?ref=${goesOnTo}` : ''}`, expiresAt };
}

/** Uses the link up. null: unknown, too old, used, or of somebody who was removed. */
export async function signIn(desk: Desk, token: string): Promise<string | null> {
  const { sessions } = desk.store.records;
  const found = await sessions.find(hashToken(token));
  if (found?.kind !== 'sign_in' || found.expiresAt <= desk.now()) return null;
  if (!(await isActive(desk, found.person)) || !(await sessions.remove(hashToken(token)))) return null;
  return start(desk, 'staff', found.person, null, desk.now() + LONGEST_MS);
}

export async function isSignInLink(desk: Desk, token: string): Promise<boolean> {
  const found = await desk.store.records.sessions.find(hashToken(token));
  return found?.kind === 'sign_in' && found.expiresAt > desk.now();
}

/** For whoever opened the link to one request: it works there and nowhere else, and as long as the link does. */
export function startLinkSession(desk: Desk, person: string, requestId: string, linkToken: string): Promise<string> {
  return start(desk, 'link', person, requestId, desk.now() + LONGEST_MS, hashToken(linkToken));
}

export async function openSession(desk: Desk, token: string): Promise<Session | null> {
  const { sessions, staff } = desk.store.records;
  const hash = hashToken(token);
  const found = await sessions.find(hash);
  const now = desk.now();
  if (!found || found.kind === 'sign_in' || found.expiresAt <= now || found.seenAt + desk.timings.sessionIdle <= now)
    return null;
  const member = await staff.get(found.person);
  if (!member?.active) return null;
  // Not for every picture and style sheet: once a minute is enough to know that somebody is there.
  if (now - found.seenAt > MINUTE) await sessions.touch(hash, now);
  return { ...found, token, mayDecide: mayDecide(member), mayOperate: mayOperate(member) };
}

export async function signOut(desk: Desk, token: string): Promise<void> {
  await desk.store.records.sessions.remove(hashToken(token));
}

async function isActive(desk: Desk, person: string): Promise<boolean> {
  return (await desk.store.records.staff.get(person))?.active ?? false;
}

async function start(
  desk: Desk,
  kind: SessionRecord['kind'],
  person: string,
  requestId: string | null,
  expiresAt: number,
  linkHash: string | null = null,
): Promise<string> {
  const token = newToken();
  const now = desk.now();
  await desk.store.records.sessions.insert(hashToken(token), {
    kind,
    person,
    requestId,
    linkHash,
    createdAt: now,
    seenAt: now,
    expiresAt,
  });
  return token;
}
