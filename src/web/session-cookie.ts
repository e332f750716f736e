/** The cookie of a session. Over https it is bound to this very host by its name (`__Host-`, RFC 6265bis). */
import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { sameBytes } from '../domain/same-bytes.ts';
import type { Desk } from '../steps/desk.ts';
import { openSession, type Session } from '../steps/sessions.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { PageError } from './same-origin.ts';

export function isSecure({ baseUrl }: Pick<Desk, 'baseUrl'>): boolean {
  return baseUrl.startsWith('https:');
}

function cookieName(desk: Desk): string {
  return isSecure(desk) ? '__Host-desk' : 'desk';
}

export function setSession(desk: Desk, res: Response, token: string): void {
  res.cookie(cookieName(desk), token, { httpOnly: true, sameSite: 'lax', secure: isSecure(desk), path: '/' });
}

export function clearSession(desk: Desk, res: Response): void {
  res.clearCookie(cookieName(desk), { httpOnly: true, sameSite: 'lax', secure: isSecure(desk), path: '/' });
}

export async function sessionOf(desk: Desk, req: Request): Promise<Session | null> {
  const cookies = (req.get('cookie') ?? '').split(';').map((part) => part.trim());
  const prefix = `${cookieName(desk)}=`;
  const token = cookies.find((part) => part.startsWith(prefix))?.slice(prefix.length);
  return token ? openSession(desk, token) : null;
}

/** What every page of signed-in staff is given. */
export async function frameOf(desk: Desk, session: Session) {
  const { person: staffEmail, mayOperate } = session;
  return { shopName: await shopNameOf(desk), staffEmail, mayOperate, formKey: formKeyOf(session) };
}

/** A form made for another session, or for none, is refused: a third lock beside SameSite and Origin. */
export function formKeyOf({ token }: Session): string {
  return createHash('sha256').update(`form ${token}`).digest('base64url');
}

export function checkFormKey(session: Session, given: string | undefined): void {
  if (!sameBytes(Buffer.from(formKeyOf(session)), Buffer.from(given ?? ''))) throw new PageError(403, 'foreign_origin');
}

/** Sends whoever isn't signed in to do so; the page they wanted is not remembered: addresses don't travel in addresses. */
export function staffOnly(desk: Desk): RequestHandler {
  return async (req, res, next) => {
    const session = await sessionOf(desk, req);
    if (session?.kind !== 'staff') {
      if (req.method === 'GET') res.redirect(303, `${desk.baseUrl}/sign-in`);
      else next(new PageError(403, 'signed_out'));
      return;
    }
    res.locals.session = session;
    next();
  };
}
