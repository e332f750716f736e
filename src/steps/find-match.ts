/** Which order each request means: what many requests name is looked up in one search, and compared on our side. */
import type { CancellationRequest, Match } from '../domain/cancellation-request.ts';
import { compareEmail } from '../domain/contact-evidence.ts';
import { matchOrder, referencesOf } from '../domain/match.ts';
import type { Order, OrderCandidate } from '../domain/order.ts';
import type { OrderNameFormat } from '../domain/order-reference.ts';
import { type SearchTerm, searchTermsOf } from '../domain/search-terms.ts';
import type { Shop } from '../ports.ts';
import type { Desk } from './desk.ts';

/** Orders of one address that are shown to staff when no order name fits. */
const ORDERS_OF_AN_ADDRESS = 5;

interface Found {
  /** By what the requests name. */
  readonly named: readonly OrderCandidate[];
  /** By the addresses of those that name no order of theirs. */
  readonly theirs: readonly OrderCandidate[];
}

interface Matched<Request> {
  readonly request: Request;
  readonly match: Match;
  /** Of an exact match. */
  readonly order: Order | null;
  /** Of an exact match too, where another request has the order already. */
  readonly taken: OrderCandidate | null;
}

/** For all that have no order yet. */
export async function findOrders(
  desk: Desk,
  requests: readonly CancellationRequest[],
  format: OrderNameFormat,
): Promise<Found> {
  const open = requests.filter(({ orderId }) => !orderId);
  const named = await find(
    desk,
    open.flatMap(({ fields }) => searchTermsOf(referencesOf(fields, format), format)),
  );
  const others = open.filter(
    ({ fields }) => matchOrder(fields, referencesOf(fields, format), named, format).kind !== 'exact',
  );
  return { named, theirs: await find(desk, others.flatMap(addressOf)) };
}

export async function findMatch<Request extends CancellationRequest>(
  desk: Desk,
  request: Request,
  { named, theirs }: Found,
  format: OrderNameFormat,
  shop: Shop,
): Promise<Matched<Request>> {
  const { fields } = request;
  const references = referencesOf(fields, format);
  if (request.orderId && request.match) {
    const known = await desk.orders.read(request.orderId);
    if (known) return { request, match: request.match, order: known, taken: null };
  }
  let match = matchOrder(fields, references, named, format);
  if (match.kind !== 'exact') {
    // One whose order is gone was not among those that were searched for.
    const found = request.orderId ? await find(desk, addressOf(request)) : theirs;
    match = matchOrder(fields, references, [...named, ...ordersOf(fields.email, found, named)], format);
  }
  if (match.reason === 'order_not_found' && !shop.grantedScopes.includes('read_all_orders')) {
    match = { ...match, reason: 'order_not_found_or_old' };
  }
  const [best] = match.candidates;
  if (match.kind !== 'exact' || !best) return { request, match, order: null, taken: null };
  const holder = await desk.store.records.requests.holderOf(best.orderId);
  const taken = holder && holder.id !== request.id ? [...named, ...theirs].find(({ id }) => id === best.orderId) : null;
  // Whoever asks for the same order again and again costs no more than a search.
  return { request, match, order: taken ? null : await desk.orders.read(best.orderId), taken: taken ?? null };
}

function ordersOf(
  address: string | null,
  found: readonly OrderCandidate[],
  named: readonly OrderCandidate[],
): OrderCandidate[] {
  const known = new Set(named.map(({ id }) => id));
  // On some plans Shopify finds by an address that it doesn't show.
  const isTheirs = (email: string | null) => email === null || compareEmail(address, email) === 'agrees';
  const theirs = found.filter(({ id, email }) => !known.has(id) && isTheirs(email));
  return address ? theirs.slice(0, ORDERS_OF_AN_ADDRESS) : [];
}

function addressOf({ fields }: CancellationRequest): SearchTerm[] {
  return fields.email ? [{ field: 'email', value: fields.email }] : [];
}

async function find({ orders }: Desk, terms: readonly SearchTerm[]): Promise<OrderCandidate[]> {
  const distinct = new Map(terms.map((term) => [`${term.field} ${term.value}`, term]));
  return distinct.size > 0 ? orders.find([...distinct.values()]) : [];
}
