import type { CancellationRequest } from './cancellation-request.ts';
import { isOwner, knowsOrder, ownOrderOf } from './customer-standing.ts';
import type { Order } from './order.ts';
import { viewRequest } from './request-view.ts';
import type { RequestView } from './views.ts';

/**
 * A request as one reader of a mail or a page may see it: what it tells of an order is for the order's owner.
 * @param order null where this mail or page says nothing of what was ordered
 */
export function viewForCustomer(
  request: CancellationRequest,
  person: string,
  order: Order | null,
  adminOrigin: string,
): RequestView {
  const view = viewRequest(request, order, adminOrigin);
  const knows = knowsOrder(request, person);
  const askedOrder = view.askedOrder ?? ownOrderOf(request, person)?.orderName ?? null;
  return {
    ...view,
    candidates: [],
    matchKind: null,
    matchReason: null,
    trouble: null,
    assessment: null,
    askedOrder: isOwner(request, person) ? askedOrder : null,
    // That something has been shipped is a fact of the order too.
    canReturn: view.canReturn && knows,
    shipped: knows ? view.shipped : null,
  };
}
