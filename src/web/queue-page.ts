/** /queue: what waits, for signed-in staff. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Router } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { allows } from '../domain/decision.ts';
import { countViews, QUEUE_VIEW_NAMES, QUEUE_VIEWS, type QueueView } from '../domain/queue.ts';
import { CSV_HEAD, csvLine } from '../domain/queue-csv.ts';
import { beginningOfWords, reasonsOf } from '../domain/queue-reason.ts';
import { viewRequest } from '../domain/request-view.ts';
import { QUEUE_SORTS, type RequestFilter } from '../records/requests.ts';
import type { Desk } from '../steps/desk.ts';
import type { Session } from '../steps/sessions.ts';
import { bulkDecision, PAGE } from './bulk-decision.ts';
import { frameOf, staffOnly } from './session-cookie.ts';

/** Letters of a table that are sent together. */
const PIECE = 64 * 1024;

interface Wanted {
  readonly view: QueueView;
  readonly text: string;
  readonly sort: RequestFilter['sort'];
  readonly mine: boolean;
  /** From 1. */
  readonly page: number;
  /** Every one of the page is chosen for what is done to several. */
  readonly all: boolean;
}

export function queuePage(desk: Desk): Router {
  const router = express.Router();
  router.use('/queue', staffOnly(desk));
  router.use('/queue.csv', staffOnly(desk));

  router.get('/queue', async (req, res) => {
    const session = res.locals.session as Session;
    const wanted = wantedOf(req);
    const { requests } = desk.store.records;
    // One more than a page holds tells whether there is another.
    const found = await requests.search(filterOf(wanted, session, PAGE + 1, desk.now()));
    const counts = countViews(await requests.countOpen(), await requests.countSnoozed(desk.now()));
    const items = found.slice(0, PAGE).map((request) => itemOf(desk, session, request));
    const context = {
      ...(await frameOf(desk, session)),
      wanted,
      views: QUEUE_VIEW_NAMES.map((name) => ({ name, current: name === wanted.view, count: counts[name] ?? null })),
      sorts: QUEUE_SORTS,
      items,
      canChoose: items.some(({ mayDecide }) => mayDecide),
      before: wanted.page > 1 ? addressOf(wanted, wanted.page - 1) : null,
      after: found.length > PAGE ? addressOf(wanted, wanted.page + 1) : null,
      elsewhere: found.length === 0 && wanted.text ? await viewsWith(desk, session, wanted) : [],
      csv: `/queue.csv${addressOf(wanted, 1)}`,
      choose: `${addressOf(wanted, wanted.page)}${wanted.all ? '' : '&all=yes'}`,
    };
    res.send(desk.renderer.page('queue', desk.defaultLocale, context));
  });

  router.get('/queue.csv', async (req, res) => {
    const session = res.locals.session as Session;
    const { offset: _, limit: __, ...view } = filterOf({ ...wantedOf(req), page: 1 }, session, 0, desk.now());
    res.type('text/csv').attachment('requests.csv');
    await pipeline(Readable.from(csvOf(desk.store.records.requests.all(view))), res).catch(goneAway);
  });

  router.use(bulkDecision(desk));
  return router;
}

function itemOf({ adminOrigin }: Desk, { mayDecide }: Session, request: CancellationRequest) {
  const view = viewRequest(request, request.order, adminOrigin);
  return {
    ...view,
    // Also one that its owner has yet to confirm.
    orderName: view.askedOrder,
    why: reasonsOf(request),
    begins: beginningOfWords(request),
    mayDecide: mayDecide && (allows(request, 'approve') || allows(request, 'decline')),
  };
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
    all: text('all') === 'yes',
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

/** In pieces, as they are taken: a table may be of a million rows. */
async function* csvOf(requests: AsyncIterable<CancellationRequest>): AsyncGenerator<string> {
  let lines = CSV_HEAD;
  for await (const request of requests) {
    lines += csvLine(request);
    if (lines.length < PIECE) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}

/** Whoever asked has had enough of it: nothing of ours went wrong. */
function goneAway(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
