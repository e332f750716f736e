/** The cookie of a session. Over https it is bound to this very host by its name (`__Host-`, RFC 6265bis). */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { REF } from '../domain/ref.ts';
import { sameBytes } from '../domain/same-bytes.ts';
import type { Desk } from '../steps/desk.ts';
import { newToken } from '../steps/ids.ts';
import { openSession, type Session } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { PageError } from './same-origin.ts';

export function isSecure({ baseUrl }: Pick<Desk, 'baseUrl'>): boolean {
  return baseUrl.startsWith('https:');
}

/** Of more links than that, opened in one sitting, the ones before are forgotten: headers have an end. */
const MOST_LINKS = 20;

/** Each link has one of its own, by its request: several mails may be open in several tabs. */
function cookieName(desk: Desk, ref: string | null): string {
  return `${isSecure(desk) ? '__Host-desk' : 'desk'}${ref ? `-${ref}` : ''}`;
}

function optionsOf(desk: Desk) {
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(desk), path: '/' } as const;
}

export function setSession(desk: Desk, res: Response, token: string): void {
  res.cookie(cookieName(desk, null), token, optionsOf(desk));
}

/** Tells the browser that asks for a link to sign in from any other one, for as long as it is open. */
const ASKING = 'asking';
const TOKEN = /^[\w-]{43}$/;

export function askingBrowser(desk: Desk, req: Request): string | null {
  const token = new Map(cookiesOf(req)).get(askingName(desk)) ?? '';
  return TOKEN.test(token) ? token : null;
}

/** The same for all links that it asks for: two may be asked for in two tabs. */
export function noteAsking(desk: Desk, req: Request, res: Response): string {
  const browser = askingBrowser(desk, req) ?? newToken();
  res.cookie(askingName(desk), browser, optionsOf(desk));
  return browser;
}

function askingName(desk: Desk): string {
  return isSecure(desk) ? `__Host-${ASKING}` : ASKING;
}

export function setLinkSession(desk: Desk, req: Request, res: Response, ref: string, token: string): void {
  const links = cookiesOf(req).filter(([name]) => name.startsWith(`${cookieName(desk, null)}-`));
  for (const [name] of links.slice(0, Math.max(0, links.length - MOST_LINKS + 1))) {
    res.clearCookie(name, optionsOf(desk));
  }
  res.cookie(cookieName(desk, ref), token, optionsOf(desk));
}

export function clearSession(desk: Desk, res: Response): void {
  res.clearCookie(cookieName(desk, null), optionsOf(desk));
}

/** @param ref of the request that is asked for: whoever isn't signed in may have its link */
export async function sessionOf(desk: Desk, req: Request, ref: string | null = null): Promise<Session | null> {
  const cookies = new Map(cookiesOf(req));
  for (const name of [cookieName(desk, null), ...(ref ? [cookieName(desk, ref)] : [])]) {
    const token = cookies.get(name);
    const session = token ? await openSession(desk, token) : null;
    if (session) return session;
  }
  return null;
}

function cookiesOf(req: Request): [name: string, value: string][] {
  return (req.get('cookie') ?? '').split(';').map((part) => {
    const [name = '', ...value] = part.trim().split('=');
    return [name, value.join('=')];
  });
}

/** What every page of signed-in staff is given. */
export async function frameOf(desk: Desk, session: Session) {
  const { person: staffEmail, mayDecide, mayOperate } = session;
  return { shopName: await shopNameOf(desk), staffEmail, mayDecide, mayOperate, formKey: formKeyOf(session) };
}

/** A form made for another session, or for none, is refused: a third lock beside SameSite and Origin. */
export function formKeyOf({ token }: Session): string {
  return createHash('sha256').update(`form ${token}`).digest('base64url');
}

export function checkFormKey(session: Session, given: string | undefined): void {
  if (!sameBytes(Buffer.from(formKeyOf(session)), Buffer.from(given ?? ''))) throw new PageError(403, 'foreign_origin');
}

/** Of a request that is asked for; nothing else travels in an address from here to there and back. */
export function refIn(value: unknown): string | null {
  return typeof value === 'string' && REF.test(value) ? value : null;
}

export function toSignIn(desk: Desk, res: Response, ref: string | null): void {
  res.redirect(303, `${desk.baseUrl}/sign-in${ref ? `?ref=${ref}` : ''}`);
}

/** Sends whoever isn't signed in to do so. */
export function staffOnly(desk: Desk): RequestHandler {
  return async (req, res, next) => {
    const session = await sessionOf(desk, req);
    if (session?.kind !== 'staff') {
      if (req.method === 'GET') toSignIn(desk, res, null);
      else next(new PageError(403, 'signed_out'));
      return;
    }
    res.locals.session = session;
    next();
  };
}
