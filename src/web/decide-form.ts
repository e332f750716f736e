/** The page on which one request is decided, and what its form sends; reached by a link from a mail or from the queue. */

import type { Request, Response } from 'express';
import { treatmentInForce } from '../domain/approvals.ts';
import { isBeingFulfilled, isReturnable } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { confirmationFor, confirms, confirmsName } from '../domain/confirmation.ts';
import { compareEmail } from '../domain/contact-evidence.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { allows, approvalBlock, mayTakeSome, mayTidy } from '../domain/decision.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { OFFER_PERCENTS } from '../domain/offer.ts';
import { ADDRESS_FIELDS } from '../domain/order-change.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { type RefundAmount, textFor } from '../domain/policy/policy.ts';
import { viewRequest } from '../domain/request-view.ts';
import { timelineOf } from '../domain/timeline.ts';
import { auditMark } from '../steps/audit.ts';
import { APPROVES, decide, isNamed } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/prepare-route.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { approversOf } from '../steps/who-decides.ts';
import { toInput, valuesOf } from './decision-input.ts';
import { customersOthers } from './other-requests.ts';
import { type PlanView, viewPlan } from './plan-view.ts';

/** Who looks, and how they came. */
export interface Reader {
  readonly person: string;
  /** Signed in: nothing has to be typed to approve, and the whole history is shown. */
  readonly signedIn: boolean;
  readonly mayDecide: boolean;
  readonly mayOperate: boolean;
  /** Of a session, see session-cookie.ts. */
  readonly formKey: string | null;
}

interface Problems {
  readonly errors?: Partial<Readonly<Record<string, string>>>;
  readonly values?: Record<string, string>;
  /** Above the page: locale key `error.CODE`. */
  readonly notice?: string;
  readonly plan?: PlanView;
}

/** Begin the request anew: its links are dead then, this one as well. */
const ENDS_LINKS: readonly DecisionInput['kind'][] = ['undo', 'reassess'];

/** See checkDecision, checkAgreement. */
const CONFIRM_THEMSELVES: readonly DecisionInput['kind'][] = ['approve', 'part', 'change', 'return'];

/** Two buttons beside one field that asks for it. */
const CONFIRMED_BESIDE: Readonly<Record<string, string>> = { told: 'correct_address', delete: 'archive' };

/** What was being written when another button beside it was pressed stays on the page. */
const DRAFTS: Readonly<Record<string, DecisionInput['kind']>> = {
  reason: 'decline',
  question: 'ask',
  offer: 'offer',
};
const LEAVES_DRAFTS: readonly DecisionInput['kind'][] = ['assign', 'snooze'];

function draftIn(values: Record<string, string>): DecisionInput['kind'] | null {
  const written = Object.keys(DRAFTS).find((name) => values[name]?.trim());
  return written ? (DRAFTS[written] ?? null) : null;
}

