/** A request as pages and mails are given it. */
import { wayOf } from './approvals.ts';
import { isReturnable, shippedOf } from './cancel-check.ts';
import type { CancellationRequest, Decision } from './cancellation-request.ts';
import { customerAddress } from './customer-address.ts';
import { typedReference, wordsOf } from './customers-words.ts';
import { isEnded } from './lifecycle.ts';
import { fromMillionths, type Money, toMillionths } from './money.ts';
import { type MoneyView, moneyEffectOf } from './money-effect.ts';
import { discountCodeOf } from './offer.ts';
import type { Order } from './order.ts';
import { type ViewOptions, viewOrder } from './order-view.ts';
import { ruleBehind } from './policy/assess.ts';
import { answerText } from './question-mapping.ts';
import { knowsAcceptance } from './trouble.ts';
import type { ApprovalTerms, RequestView } from './views.ts';

/** `order` is the one read last, or null where the reader must not learn of it. */
export function viewRequest(
  request: CancellationRequest,
  order: Order | null,
  adminOrigin: string,
  options: ViewOptions = {},
): RequestView {
  return {
    ref: request.ref,
    status: request.status,
    standing: standingOf(request),
    isOpen: !isEnded(request.status),
    submittedAt: request.submittedAt,
    locale: request.locale,
    answers: request.answers.map((answer) => ({ question: answer.question, text: answerText(answer) })),
    words: wordsOf(request.answers),
    typed: typedReference(request.fields),
    customerName: request.fields.name,
    customerEmail: request.fields.email,
    mailedTo: customerAddress(request, order),
    reason: request.fields.reason,
    message: request.fields.message,
    matchKind: request.match?.kind ?? null,
    matchReason: request.match?.reason ?? null,
    candidates: request.match?.candidates ?? [],
    order: order && viewOrder(order, request, adminOrigin, options),
    trouble: request.trouble,
    question: request.question,
    terms: request.asking?.terms ?? null,
    discountCode: discountCodeOf(request.ref),
    undelivered: request.undelivered,
    way: request.decision ? wayOf(request.decision) : 'approve',
    told: request.trouble?.told ? 'failed' : knowsAcceptance(request) ? 'accepted' : 'nothing',
    shipped: request.order && shippedOf(request.order),
    canReturn: request.status === 'declined' && request.order !== null && isReturnable(request.order),
    origin: request.origin,
    doubt: request.doubt,
    proofLevel: request.proof?.level ?? null,
    asking: request.asking?.kind ?? null,
    askedOrder: askedOrderOf(request),
    hold: request.hold?.state ?? null,
    payback: request.payback,
    assessment: request.assessment && {
      reason: request.assessment.reason,
      rule: ruleBehind(request.assessment),
      note: request.assessment.note,
      waitsFor: request.assessment.waitsFor,
      approvalsWanted: request.assessment.approvals,
      treatment: request.assessment.treatment,
    },
    approvals: request.approvals.map(({ by }) => by),
    approvalsLeft: Math.max(0, (request.assessment?.approvals ?? 1) - request.approvals.length),
    lastApproval: lastApprovalOf(request, order),
    assignedTo: request.assignedTo,
    snoozedUntil: request.snoozedUntil,
    undoUntil: request.undoUntil,
    decision: request.decision && {
      kind: request.decision.kind,
      by: request.decision.by,
      at: request.decision.at,
      customerText: request.decision.customerText,
      part: request.decision.part,
      change: request.decision.change ?? null,
      way: wayOf(request.decision),
      ...balanceOf(request, order),
      refund: request.decision.treatment?.refund ?? 'none',
      terms: termsOf(request.decision),
      money: order && moneyOfDecision(request.decision, order),
    },
    expiresAt: request.expiresAt,
  };
}

/** Who takes an offer withdraws the request; staff want to know that the order was kept for it. */
function standingOf({ status, trouble }: CancellationRequest): RequestView['standing'] {
  return status === 'withdrawn' && trouble?.reason === 'offer_accepted' ? 'offer_taken' : status;
}

interface Balance {
  readonly refunded: Money | null;
  readonly owed: Money | null;
  readonly newTotal: Money | null;
}

const NO_BALANCE: Balance = { refunded: null, owed: null, newTotal: null };

/** Of a changed order: one with refunds of its own is paid back by hand, so all its refunds are this one. */
function balanceOf({ status, payback, decision }: CancellationRequest, order: Order | null): Balance {
  if (decision?.part) {
    const isPaid = decision.amount && toMillionths(decision.amount) > 0n && decision.treatment?.refund !== 'none';
    return { ...NO_BALANCE, refunded: isPaid ? (decision.amount ?? null) : null };
  }
  const edits = decision?.change && (decision.change.lines.length > 0 || decision.change.added !== null);
  if (!order || !edits || status !== 'changed') return NO_BALANCE;
  const refunded = order.refunds.reduce((sum, { total }) => sum + toMillionths(total), 0n);
  const owed = toMillionths(order.outstanding);
  const before = decision.owedBefore ? toMillionths(decision.owedBefore) : 0n;
  // What was never paid is owed as it was, and only the total is news.
  const isUnpaid = before > 0n;
  return {
    refunded: refunded > 0n && !payback ? fromMillionths(refunded, order.total.currencyCode) : null,
    owed: owed > 0n && !isUnpaid ? order.outstanding : null,
    newTotal: isUnpaid && owed !== before ? order.total : null,
  };
}

/** What it did, or will do, to the money; null: of a change or a return, where it isn't known before. */
function moneyOfDecision({ kind, treatment, part, change, amount }: Decision, order: Order): MoneyView | null {
  if (kind !== 'approve' || change) return null;
  if (!part) return moneyEffectOf(order, treatment);
  if (!amount || toMillionths(amount) === 0n || treatment?.refund === 'none') return null;
  return { effect: treatment?.refund === 'store_credit' ? 'store_credit' : 'refund', amount };
}

function termsOf({ treatment, change }: Pick<Decision, 'treatment' | 'change'>): ApprovalTerms | null {
  if (!treatment || change) return null;
  return { refund: treatment.refund, restock: treatment.restock ? 'yes' : 'no' };
}

function lastApprovalOf({ approvals }: CancellationRequest, order: Order | null): RequestView['lastApproval'] {
  const last = approvals.at(-1);
  if (!last) return null;
  const isWhole = !last.part && !last.change;
  return {
    by: last.by,
    terms: isWhole ? termsOf(last) : null,
    money: isWhole && order ? moneyEffectOf(order, last.treatment) : null,
  };
}

function askedOrderOf({ asking, orderName, match }: CancellationRequest): string | null {
  if (orderName) return orderName;
  return match?.candidates.find((one) => one.orderId === asking?.orderId)?.orderName ?? null;
}
