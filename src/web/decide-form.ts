/** The page on which one request is decided, and what its form sends; reached by a link from a mail or from the queue. */
import type { Request, Response } from 'express';
import { isBeingFulfilled, isReturnable } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { allows, approvalBlock, type DecisionErrors, type DecisionInput } from '../domain/decision.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { type Treatment, textFor } from '../domain/policy/policy.ts';
import { viewRequest } from '../domain/request-view.ts';
import { timelineOf } from '../domain/timeline.ts';
import { decide } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/route-request.ts';
import { shopNameOf } from '../steps/shop-name.ts';

/** Who looks, and how they came. */
export interface Reader {
  readonly person: string;
  /** Signed in: nothing has to be typed to approve, and the whole history is shown. */
  readonly signedIn: boolean;
  readonly mayDecide: boolean;
  /** Of a session, see session-cookie.ts. */
  readonly formKey: string | null;
}

interface Problems {
  readonly errors?: DecisionErrors;
  readonly values?: Record<string, string>;
  /** Above the page: locale key `error.CODE`. */
  readonly notice?: string;
}

/** @param backTo address that shows the request by a GET, so that reloading can't send the form again */
export async function postDecision(
  desk: Desk,
  req: Request,
  res: Response,
  request: CancellationRequest,
  reader: Reader,
  backTo: string,
): Promise<void> {
  const values = textsOf(req.body);
  if (!reader.mayDecide) return showDecision(desk, res, 403, request, reader, { values, notice: 'may_not_decide' });
  const input = toInput(values, reader);
  if (!input) return showDecision(desk, res, 400, request, reader, { values, notice: 'no_decision' });
  const result = await decide(desk, request.id, reader.person, Number(values.revision), input).catch(shopifyAway);
  if (result === 'shopify_away') return showDecision(desk, res, 503, request, reader, { values, notice: result });
  switch (result.kind) {
    case 'done':
      res.redirect(303, backTo);
      return;
    case 'invalid':
      return showDecision(desk, res, 422, result.request, reader, { errors: result.errors, values });
    case 'stale':
      return showDecision(desk, res, 409, result.request, reader, { values, notice: 'stale' });
    case 'too_late':
      return reader.signedIn
        ? showDecision(desk, res, 409, result.request, reader, { values, notice: 'too_late' })
        : showDecided(desk, res, 409, result.request);
  }
}

/** Choosing an order needs Shopify; approving and declining don't. */
function shopifyAway(error: unknown): 'shopify_away' {
  if (error instanceof OutsideError) return 'shopify_away';
  throw error;
}

export async function showDecision(
  desk: Desk,
  res: Response,
  status: number,
  request: CancellationRequest,
  reader: Reader,
  { errors = {}, values = {}, notice }: Problems,
): Promise<void> {
  const { order, live } = await desk.freshOrder.of(request);
  const policy = await policyFor(desk, request);
  const treatment = request.assessment?.treatment ?? policy.defaults;
  const may = (kind: DecisionInput['kind']) => reader.mayDecide && allows(request, kind);
  const { records } = desk.store;
  const context = {
    shopName: await shopNameOf(desk),
    staffEmail: reader.person,
    signedIn: reader.signedIn,
    formKey: reader.formKey ?? '',
    request: viewRequest(request, order, desk.adminOrigin, policy.cardFee),
    treatment,
    restockDefault: treatment.restock ? 'yes' : 'no',
    hasApproved: request.status === 'awaiting_decision' && request.approvals.includes(reader.person),
    setAside: await isSetAside(desk, request),
    isOver: isEnded(request.status),
    mayReassess: may('reassess'),
    mayPayBack: may('paid_back'),
    mayPart: order !== null && !approvalBlock(order) && may('part') && order.lines.length > 0,
    mayReturn: order !== null && isReturnable(order) && may('return'),
    returnText: policy.returns ? textFor(policy.returns, request.locale) : '',
    mayUndo: may('undo'),
    mayOffer: may('offer') && addressOf(request) !== null,
    mayAssign: may('assign'),
    staff: reader.signedIn ? await decidersOf(desk) : [],
    today: new Date(desk.now()).toISOString().slice(0, 10),
    revision: request.revision,
    seen: order ? fingerprintOf(order, isBeingFulfilled(order)) : '',
    orderIsLive: live || order === null,
    mayApprove: order !== null && !approvalBlock(order) && may('approve'),
    mayChoose: may('choose'),
    mayAsk: may('ask') && addressOf(request) !== null,
    mayDecline: may('decline'),
    others: await othersOf(desk, request, reader),
    timeline: reader.signedIn
      ? timelineOf(await records.events.byRequest(request.id), await records.effects.byRequest(request.id))
      : [],
    errors,
    values,
    notice: notice ?? null,
  };
  res.status(status).send(desk.renderer.page('decision', desk.defaultLocale, context));
}

