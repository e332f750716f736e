/** GET /d/:token shows, POST /d/:token decides. */
import express, { type Request, type Response, type Router } from 'express';
import { isBeingFulfilled } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { allows, approvalBlock, type DecisionErrors, type DecisionInput } from '../domain/decision.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Treatment } from '../domain/policy/policy.ts';
import { viewRequest } from '../domain/request-view.ts';
import { decide } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { openLink } from '../steps/magic-link.ts';
import { policyFor } from '../steps/route-request.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { PageError } from './same-origin.ts';

interface Problems {
  readonly errors?: DecisionErrors;
  readonly values?: Record<string, string>;
  /** Above the page: locale key `error.CODE`. */
  readonly notice?: string;
}

export function decisionPage(desk: Desk): Router {
  const router = express.Router();

  router.get('/d/:token', async (req, res) => {
    const link = await openLink(desk.store.records, 'staff', tokenOf(req), desk.now());
    if (link.kind === 'dead') throw new PageError(404, 'link_dead');
    if (link.kind === 'decided') await showDecided(desk, res, 200, link.request);
    else await showDecision(desk, res, 200, link.request, link.person, {});
  });

  router.post('/d/:token', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const link = await openLink(desk.store.records, 'staff', tokenOf(req), desk.now());
    if (link.kind === 'dead') throw new PageError(404, 'link_dead');
    if (link.kind === 'decided') return showDecided(desk, res, 409, link.request);
    const values = textsOf(req.body);
    const input = toInput(values);
    if (!input) return showDecision(desk, res, 400, link.request, link.person, { values, notice: 'no_decision' });
    const result = await decide(desk, link.request.id, link.person, Number(values.revision), input).catch(shopifyAway);
    if (result === 'shopify_away') {
      return showDecision(desk, res, 503, link.request, link.person, { values, notice: result });
    }
    switch (result.kind) {
      case 'done':
        // Shown by a GET, so that reloading the page can't send the form again.
        res.redirect(303, `${desk.baseUrl}/d/${tokenOf(req)}`);
        return;
      case 'invalid':
        return showDecision(desk, res, 422, result.request, link.person, { errors: result.errors, values });
      case 'stale':
        return showDecision(desk, res, 409, result.request, link.person, { values, notice: 'stale' });
      case 'too_late':
        return showDecided(desk, res, 409, result.request);
    }
  });
  return router;
}

/** Choosing an order needs Shopify; approving and declining don't. */
function shopifyAway(error: unknown): 'shopify_away' {
  if (error instanceof OutsideError) return 'shopify_away';
  throw error;
}

async function showDecision(
  desk: Desk,
  res: Response,
  status: number,
  request: CancellationRequest,
  staffEmail: string,
  { errors = {}, values = {}, notice }: Problems,
): Promise<void> {
  const { order, live } = await desk.freshOrder.of(request);
  const block = approvalBlock(order);
  const policy = await policyFor(desk, request);
  const treatment = request.assessment?.treatment ?? policy.defaults;
  const context = {
    shopName: await shopNameOf(desk),
    staffEmail,
    request: viewRequest(request, order, desk.adminOrigin, policy.cardFee),
    treatment,
    restockDefault: treatment.restock ? 'yes' : 'no',
    hasApproved: request.approvals.includes(staffEmail),
    mayReassess: allows(request, 'reassess'),
    mayPayBack: allows(request, 'paid_back'),
    today: new Date(desk.now()).toISOString().slice(0, 10),
    revision: request.revision,
    seen: order ? fingerprintOf(order, isBeingFulfilled(order)) : '',
    orderIsLive: live,
    blocked: block,
    mayApprove: order !== null && !block && allows(request, 'approve'),
    mayChoose: allows(request, 'choose'),
    mayAsk: allows(request, 'ask') && (request.order?.email ?? request.fields.email) !== null,
    mayDecline: allows(request, 'decline'),
    errors,
    values,
    notice: notice ?? null,
  };
  res.status(status).send(desk.renderer.page('decision', desk.defaultLocale, context));
}

async function showDecided(desk: Desk, res: Response, status: number, request: CancellationRequest): Promise<void> {
  const context = { shopName: await shopNameOf(desk), request: viewRequest(request, request.order, desk.adminOrigin) };
  res.status(status).send(desk.renderer.page('decided', desk.defaultLocale, context));
}

const REFUNDS: readonly Treatment['refund'][] = ['original', 'store_credit', 'none'];

function toInput(values: Record<string, string>): DecisionInput | null {
  const text = (name: string) => values[name] ?? '';
  switch (values.decision ?? '') {
    case 'approve':
      return {
        kind: 'approve',
        seen: text('seen'),
        confirm: text('confirm'),
        restock: text('restock') !== 'no',
        refund: REFUNDS.find((one) => one === text('refund')) ?? 'original',
        amount: text('amount') === 'full' ? 'full' : 'policy',
      };
    case 'decline':
      return { kind: 'decline', reason: text('reason') };
    case 'ask':
      return { kind: 'ask', question: text('question') };
    case 'choose':
      return { kind: 'choose', orderId: values.order ?? null, orderName: text('order_name') };
    case 'reassess':
      return { kind: 'reassess', sure: text('reassess') === 'yes' };
    case 'paid_back':
      return { kind: 'paid_back', how: text('how'), on: text('on') };
    default:
      return null;
  }
}

/** Texts only: a name sent twice comes as a list, and is nothing of ours. */
export function textsOf(body: unknown): Record<string, string> {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

export function tokenOf(req: Request): string {
  return String(req.params.token ?? '').slice(0, 100);
}
