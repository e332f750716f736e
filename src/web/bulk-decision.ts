/** Several requests of the queue decided at once, after a look at what that will do. */
import express, { type Response, type Router } from 'express';
import { isSameApproval, standingApprovals, treatmentInForce } from '../domain/approvals.ts';
import { isBeingFulfilled } from '../domain/cancel-check.ts';
import type { Approval, CancellationRequest } from '../domain/cancellation-request.ts';
import { allows, approvalBlock } from '../domain/decision.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import type { Order } from '../domain/order.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import type { Treatment } from '../domain/policy/policy.ts';
import { viewRequest } from '../domain/request-view.ts';
import { decide, isNamed } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/prepare-route.ts';
import type { Session } from '../steps/sessions.ts';
import { listOf, textsOf } from './form-texts.ts';
import { PageError } from './same-origin.ts';
import { checkFormKey, frameOf } from './session-cookie.ts';

/** As many as the queue shows on a page. */
export const PAGE = 50;

type Kind = 'approve' | 'decline';

interface Result {
  readonly ref: string;
  /** Locale key `bulk_result.CODE`. */
  readonly result: string;
  /** Locale key `error.CODE`. */
  readonly why: string | null;
  /** How many more have to approve. */
  readonly left: number;
}

export function bulkDecision(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });

  router.post('/queue', form, async (req, res) => {
    const session = mustDecide(res);
    checkFormKey(session, textsOf(req.body).form_key);
    await showSummary(desk, res, session, listOf(req.body, 'ref').slice(0, PAGE), kindIn(req.body), 200, {});
  });

  router.post('/queue/decide', form, async (req, res) => {
    const session = mustDecide(res);
    const values = textsOf(req.body);
    checkFormKey(session, values.form_key);
    const kind = kindIn(req.body);
    const seen = listOf(req.body, 'seen')
      .slice(0, PAGE)
      .map((one) => one.split(' '));
    if (kind === 'decline' && !values.reason?.trim()) {
      const refs = seen.map(([ref = '']) => ref);
      return showSummary(desk, res, session, refs, kind, 422, { reason: 'reason_missing' });
    }
    const results: Result[] = [];
    for (const [ref = '', revision = '', fingerprint = ''] of seen) {
      const input = { kind, revision: Number(revision), fingerprint, reason: values.reason ?? '' };
      results.push(await decideOne(desk, session.person, ref, input));
    }
    const context = { ...(await frameOf(desk, session)), results };
    res.send(desk.renderer.page('queue-done', desk.defaultLocale, context));
  });
  return router;
}

function kindIn(body: unknown): Kind {
  return textsOf(body).bulk === 'decline' ? 'decline' : 'approve';
}

function mustDecide(res: Response): Session {
  const session = res.locals.session as Session;
  if (!session.mayDecide) throw new PageError(403, 'may_not_decide');
  return session;
}

/** What each of them will do, before anything is done. */
async function showSummary(
  desk: Desk,
  res: Response,
  session: Session,
  refs: readonly string[],
  kind: Kind,
  status: number,
  errors: Record<string, string>,
): Promise<void> {
  const items = [];
  for (const ref of refs) {
    const request = await desk.store.records.requests.byRef(ref);
    if (!request) continue;
    const { order, live } = await desk.freshOrder.of(request);
    const policy = await policyFor(desk, request);
    const treatment = treatmentInForce(request, policy.defaults);
    const fingerprint = order ? fingerprintOf(order, isBeingFulfilled(order)) : '-';
    const left = kind === 'approve' ? await stillWanted(desk, request, session.person, fingerprint, treatment) : 0;
    const obstacle = await obstacleTo(desk, session.person, request, kind, live ? order : null, left);
    items.push({
      request: viewRequest(request, order, desk.adminOrigin, { cardFee: policy.cardFee, treatment }),
      possible: obstacle === null,
      obstacle,
      restocks: treatment.restock,
      undoMinutes: Math.round(policy.undoMs / 60_000),
      isCancelled: order?.cancelledAt != null,
      approvedBy: request.approvals.find(({ by }) => by !== session.person)?.by ?? null,
      left: left === 'approved' ? 0 : left,
      seen: `${request.ref} ${request.revision} ${fingerprint}`,
    });
  }
  const possible = items.filter((item) => item.possible);
  const context = {
    ...(await frameOf(desk, session)),
    kind,
    items,
    possible: possible.length,
    cancels: possible.filter(({ left }) => left === 0).length,
    errors,
    values: {},
  };
  res.status(status).send(desk.renderer.page('queue-summary', desk.defaultLocale, context));
}

/** How many others have to approve the same after this person; "approved": they have done so before. */
async function stillWanted(
  desk: Desk,
  request: CancellationRequest,
  by: string,
  seen: string,
  treatment: Treatment,
): Promise<number | 'approved'> {
  const mine: Approval = { by, seen, treatment, part: null, change: null };
  const standing = standingApprovals(request, mine, await desk.store.records.staff.list());
  const left = Math.max(0, (request.assessment?.approvals ?? 1) - standing.length - 1);
  return left > 0 && request.approvals.some((one) => one.by === by && isSameApproval(one, mine)) ? 'approved' : left;
}

/** Locale key of why this person can't decide it this way, or null. */
async function obstacleTo(
  desk: Desk,
  person: string,
  request: CancellationRequest,
  kind: Kind,
  /** As it is now; null also when Shopify is away. */
  order: Order | null,
  left: number | 'approved',
): Promise<string | null> {
  if (!allows(request, kind)) return request.status === 'needs_match' ? 'error.choose_order_first' : 'error.too_late';
  if (kind === 'decline') return null;
  if (!(await isNamed(desk, request, person))) return 'error.not_named';
  if (!order) return 'error.shopify_away';
  const block = approvalBlock(order);
  if (block) return `refusal.${block}`;
  // Somebody's approval of a part or of a change would be lost to one of all of it.
  if (request.approvals.some((one) => one.part || one.change)) return 'error.approved_otherwise';
  return left === 'approved' ? 'error.already_approved' : null;
}

async function decideOne(
  desk: Desk,
  by: string,
  ref: string,
  given: { readonly kind: Kind; readonly revision: number; readonly fingerprint: string; readonly reason: string },
): Promise<Result> {
  const request = await desk.store.records.requests.byRef(ref);
  if (!request) return { ref, result: 'not_found', why: null, left: 0 };
  const input: DecisionInput =
    given.kind === 'decline'
      ? { kind: 'decline', reason: given.reason }
      : { kind: 'approve', seen: given.fingerprint, confirm: null, terms: null, agreed: '' };
  const result = await decide(desk, request.id, by, given.revision, input);
  if (result.kind === 'invalid') return { ref, result: 'invalid', why: result.errors.order ?? null, left: 0 };
  if (result.kind !== 'done' || input.kind === 'decline') return { ref, result: result.kind, why: null, left: 0 };
  const { status, approvals, assessment } = result.request;
  if (status !== request.status) return { ref, result: 'done', why: null, left: 0 };
  return { ref, result: 'approved_in_part', why: null, left: (assessment?.approvals ?? 1) - approvals.length };
}
