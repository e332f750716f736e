/** /requests/:ref: one request with its whole history, for signed-in staff and for whoever came by its link. */
import express, { type Request, type Router } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Desk } from '../steps/desk.ts';
import { openLinkByHash } from '../steps/magic-link.ts';
import type { Session } from '../steps/sessions.ts';
import { postDecision } from './decide-form.ts';
import { enterPage } from './enter-page.ts';
import { textsOf } from './form-texts.ts';
import { PageError } from './same-origin.ts';
import { checkFormKey, formKeyOf, refIn, sessionOf, toSignIn } from './session-cookie.ts';
import { type Reader, showDecided, showDecision } from './show-decision.ts';

export function requestPage(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });

  // Before the requests: "new" is no ref.
  router.use(enterPage(desk));

  router.get('/requests/:ref', async (req, res) => {
    const session = await sessionOf(desk, req, refOf(req));
    if (!session) {
      toSignIn(desk, res, refIn(refOf(req)));
      return;
    }
    const request = await find(desk, req, session);
    if ((await linkOf(desk, session)) === 'decided') return showDecided(desk, res, 200, request);
    await showDecision(desk, res, 200, request, readerOf(session), {});
  });

  router.post('/requests/:ref', form, async (req, res) => {
    const session = await sessionOf(desk, req, refOf(req));
    if (!session) throw new PageError(403, 'signed_out');
    checkFormKey(session, textsOf(req.body).form_key);
    const request = await find(desk, req, session);
    if ((await linkOf(desk, session)) === 'decided') return showDecided(desk, res, 409, request);
    await postDecision(desk, req, res, request, readerOf(session), `${desk.baseUrl}/requests/${request.ref}`);
  });
  return router;
}

function readerOf(session: Session): Reader {
  return {
    person: session.person,
    signedIn: session.kind === 'staff',
    mayDecide: session.mayDecide,
    mayOperate: session.mayOperate,
    formKey: formKeyOf(session),
  };
}

/** What this session doesn't reach looks like what isn't there. */
async function find(desk: Desk, req: Request, session: Session): Promise<CancellationRequest> {
  const request = await desk.store.records.requests.byRef(refOf(req));
  // What is kept of an erased person is evidence: not for everybody who decides.
  const isRestricted = request !== null && request.erasedAt !== null && !session.mayOperate;
  if (!request || isRestricted || (session.kind === 'link' && session.requestId !== request.id)) {
    throw new PageError(404, 'not_found');
  }
  return request;
}

function refOf(req: Request): string {
  return String(req.params.ref ?? '').toUpperCase();
}

/** A session of a link may what its link still may. Throws when that is nothing. */
async function linkOf(desk: Desk, { kind, linkHash }: Session): Promise<'open' | 'decided' | null> {
  if (kind !== 'link') return null;
  const link = await openLinkByHash(desk.store.records, 'staff', linkHash ?? '', desk.now());
  if (link.kind === 'dead') throw new PageError(404, 'link_dead');
  return link.kind;
}
