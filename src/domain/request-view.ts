import { blockOf, standingFulfillments } from './cancel-check.ts';
import type { CancellationRequest } from './cancellation-request.ts';
import { times } from './money.ts';
import { moneyEffectOf } from './money-effect.ts';
import type { Order } from './order.ts';
import { answerText } from './question-mapping.ts';
import type { OrderView, RequestView } from './views.ts';

/** `order` is the one read last, or null where the reader must not learn of it. */
export function viewRequest(request: CancellationRequest, order: Order | null, adminOrigin: string): RequestView {
  return {
    ref: request.ref,
    status: request.status,
    submittedAt: request.submittedAt,
    answers: request.answers.map((answer) => ({ question: answer.question, text: answerText(answer) })),
    customerName: request.fields.name,
    customerEmail: request.fields.email,
    reason: request.fields.reason,
    message: request.fields.message,
    matchKind: request.match?.kind ?? null,
    matchReason: request.match?.reason ?? null,
    candidates: request.match?.candidates ?? [],
    order: order && viewOrder(order, request, adminOrigin),
    trouble: request.trouble,
    question: request.question,
    decision: request.decision && {
      kind: request.decision.kind,
      by: request.decision.by,
      at: request.decision.at,
      customerText: request.decision.customerText,
    },
    expiresAt: request.expiresAt,
  };
}

function viewOrder(order: Order, request: CancellationRequest, adminOrigin: string): OrderView {
  const money = moneyEffectOf(order, request.decision?.refund ?? true);
  return {
    name: order.name,
    createdAt: Date.parse(order.createdAt),
    customerName: order.customerName ?? order.shippingTo?.name ?? null,
    email: order.email,
    customerNumberOfOrders: order.customerNumberOfOrders,
    countryCode: order.shippingTo?.countryCode ?? null,
    zip: order.shippingTo?.zip ?? null,
    lines: order.lines
      .filter((line) => line.currentQuantity > 0)
      .map((line) => ({
        title: line.title,
        variantTitle: line.variantTitle,
        sku: line.sku,
        quantity: line.currentQuantity,
        total: times(line.unitPrice, line.currentQuantity),
      })),
    total: order.total,
    displayFinancialStatus: order.displayFinancialStatus,
    displayFulfillmentStatus: order.displayFulfillmentStatus,
    paymentGatewayNames: order.paymentGatewayNames,
    tags: order.tags,
    riskRecommendation: order.riskRecommendation,
    test: order.test,
    warnings: warningsOf(order, request),
    moneyEffect: money.effect,
    moneyAmount: money.amount,
    adminUrl: `${adminOrigin}/admin/orders/${order.id.split('/').at(-1) ?? ''}`,
  };
}

/** What staff should know before they decide, the worst first. */
export function warningsOf(order: Order, request: Pick<CancellationRequest, 'submittedAt'>): string[] {
  const standing = standingFulfillments(order);
  const shippable = order.lines.reduce((sum, line) => sum + line.unfulfilledQuantity, 0);
  const labels = standing.filter((fulfillment) => /^LABEL_(PURCHASED|PRINTED)$/.test(fulfillment.displayStatus ?? ''));
  const shipped = standing.length > labels.length;
  const facts: [string, boolean][] = [
    ['already_cancelled', order.cancelledAt !== null],
    ['shipped', shipped && shippable === 0],
    ['partly_shipped', shipped && shippable > 0],
    ['label_bought', labels.length > 0],
    [
      'fulfilment_in_progress',
      order.fulfillmentOrders.some((one) => one.status === 'IN_PROGRESS' || one.requestStatus === 'ACCEPTED'),
    ],
    ['return_open', blockOf(order) === 'return_open'],
    ['payment_pending', blockOf(order) === 'payment_pending'],
    ['partly_refunded', order.refunds.length > 0],
    ['high_risk', order.riskRecommendation === 'CANCEL'],
    ['test_order', order.test],
    ['older_than_request', Date.parse(order.createdAt) > request.submittedAt],
    ['archived', order.closed],
    ['email_hidden', order.email === null],
  ];
  return facts.filter(([, holds]) => holds).map(([code]) => code);
}
