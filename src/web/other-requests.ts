/** Requests to know of beside another one: the same customer's, and unconfirmed claims to the same order. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { Order } from '../domain/order.ts';
import { viewRequest } from '../domain/request-view.ts';
import type { RequestView } from '../domain/views.ts';
import type { Desk } from '../steps/desk.ts';

/** `link`: whether the reader may open it. */
export type OtherRequest = RequestView & { readonly link: boolean };

const MOST = 5;
/** Of those whose customer is asked, this many are looked through for the order. */
const MOST_LOOKED_AT = 50;

/** @param but the id of the one they are shown beside */
export async function customersOthers(
  desk: Desk,
  email: string | null,
  but: string,
  link: boolean,
): Promise<OtherRequest[]> {
  if (!email) return [];
  const found = await desk.store.records.requests.ofCustomer(email, MOST + 1);
  const others = found.filter(({ id }) => id !== but).slice(0, MOST);
  return others.map((one) => viewOther(desk, one, link));
}

/** The order's owner has been asked whether it was them. Entering one beside it is their answer by telephone. */
export async function claimsTo(desk: Desk, order: Order): Promise<OtherRequest[]> {
  const asked = await desk.store.records.requests.search({
    stage: 'customer',
    text: order.name.replace(/^#/, ''),
    assignedTo: null,
    snoozed: null,
    now: desk.now(),
    sort: 'newest',
    offset: 0,
    limit: MOST_LOOKED_AT,
  });
  const claims = asked.filter(({ asking }) => asking?.orderId === order.id).slice(0, MOST);
  return claims.map((one) => viewOther(desk, one, true));
}

function viewOther(desk: Desk, request: CancellationRequest, link: boolean): OtherRequest {
  return { ...viewRequest(request, null, desk.adminOrigin), link };
}
