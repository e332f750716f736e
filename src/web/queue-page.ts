/** /queue: what waits, for signed-in staff. Several can be decided at once, after a look at what that will do. */
import express, { type Request, type Response, type Router } from 'express';
import { isBeingFulfilled } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { allows, approvalBlock, type DecisionInput } from '../domain/decision.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { countViews, csvCell, QUEUE_VIEW_NAMES, QUEUE_VIEWS, type QueueView } from '../domain/queue.ts';
import { viewRequest } from '../domain/request-view.ts';
import { QUEUE_SORTS, type RequestFilter } from '../records.ts';
import { decide, isNamed } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/route-request.ts';
import type { Session } from '../steps/sessions.ts';
import { listOf, textsOf } from './decide-form.ts';
import { PageError } from './same-origin.ts';
import { checkFormKey, frameOf, staffOnly } from './session-cookie.ts';

const PAGE = 50;
const CSV_ROWS = 10_000;

interface Wanted {
  readonly view: QueueView;
  readonly text: string;
  readonly sort: RequestFilter['sort'];
  readonly mine: boolean;
  /** From 1. */
  readonly page: number;
}

export function queuePage(desk: Desk): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  router.use('/queue', staffOnly(desk));
  router.use('/queue.csv', staffOnly(desk));

  router.get('/queue', async (req, res) => {
    const session = res.locals.session as Session;
    const wanted = wantedOf(req);
    const { requests } = desk.store.records;
    // One more than a page holds tells whether there is another.
    const found = await requests.search(filterOf(wanted, session, PAGE + 1, desk.now()));
    const counts = countViews(await requests.countOpen(), await requests.countSnoozed(desk.now()));
    const context = {
      ...(await frameOf(desk, session)),
      wanted,
      views: QUEUE_VIEW_NAMES.map((name) => ({ name, current: name === wanted.view, count: counts[name] ?? null })),
      sorts: QUEUE_SORTS,
      items: found.slice(0, PAGE).map((request) => ({
        ...viewRequest(request, request.order, desk.adminOrigin),
        orderName: request.orderName,
        assignedTo: request.assignedTo,
        mayDecide: session.mayDecide && (allows(request, 'approve') || allows(request, 'decline')),
      })),
      before: wanted.page > 1 ? addressOf(wanted, wanted.page - 1) : null,
      after: found.length > PAGE ? addressOf(wanted, wanted.page + 1) : null,
      elsewhere: found.length === 0 && wanted.text ? await viewsWith(desk, session, wanted) : [],
      csv: `/queue.csv${addressOf(wanted, 1)}`,
    };
    res.send(desk.renderer.page('queue', desk.defaultLocale, context));
  });

  router.get('/queue.csv', async (req, res) => {
    const session = res.locals.session as Session;
    const filter = filterOf({ ...wantedOf(req), page: 1 }, session, CSV_ROWS, desk.now());
    const rows = (await desk.store.records.requests.search(filter)).map(csvRow);
    res.type('text/csv').attachment('requests.csv');
    res.send(`${[CSV_HEAD, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`);
  });

  router.post('/queue', form, async (req, res) => {
    const session = mustDecide(res);
    checkFormKey(session, textsOf(req.body).form_key);
    const kind = textsOf(req.body).bulk === 'decline' ? 'decline' : 'approve';
    const refs = listOf(req.body, 'ref').slice(0, PAGE);
    await showSummary(desk, res, session, refs, kind, 200, {});
  });

  router.post('/queue/decide', form, async (req, res) => {
    const session = mustDecide(res);
    const values = textsOf(req.body);
    checkFormKey(session, values.form_key);
    const kind = values.bulk === 'decline' ? 'decline' : 'approve';
    const seen = listOf(req.body, 'seen')
      .slice(0, PAGE)
      .map((one) => one.split(' '));
    if (kind === 'decline' && !values.reason?.trim()) {
      const refs = seen.map(([ref = '']) => ref);
      return showSummary(desk, res, session, refs, kind, 422, { reason: 'reason_missing' });
    }
    const results = [];
    for (const [ref = '', revision = '', fingerprint = ''] of seen) {
      results.push(
        await decideOne(desk, session.person, ref, Number(revision), fingerprint, kind, values.reason ?? ''),
      );
    }
    const context = { ...(await frameOf(desk, session)), results };
    res.send(desk.renderer.page('queue-done', desk.defaultLocale, context));
  });
  return router;
}

function mustDecide(res: Response): Session {
  const session = res.locals.session as Session;
  if (!session.mayDecide) throw new PageError(403, 'may_not_decide');
  return session;
}

