/** Fulfilment orders, and holding them while somebody decides. */
import type { Access } from './access-scopes.ts';
import { needScope } from './access-scopes.ts';
import type { ShopFulfillmentOrder, ShopOrder } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

const SCOPE = 'write_merchant_managed_fulfillment_orders';
const MOST_HOLDS = 10;
const LONGEST_HANDLE = 64;

export function resolveFulfillmentOrder(one: ShopFulfillmentOrder): object {
  const actions: Partial<Record<ShopFulfillmentOrder['status'], string[]>> = {
    OPEN: ['CREATE_FULFILLMENT', 'HOLD'],
    SCHEDULED: ['MARK_AS_OPEN', 'HOLD'],
    ON_HOLD: ['RELEASE_HOLD', 'HOLD'],
    IN_PROGRESS: ['CREATE_FULFILLMENT'],
  };
  // Only a fulfilment service that has accepted can be asked to let go.
  const asked = one.status === 'IN_PROGRESS' && one.requestStatus === 'ACCEPTED' ? ['REQUEST_CANCELLATION'] : [];
  return {
    __typename: 'FulfillmentOrder',
    id: one.id,
    status: one.status,
    requestStatus: one.requestStatus,
    fulfillBy: one.fulfillBy ?? null,
    assignedLocation: { name: 'Helsinki' },
    supportedActions: [...(actions[one.status] ?? []), ...asked].map((action) => ({ action })),
    fulfillmentHolds: one.holds.map(showHold),
  };
}

interface HoldArguments {
  readonly id: string;
  readonly fulfillmentHold: {
    readonly reason: string;
    readonly reasonNotes?: string | null;
    readonly handle?: string | null;
    readonly fulfillmentOrderLineItems?: readonly unknown[] | null;
  };
}

export function fulfillmentOrderHold(state: ShopState, access: Access, { id, fulfillmentHold }: HoldArguments) {
  needScope(access, SCOPE, 'fulfillmentOrderHold');
  if (fulfillmentHold.fulfillmentOrderLineItems?.length) {
    throw new Error('world: holding single line items is not implemented');
  }
  const found = find(state, id);
  const handle = fulfillmentHold.handle ?? '';
  const refusal = found ? refuseHold(found.one, handle) : 'FULFILLMENT_ORDER_NOT_FOUND';
  if (!found || refusal !== null) {
    const userErrors = [{ code: refusal, field: ['id'], message: 'The fulfillment order could not be put on hold.' }];
    return { fulfillmentHold: null, fulfillmentOrder: null, remainingFulfillmentOrder: null, userErrors };
  }
  const { reason, reasonNotes = null } = fulfillmentHold;
  const hold = { id: state.nextId('FulfillmentHold'), handle, reason, reasonNotes, ours: true };
  found.one.holds.push(hold);
  found.one.status = 'ON_HOLD';
  found.order.displayFulfillmentStatus = 'ON_HOLD';
  state.record(found.order, 'hold');
  return {
    fulfillmentHold: showHold(hold),
    fulfillmentOrder: resolveFulfillmentOrder(found.one),
    remainingFulfillmentOrder: null,
    userErrors: [],
  };
}

/** Without `holdIds` everybody's holds are released, as Shopify warns. */
export function fulfillmentOrderReleaseHold(
  state: ShopState,
  access: Access,
  { id, holdIds }: { readonly id: string; readonly holdIds?: readonly string[] | null },
) {
  needScope(access, SCOPE, 'fulfillmentOrderReleaseHold');
  const found = find(state, id);
  if (!found) {
    const message = 'Fulfillment order does not exist.';
    return { fulfillmentOrder: null, userErrors: [{ code: 'FULFILLMENT_ORDER_NOT_FOUND', field: ['id'], message }] };
  }
  if (state.refusesReleases) {
    const message = 'The fulfillment order cannot be released.';
    return { fulfillmentOrder: null, userErrors: [{ code: 'INVALID_ACCESS', field: ['id'], message }] };
  }
  const { one, order } = found;
  const kept = holdIds ? one.holds.filter((hold) => !holdIds.includes(hold.id)) : [];
  for (let released = one.holds.length - kept.length; released > 0; released -= 1) state.record(order, 'release_hold');
  one.holds = kept;
  if (kept.length === 0 && one.status === 'ON_HOLD') {
    one.status = 'OPEN';
    order.displayFulfillmentStatus = 'UNFULFILLED';
  }
  return { fulfillmentOrder: resolveFulfillmentOrder(one), userErrors: [] };
}

/** The service answers in its own time: see ShopState.answerAsWarehouse. */
export function fulfillmentOrderSubmitCancellationRequest(
  state: ShopState,
  access: Access,
  { id }: { readonly id: string; readonly message?: string | null },
) {
  needScope(access, SCOPE, 'fulfillmentOrderSubmitCancellationRequest');
  const found = find(state, id);
  if (found?.one.requestStatus !== 'ACCEPTED') {
    const message = 'Cannot request cancellation for the fulfillment order.';
    return { fulfillmentOrder: null, userErrors: [{ field: ['id'], message }] };
  }
  found.one.requestStatus = 'CANCELLATION_REQUESTED';
  state.record(found.order, 'ask_warehouse');
  return { fulfillmentOrder: resolveFulfillmentOrder(found.one), userErrors: [] };
}

/** A fixed handle works as an idempotency key: the second hold under it is refused. */
function refuseHold(one: ShopFulfillmentOrder, handle: string): string | null {
  if (!['OPEN', 'SCHEDULED', 'ON_HOLD'].includes(one.status)) return 'TAKEN';
  if (handle.length > LONGEST_HANDLE) return 'TAKEN';
  if (one.holds.some((hold) => hold.ours && hold.handle === handle)) return 'DUPLICATE_FULFILLMENT_HOLD_HANDLE';
  return one.holds.length >= MOST_HOLDS ? 'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED' : null;
}

function find(state: ShopState, id: string): { one: ShopFulfillmentOrder; order: ShopOrder } | null {
  for (const order of state.orders.values()) {
    const one = order.fulfillmentOrders.find((candidate) => candidate.id === id);
    if (one) return { one, order };
  }
  return null;
}

function showHold(hold: ShopFulfillmentOrder['holds'][number]): object {
  const { id, handle, reason, reasonNotes, ours } = hold;
  return { id, handle, reason, reasonNotes, heldByRequestingApp: ours };
}