/** In whichever of the fields that ask for it: a scanner ticks boxes, writes junk and presses what there is, but it doesn't read. */
async function isTyped(desk: Desk, values: Record<string, string>, request: CancellationRequest): Promise<boolean> {
  const { order } = await desk.freshOrder.of(request);
  const { confirm } = await policyFor(desk, request);
  const isRight = (text: string) => (order ? confirms(text, order, confirm) : confirmsName(text, request.ref));
  return Object.entries(values).some(([name, text]) => /^confirm(?:_|$)/.test(name) && isRight(text));
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
  // Enter in a field presses this one, see no-enter.hbs.
  if (values.decision === 'enter') {
    return showDecision(desk, res, 422, request, reader, { values, notice: 'nothing_pressed' });
  }
  const input = toInput(values, reader.signedIn);
  if (!input) return showDecision(desk, res, 400, request, reader, { values, notice: 'no_decision' });
  if (!reader.signedIn && !CONFIRM_THEMSELVES.includes(input.kind) && !(await isTyped(desk, values, request))) {
    const button = values.decision ?? '';
    const errors = { [`confirm_${CONFIRMED_BESIDE[button] ?? button}`]: 'confirm_mismatch' };
    return showDecision(desk, res, 422, request, reader, { values, errors });
  }
  const result = await decide(desk, request.id, reader.person, Number(values.revision), input).catch(shopifyAway);
  if (result === 'shopify_away') return showDecision(desk, res, 503, request, reader, { values, notice: result });
  switch (result.kind) {
    case 'plan': {
      const { errors } = result;
      const isAnother = 'agreed' in input && input.agreed !== '' && input.agreed !== result.plan.digest;
      const problems = { values, errors, plan: viewPlan(result, isAnother) };
      return showDecision(desk, res, errors.confirm_plan ? 422 : 200, result.request, reader, problems);
    }
    case 'done': {
      const draft = LEAVES_DRAFTS.includes(input.kind) ? draftIn(values) : null;
      if (draft) {
        const kept = { ...values, decision: draft };
        return showDecision(desk, res, 200, result.request, reader, { values: kept });
      }
      const isAnother = input.kind === 'choose' && result.request.version !== request.version;
      const endsLink = isAnother || ENDS_LINKS.includes(input.kind);
      res.redirect(303, !reader.signedIn && endsLink ? `${desk.baseUrl}/d/done` : backTo);
      return;
    }
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
  { errors = {}, values = {}, notice, plan }: Problems,
): Promise<void> {
  const { order, live } = await desk.freshOrder.of(request);
  const policy = await policyFor(desk, request);
  // Whoever comes second agrees to what the first one chose, or says otherwise.
  const [first] = request.approvals;
  const asAssessed = request.assessment?.treatment ?? policy.defaults;
  const treatment = treatmentInForce(request, policy.defaults);
  const isCancelled = order !== null && order.cancelledAt !== null;
  const filled = { ...(first && first.by !== reader.person ? valuesOf(first) : {}), ...values };
  const wanted = request.assessment?.approvals ?? 1;
  const named = await isNamed(desk, request, reader.person);
  const may = (kind: DecisionInput['kind']) =>
    reader.mayDecide && allows(request, kind) && (named || !APPROVES.has(kind));
  const { records } = desk.store;
  const context = {
    shopName: await shopNameOf(desk),
    staffEmail: reader.person,
    signedIn: reader.signedIn,
    mayDecide: reader.mayDecide,
    mayOperate: reader.mayOperate,
    formKey: reader.formKey ?? '',
    request: viewRequest(request, order, desk.adminOrigin, { cardFee: policy.cardFee, treatment }),
    isCancelled,
    isAnothers: order !== null && compareEmail(request.fields.email, order.email) === 'differs',
    problemPrefix:
      Object.keys(errors).length > 0 ? `${desk.renderer.sentence('page.error_prefix', desk.defaultLocale)} ` : '',
    confirmBy: order ? confirmationFor(order, policy.confirm) : 'ref_end',
    treatment,
    policyAmount: asAssessed.amount,
    ...amountDefaults(first?.treatment.amount ?? null),
    archiveDefault: treatment.archive ? 'yes' : 'no',
    restockDefault: treatment.restock ? 'yes' : 'no',
    hasApproved: request.status === 'awaiting_decision' && request.approvals.some(({ by }) => by === reader.person),
    approvedBy: request.status === 'awaiting_decision' && first && first.by !== reader.person ? first.by : null,
    notNamed: !named && reader.mayDecide && allows(request, 'approve'),
    approvedWhole: first ? !first.part && !first.change : true,
    approvalsWanted: wanted > 1 ? wanted : null,
    undoMinutes: Math.round(policy.undoMs / 60_000),
    setAside: await isSetAside(desk, request),
    isOver: isEnded(request.status),
    mayReassess: may('reassess'),
    mayPayBack: may('paid_back'),
    mayPart: mayTakeSome(order) && may('part'),
    mayReturn: order !== null && isReturnable(order) && may('return'),
    returnText: policy.returns ? textFor(policy.returns, request.locale) : '',
    mayChange: mayTakeSome(order) && may('change'),
    addressFields: order?.shippingTo?.lastName ? ADDRESS_FIELDS : [],
    shippingTo: order?.shippingTo ?? null,
    keepsShipping: order !== null && Number(order.shipping.amount) > 0,
    offerPercents: OFFER_PERCENTS,
    mayCorrect: may('correct_address'),
    mayArchive: order !== null && may('tidy') && mayTidy(order).archive,
    mayDelete: order !== null && may('tidy') && mayTidy(order).delete,
    mayUndo: may('undo'),
    mayOffer: !isCancelled && may('offer') && customerAddress(request) !== null,
    mayAssign: may('assign'),
    staff: reader.signedIn ? (await approversOf(desk, records, request)).map(({ email }) => email) : [],
    today: new Date(desk.now()).toISOString().slice(0, 10),
    toType: order?.name ?? request.ref,
    revision: request.revision,
    seen: order ? fingerprintOf(order, isBeingFulfilled(order)) : '',
    orderIsLive: live || order === null,
    mayApprove: order !== null && !approvalBlock(order) && may('approve'),
    mayChoose: may('choose') && request.orderId === null,
    mayChooseAnother: may('choose') && request.orderId !== null && request.status === 'awaiting_decision',
    mayStopWaiting: may('stop_waiting'),
    mayAsk: may('ask') && customerAddress(request) !== null,
    mayDecline: may('decline'),
    others: await customersOthers(desk, customerAddress(request), request.id, reader.signedIn),
    timeline: reader.signedIn
      ? timelineOf(await records.events.byRequest(request.id), await records.effects.byRequest(request.id))
      : [],
    auditMark: reader.signedIn ? await auditMark(records, request.id) : null,
    errors,
    problem: Object.entries(errors).map(([field, code]) => ({ field, code }))[0] ?? null,
    values: filled,
    notice: notice ?? null,
    planned: plan ?? null,
    plannedApproval: plan?.plan.kind === 'approve' ? plan.plan : null,
    plannedPart: plan?.plan.kind === 'part' ? plan.plan : null,
    plannedChange: plan?.plan.kind === 'change' ? plan.plan : null,
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

/** As whoever approved first has put it. */
function amountDefaults(amount: RefundAmount | null): { amountDefault: string; exactDefault: string } {
  if (amount === null || typeof amount === 'string') return { amountDefault: amount ?? '', exactDefault: '' };
  return 'exactly' in amount
    ? { amountDefault: '', exactDefault: amount.exactly }
    : { amountDefault: 'policy', exactDefault: '' };
}

/** Something of it, see steps/quarantine.ts. */
async function isSetAside({ store }: Desk, { id }: CancellationRequest): Promise<boolean> {
  return (await store.records.quarantine.list(id)).length > 0;
}

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
