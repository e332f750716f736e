/** What really happened to the shop: the judge in tests. Only ever appended to; our own tables have no say in it. */

export type EffectKind =
  | 'cancel'
  | 'refund'
  /** The bank said no after the order was cancelled. */
  | 'refund_failed'
  | 'void'
  | 'restock'
  /** A mail of Shopify's own. */
  | 'notify'
  | 'hold'
  | 'release_hold'
  | 'ask_warehouse'
  | 'return'
  | 'store_credit'
  | 'tag'
  | 'close'
  | 'edit'
  | 'address'
  | 'delete'
  /** Somebody in the admin, behind the service's back. */
  | 'by_hand';

export interface LedgerEntry {
  /** World time. */
  readonly at: number;
  readonly kind: EffectKind;
  readonly orderId: string;
  readonly orderName: string;
  /** In cents. */
  readonly amount?: number;
  readonly currencyCode?: string;
  readonly staffNote?: string | null;
}

export interface RequestLogEntry {
  readonly at: number;
  readonly operationName: string;
  /** Of mutations about one order. */
  readonly orderId?: string;
  readonly requestedCost: number;
  /** null: it was never carried out. */
  readonly actualCost: number | null;
  /** "ok", "throttled", "invalid", "error", "MAX_COST_EXCEEDED", "unauthorized", or the fault that struck. */
  readonly outcome: string;
}

export interface OperationTotals {
  requests: number;
  requestedCost: number;
  actualCost: number;
}

/** What each operation has cost so far, by its name. */
export function totalsByOperation(requests: readonly RequestLogEntry[]): Map<string, OperationTotals> {
  const totals = new Map<string, OperationTotals>();
  for (const request of requests) {
    const sum = totals.get(request.operationName) ?? { requests: 0, requestedCost: 0, actualCost: 0 };
    sum.requests += 1;
    sum.requestedCost += request.requestedCost;
    sum.actualCost += request.actualCost ?? 0;
    totals.set(request.operationName, sum);
  }
  return totals;
}
