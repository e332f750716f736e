/** Signing in by an emailed link, and the sessions that follow. A link in a mail is a key, not a second factor. */
import { createHash } from 'node:crypto';
import type { MailPayload } from '../domain/effect.ts';
import { mayDecide, mayOperate } from '../domain/staff.ts';
import type { SessionRecord } from '../records/access.ts';
import type { Desk } from './desk.ts';
import { hashToken, newId, newToken } from './ids.ts';

const MINUTE = 60_000;
/** ASVS 6.5.5: what comes by mail is good for ten minutes, once. */
const SIGN_IN_MS = 10 * MINUTE;
const LONGEST_MS = 12 * 60 * MINUTE;
/** To one person: for whoever asks from one place, and for all of them together, which is what a flood of places can send. */
const MAILS_AN_HOUR = { fromOnePlace: 5, inAll: 60 };

export interface Session extends SessionRecord {
  readonly token: string;
  readonly mayDecide: boolean;
  readonly mayOperate: boolean;
}

/**
 * The answer is the same for an address that may sign in and one that may not. What strangers ask for elsewhere is not counted
 * against the person.
 * @param place the network address of the one that asks
 * @param browser a secret of the one that asks, see signIn
 * @param goesOnTo ref of the request that was asked for
 */
export async function askToSignIn(
  desk: Desk,
  email: string,
  { place, browser, goesOnTo }: { readonly place: string; readonly browser: string; readonly goesOnTo: string | null },
): Promise<void> {
  const now = desk.now();
  const { records } = desk.store;
  const member = await records.staff.get(email);
  const fromThere = await records.counters.count(`sign in:${hashToken(`${place} ${email}`)}`, 60 * MINUTE, now);
  // What gets no mail takes nobody else's away.
  if (fromThere > MAILS_AN_HOUR.fromOnePlace) return;
  const inAll = await records.counters.count(`sign in:${email}`, 60 * MINUTE, now);
  if (!member?.active || inAll > MAILS_AN_HOUR.inAll) return;
  const payload = {
    notice: 'staff-sign-in',
    to: member.email,
    locale: desk.defaultLocale,
    requestVersion: null,
    linkFor: 'sign_in',
    goesOnTo,
    askedBy: hashToken(browser),
  } as const;
  const id = newId();
  await records.effects.insert({ kind: 'mail', key: `staff-sign-in:${id}`, requestId: null, payload }, id, now);
  desk.wake();
}

/** Made when the mail goes out, so that the token is nowhere else. */
export async function mintSignInLink(
  desk: Desk,
  { to, goesOnTo, askedBy }: Pick<MailPayload, 'to' | 'goesOnTo' | 'askedBy'>,
): Promise<{ url: string; expiresAt: number }> {
  const expiresAt = desk.now() + SIGN_IN_MS;
  const token = await start(desk, 'sign_in', to, null, expiresAt, askedBy ?? null);
  return { url: `${desk.baseUrl}/sign-in/${token}${goesOnTo ? `?ref=${goesOnTo}` : ''}`, expiresAt };
}

/** What the page shows that asks for a link, to be typed wherever else the link is opened. */
export function codeFor(browser: string): string {
  return codeOf(hashToken(browser));
}

function codeOf(askedBy: string): string {
  const digest = createHash('sha256').update(`code ${askedBy}`).digest();
  return String(digest.readUInt32BE() % 1_000_000).padStart(6, '0');
}

/**
 * Whoever opens the mail, a scanner too, has the link: it works in the browser that asked for it, and in another one with the
 * code that the first one shows. null: unknown, too old, used, or of somebody who was removed.
 */
export async function openSignInLink(
  desk: Desk,
  token: string,
  browser: string | null,
): Promise<{ readonly askedHere: boolean; readonly code: string } | null> {
  const found = await desk.store.records.sessions.find(hashToken(token));
  if (found?.kind !== 'sign_in' || found.expiresAt <= desk.now() || found.linkHash === null) return null;
  if (!(await isActive(desk, found.person))) return null;
  return { askedHere: browser !== null && hashToken(browser) === found.linkHash, code: codeOf(found.linkHash) };
}

/** Uses the link up. null: it was opened before, and is used by now. */
export async function signIn(desk: Desk, token: string): Promise<string | null> {
  const { sessions } = desk.store.records;
  const found = await sessions.find(hashToken(token));
  if (found?.kind !== 'sign_in' || !(await sessions.remove(hashToken(token)))) return null;
  return start(desk, 'staff', found.person, null, desk.now() + LONGEST_MS);
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