export async function showDecided(
  desk: Desk,
  res: Response,
  status: number,
  request: CancellationRequest,
): Promise<void> {
  const context = {
    shopName: await shopNameOf(desk),
    request: viewRequest(request, request.order, desk.adminOrigin),
    setAside: await isSetAside(desk, request),
  };
  res.status(status).send(desk.renderer.page('decided', desk.defaultLocale, context));
}

/** Something of it, see steps/quarantine.ts. */
async function isSetAside({ store }: Desk, { id }: CancellationRequest): Promise<boolean> {
  return (await store.records.quarantine.list(id)).length > 0;
}

const MOST_OTHERS = 5;

/** This customer's other requests: a second look at who asks how often. */
async function othersOf(desk: Desk, request: CancellationRequest, { signedIn }: Reader) {
  const email = addressOf(request);
  if (!email) return [];
  const found = await desk.store.records.requests.ofCustomer(email, MOST_OTHERS + 1);
  return found
    .filter((one) => one.id !== request.id)
    .slice(0, MOST_OTHERS)
    .map(({ ref, status, orderName, submittedAt }) => ({ ref, status, orderName, submittedAt, link: signedIn }));
}

async function decidersOf(desk: Desk): Promise<string[]> {
  const members = await desk.store.records.staff.list();
  return members.filter(({ active, role }) => active && role === 'decide').map(({ email }) => email);
}

function addressOf(request: CancellationRequest): string | null {
  return request.order?.email ?? request.fields.email;
}

const REFUNDS: readonly Treatment['refund'][] = ['original', 'store_credit', 'none'];

function toInput(values: Record<string, string>, { signedIn }: Reader): DecisionInput | null {
  const text = (name: string) => values[name] ?? '';
  switch (values.decision ?? '') {
    case 'approve':
      return {
        kind: 'approve',
        seen: text('seen'),
        confirm: signedIn ? null : text('confirm'),
        restock: text('restock') !== 'no',
        refund: REFUNDS.find((one) => one === text('refund')) ?? 'original',
        amount: text('amount') === 'full' ? 'full' : 'policy',
      };
    case 'part':
      return {
        kind: 'part',
        seen: text('seen'),
        confirm: signedIn ? null : text('confirm_part'),
        quantities: quantitiesIn(values),
        restock: text('restock_part') !== 'no',
        refund: REFUNDS.find((one) => one === text('refund_part')) ?? 'original',
      };
    case 'return':
      return {
        kind: 'return',
        confirm: signedIn ? null : text('confirm_return'),
        instructions: text('instructions'),
      };
    case 'decline':
      return { kind: 'decline', reason: text('reason') };
    case 'ask':
      return { kind: 'ask', question: text('question') };
    case 'offer':
      return { kind: 'offer', offer: text('offer') };
    case 'choose':
      return { kind: 'choose', orderId: values.order ?? null, orderName: text('order_name') };
    case 'reassess':
      return { kind: 'reassess', sure: text('reassess') === 'yes' };
    case 'paid_back':
      return { kind: 'paid_back', how: text('how'), on: text('on') };
    case 'undo':
      return { kind: 'undo', sure: signedIn || text('undo') === 'yes' };
    case 'assign':
      return { kind: 'assign', to: text('assign_to') || null };
    case 'snooze':
      return { kind: 'snooze', days: Number(text('days')) };
    default:
      return null;
  }
}

/** "take gid://shopify/LineItem/1" → how many of that line. */
function quantitiesIn(values: Record<string, string>): Record<string, number> {
  const entries = Object.entries(values).filter(([name, value]) => name.startsWith(TAKE) && value.trim() !== '');
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(TAKE.length), Number(value)]));
}

const TAKE = 'take ';

/** Texts only: a name sent twice comes as a list, and is nothing of ours. */
export function textsOf(body: unknown): Record<string, string> {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** One name, once or several times. */
export function listOf(body: unknown, name: string): string[] {
  const value = ((body ?? {}) as Record<string, unknown>)[name];
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string');
}

export function tokenOf(req: Request): string {
  return String(req.params.token ?? '').slice(0, 100);
}
