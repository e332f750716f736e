/** The queue as a table for a spreadsheet. */
import type { CancellationRequest } from './cancellation-request.ts';
import { fromMillionths, type Money, times, toMillionths } from './money.ts';
import type { Order } from './order.ts';

/** Excel takes a file without it for one of its own country's characters. */
const BYTE_ORDER_MARK = '\ufeff';
const LINE_END = '\r\n';

const COLUMNS: readonly (readonly [name: string, read: (request: CancellationRequest) => string | null | undefined])[] =
  [
    ['ref', ({ ref }) => ref],
    ['status', ({ status }) => status],
    ['order', ({ orderName }) => orderName],
    ['customer', ({ order, fields }) => order?.customerName ?? order?.shippingTo?.name ?? fields.name],
    ['email', ({ mailTo, order, fields }) => mailTo ?? order?.email ?? fields.email],
    ['amount', ({ order }) => order && ordered(order).amount],
    ['currency', ({ order }) => order?.total.currencyCode],
    ['submitted_at', ({ submittedAt }) => iso(submittedAt)],
    ['updated_at', ({ updatedAt }) => iso(updatedAt)],
    ['reason', ({ fields }) => fields.reason],
    ['assigned_to', ({ assignedTo }) => assignedTo],
    ['decision', ({ decision }) => decision?.kind],
    ['decided_by', ({ decision }) => decision?.by],
    ['decided_at', ({ decision }) => decision && iso(decision.at)],
    ['decision_reason', ({ decision }) => decision?.customerText],
    ['given_back', (request) => givenBack(request)?.amount],
  ];

export const CSV_HEAD = `${BYTE_ORDER_MARK}${line(COLUMNS.map(([name]) => name))}`;

export function csvLine(request: CancellationRequest): string {
  return line(COLUMNS.map(([, read]) => read(request) ?? ''));
}

function line(cells: readonly string[]): string {
  return cells.map(csvCell).join(',') + LINE_END;
}

/** Of a cancelled order nothing is left: what it was of, then. */
function ordered(order: Order): Money {
  const { total, shipping, lines } = order;
  if (order.cancelledAt === null || toMillionths(total) > 0n) return total;
  const sum = lines.reduce(
    (all, one) => all + toMillionths(times(one.unitPrice, one.quantity)),
    toMillionths(shipping),
  );
  return fromMillionths(sum, total.currencyCode);
}

/** By Shopify, and by hand. */
function givenBack({ order, payback }: CancellationRequest): Money | null {
  if (!order) return null;
  const refunds = order.refunds.reduce((all, { total }) => all + toMillionths(total), 0n);
  return fromMillionths(refunds + (payback?.done ? toMillionths(payback.amount) : 0n), order.total.currencyCode);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/**
 * A cell that a spreadsheet can't take for a formula (OWASP, "CSV Injection"). Where the comma is the decimal sign a
 * spreadsheet splits at semicolons, quotes or not: what follows one inside a text begins a cell there.
 */
export function csvCell(value: string): string {
  const safe = value
    .replace(/^(?=[\s\0"']*[=+\-@＝＋－＠])|^(?=[\t\r\n\0])/, "'")
    .replace(/([;,\t\r\n])(?=[\s\0"']*[=+\-@＝＋－＠])/g, "$1'");
  return /[",;\t\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
