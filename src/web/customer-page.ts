/** GET /r/:token shows the customer how their request stands; POST answers a question or withdraws it. */
import express, { type Response, type Router } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { viewRequest } from '../domain/request-view.ts';
import { answerQuestion, type CustomerResult, canAnswer, canWithdraw, withdraw } from '../steps/customer-actions.ts';
import type { Desk } from '../steps/desk.ts';
import { openLink } from '../steps/magic-link.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { textsOf, tokenOf } from './decision-page.ts';
import { PageError } from './same-origin.ts';

export function customerPage(desk: Desk): Router {
  const router = express.Router();

  router.get('/r/:token', async (req, res) => {
    const link = await openLink(desk.store.records, 'customer', tokenOf(req), desk.now());
    if (link.kind !== 'open') throw new PageError(404, 'link_dead');
    await show(desk, res, 200, await standingFor(desk, link.request), {}, {});
  });

  router.post('/r/:token', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const link = await openLink(desk.store.records, 'customer', tokenOf(req), desk.now());
    if (link.kind !== 'open') throw new PageError(404, 'link_dead');
    const values = textsOf(req.body);
    const { status, errors } = await act(desk, link.request, values);
    if (status === 303) {
      res.redirect(303, `${desk.baseUrl}/r/${tokenOf(req)}`);
      return;
    }
    const now = (await desk.store.records.requests.get(link.request.id)) ?? link.request;
    await show(desk, res, status, now, errors, values);
  });
  return router;
}

async function act(
  desk: Desk,
  request: CancellationRequest,
  values: Record<string, string>,
): Promise<{ status: number; errors: Record<string, string> }> {
  if (values.action === 'withdraw') {
    // Typed by a reader: a scanner that submits every form must not end somebody's request.
    if (!confirmsRef(values.confirm ?? '', request.ref))
      return { status: 422, errors: { confirm: 'confirm_ref_mismatch' } };
    return toPage('confirm', await withdraw(desk, request));
  }
  if (values.action === 'answer') return toPage('answer', await answerQuestion(desk, request, values.answer ?? ''));
  return { status: 400, errors: {} };
}

function toPage(field: string, result: CustomerResult): { status: number; errors: Record<string, string> } {
  if (result === 'done') return { status: 303, errors: {} };
  return { status: result === 'too_late' ? 409 : 422, errors: { [field]: result } };
}

function confirmsRef(typed: string, ref: string): boolean {
  const plain = typed.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const whole = ref.replace(/[^0-9A-Z]/g, '');
  return plain === whole || plain === whole.slice(-4);
}

/** A request that joined another one stands as that one does. */
async function standingFor(desk: Desk, request: CancellationRequest): Promise<CancellationRequest> {
  if (request.status !== 'duplicate' || !request.duplicateOf) return request;
  return (await desk.store.records.requests.get(request.duplicateOf)) ?? request;
}

async function show(
  desk: Desk,
  res: Response,
  status: number,
  request: CancellationRequest,
  errors: Record<string, string>,
  values: Record<string, string>,
): Promise<void> {
  const view = viewRequest(request, null, desk.adminOrigin);
  const context = {
    shopName: await shopNameOf(desk),
    // Whoever typed an address into a form learns nothing about an order from it.
    request: { ...view, candidates: [], matchKind: null, matchReason: null, trouble: null },
    canWithdraw: canWithdraw(request),
    canAnswer: canAnswer(request),
    errors,
    values,
  };
  res.status(status).send(desk.renderer.page('customer-status', request.locale, context));
}