/** Other views in which something fits. */
async function viewsWith(
  desk: Desk,
  session: Session,
  wanted: Wanted,
): Promise<{ name: QueueView; address: string }[]> {
  const found: { name: QueueView; address: string }[] = [];
  for (const name of QUEUE_VIEW_NAMES.filter((one) => one !== wanted.view)) {
    const there = { ...wanted, view: name, page: 1 };
    const [one] = await desk.store.records.requests.search(filterOf(there, session, 1, desk.now()));
    if (one) found.push({ name, address: addressOf(there, 1) });
  }
  return found;
}

/** What each of them will do, before anything is done. */
async function showSummary(
  desk: Desk,
  res: Response,
  session: Session,
  refs: readonly string[],
  kind: 'approve' | 'decline',
  status: number,
  errors: Record<string, string>,
): Promise<void> {
  const items = [];
  for (const ref of refs) {
    const request = await desk.store.records.requests.byRef(ref);
    if (!request) continue;
    const { order, live } = await desk.freshOrder.of(request);
    const policy = await policyFor(desk, request);
    const mayNot = kind === 'approve' && !(await isNamed(desk, request, session.person)) ? 'not_named' : null;
    const possible =
      mayNot === null &&
      allows(request, kind) &&
      (kind === 'decline' || (order !== null && live && approvalBlock(order) === null));
    const treatment = request.assessment?.treatment ?? policy.defaults;
    const fingerprint = order ? fingerprintOf(order, isBeingFulfilled(order)) : '-';
    items.push({
      request: viewRequest(request, order, desk.adminOrigin, policy.cardFee),
      possible,
      mayNot,
      restocks: treatment.restock,
      approvalsWanted: (request.assessment?.approvals ?? 1) > 1 ? (request.assessment?.approvals ?? 1) : null,
      seen: `${request.ref} ${request.revision} ${fingerprint}`,
    });
  }
  const context = {
    ...(await frameOf(desk, session)),
    kind,
    items,
    possible: items.filter(({ possible }) => possible).length,
    errors,
    values: {},
  };
  res.status(status).send(desk.renderer.page('queue-summary', desk.defaultLocale, context));
}

async function decideOne(
  desk: Desk,
  by: string,
  ref: string,
  revision: number,
  seen: string,
  kind: 'approve' | 'decline',
  reason: string,
): Promise<{ ref: string; result: string; why: string | null }> {
  const request = await desk.store.records.requests.byRef(ref);
  if (!request) return { ref, result: 'not_found', why: null };
  const policy = await policyFor(desk, request);
  const treatment = request.assessment?.treatment ?? policy.defaults;
  const input: DecisionInput =
    kind === 'decline'
      ? { kind, reason }
      : { kind, seen, confirm: null, restock: treatment.restock, refund: treatment.refund, amount: 'policy' };
  const result = await decide(desk, request.id, by, revision, input);
  if (result.kind === 'invalid' && result.errors.order) return { ref, result: 'invalid', why: result.errors.order };
  if (result.kind !== 'done' || kind === 'decline') return { ref, result: result.kind, why: null };
  const now = await desk.store.records.requests.get(request.id);
  return { ref, result: now?.status === request.status ? 'approved_in_part' : 'done', why: null };
}

function wantedOf({ query }: Request): Wanted {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '');
  return {
    view: QUEUE_VIEW_NAMES.find((name) => name === text('view')) ?? 'to_do',
    text: text('q')
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 100),
    sort: QUEUE_SORTS.find((name) => name === text('sort')) ?? 'oldest',
    mine: text('mine') === 'yes',
    page: Math.min(10_000, Math.max(1, Math.floor(Number(text('page')) || 1))),
  };
}

function filterOf(
  { view, text, sort, mine, page }: Wanted,
  session: Session,
  limit: number,
  now: number,
): RequestFilter {
  return {
    stage: QUEUE_VIEWS[view].stage,
    text: text || null,
    assignedTo: mine ? session.person : null,
    snoozed: QUEUE_VIEWS[view].snoozed,
    now,
    sort,
    offset: (page - 1) * PAGE,
    limit,
  };
}

function addressOf({ view, text, sort, mine }: Wanted, page: number): string {
  const query = new URLSearchParams({ view, sort, page: String(page) });
  if (text) query.set('q', text);
  if (mine) query.set('mine', 'yes');
  return `?${query.toString()}`;
}

const CSV_HEAD = ['ref', 'status', 'order', 'email', 'submitted_at', 'updated_at', 'decision', 'decided_by', 'reason'];

function csvRow(request: CancellationRequest): string[] {
  const { ref, status, orderName, order, fields, submittedAt, updatedAt, decision } = request;
  return [
    ref,
    status,
    orderName ?? '',
    order?.email ?? fields.email ?? '',
    new Date(submittedAt).toISOString(),
    new Date(updatedAt).toISOString(),
    decision?.kind ?? '',
    decision?.by ?? '',
    fields.reason ?? '',
  ];
}
