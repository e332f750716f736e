/** The page to decide on, and the one that says it is decided. */
import type { Response } from 'express';
import { treatmentInForce } from '../domain/approvals.ts';
import { isBeingFulfilled, isReturnable } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { confirmationFor } from '../domain/confirmation.ts';
import { compareEmail } from '../domain/contact-evidence.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { allows, approvalBlock, mayTakeSome, mayTidy } from '../domain/decision.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { OFFER_PERCENTS } from '../domain/offer.ts';
import { ADDRESS_FIELDS } from '../domain/order-change.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import { type RefundAmount, textFor } from '../domain/policy/policy.ts';
import { viewRequest } from '../domain/request-view.ts';
import { timelineOf } from '../domain/timeline.ts';
import { auditMark } from '../steps/audit.ts';
import { APPROVES, isNamed } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/prepare-route.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { approversOf } from '../steps/who-decides.ts';
import { valuesOf } from './decision-input.ts';
import { customersOthers } from './other-requests.ts';
import type { PlanView } from './plan-view.ts';

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

export interface Problems {
  readonly errors?: Partial<Readonly<Record<string, string>>>;
  readonly values?: Record<string, string>;
  /** Above the page: locale key `error.CODE`. */
  readonly notice?: string;
  readonly plan?: PlanView;
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
