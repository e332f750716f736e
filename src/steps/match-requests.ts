/** Finds the orders that received requests mean: one search for many requests, compared on our side. */

import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest, Match } from '../domain/cancellation-request.ts';
import { matchOrder, referencesOf } from '../domain/match.ts';
import type { Order, OrderCandidate } from '../domain/order.ts';
import type { OrderNameFormat } from '../domain/order-reference.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { type SearchTerm, searchTermsOf } from '../domain/search-terms.ts';
import type { Shop } from '../ports.ts';
import { ConflictError } from '../records.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';

const BATCH = 50;
/** Orders of one address that are shown to staff when no order name fits. */
const ORDERS_OF_AN_ADDRESS = 5;
const SIDE_BY_SIDE = 8;

type Claimed = CancellationRequest & { attempts: number };

/** Returns how many requests were looked at. */
export async function matchRequests(desk: Desk): Promise<number> {
  if (isPaused(desk, 'shopify')) return 0;
  const { lease, retry } = desk.timings;
  const claimed = await desk.store.records.requests.claimForMatch(desk.now(), lease, BATCH);
  if (claimed.length === 0) return 0;
  const done = new Set<string>();
  try {
    const shop = await desk.shop();
    const format = formatOf(shop);
    const terms = claimed.flatMap((request) => searchTermsOf(referencesOf(request.fields, format), format));
    const named = terms.length > 0 ? await desk.orders.find(distinct(terms)) : [];
    for (let start = 0; start < claimed.length; start += SIDE_BY_SIDE) {
      const some = claimed.slice(start, start + SIDE_BY_SIDE);
      // Read side by side, saved one after the other: the second of two requests for one order must see the first.
      const matched = await Promise.all(some.map((request) => findMatch(desk, request, named, shop)));
      for (const { request, match, order } of matched) {
        await (order ? saveExact(desk, request, match, order) : saveUnclear(desk, request, match));
        done.add(request.id);
      }
    }
    await noteSuccess(desk, 'shopify');
  } catch (error) {
    // Whatever happened, what was claimed is looked at again, not only when its lease ends.
    for (const request of claimed.filter((one) => !done.has(one.id))) {
      const wait = delayBefore(request.attempts + 1, retry, Math.random());
      await desk.store.records.requests.postponeMatch(request.id, desk.now() + wait);
    }
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
  }
  desk.wake();
  return claimed.length;
}

function distinct(terms: readonly SearchTerm[]): SearchTerm[] {
  return [...new Map(terms.map((term) => [`${term.field} ${term.value}`, term])).values()];
}

export function formatOf(shop: Shop): OrderNameFormat {
  return { prefix: shop.orderNumberFormatPrefix, suffix: shop.orderNumberFormatSuffix };
}

interface Matched {
  readonly request: Claimed;
  readonly match: Match;
  /** Of an exact match. */
  readonly order: Order | null;
}

async function findMatch(desk: Desk, request: Claimed, named: readonly OrderCandidate[], shop: Shop): Promise<Matched> {
  const format = formatOf(shop);
  const references = referencesOf(request.fields, format);
  let match = matchOrder(request.fields, references, named, format);
  if (match.kind !== 'exact' && request.fields.email) {
    const sameAddress = await desk.orders.findByEmail(request.fields.email, ORDERS_OF_AN_ADDRESS);
    const known = new Set(named.map((order) => order.id));
    const found = [...named, ...sameAddress.filter((one) => !known.has(one.id))];
    match = matchOrder(request.fields, references, found, format);
  }
  if (match.reason === 'order_not_found' && !shop.grantedScopes.includes('read_all_orders')) {
    match = { ...match, reason: 'order_not_found_or_old' };
  }
  const [best] = match.candidates;
  return { request, match, order: match.kind === 'exact' && best ? await desk.orders.read(best.orderId) : null };
}

async function saveExact(desk: Desk, request: Claimed, match: Match, order: Order): Promise<void> {
  const now = desk.now();
  try {
    await desk.store.transaction(async (records) => {
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) {
        const changes = { match, duplicateOf: holder.id, dueAt: null };
        const data = { of: holder.ref };
        const moved = await moveRequest(records, request, 'found_duplicate', changes, {
          actor: 'service',
          at: now,
          data,
        });
        if (moved === 'moved' && holder.status === 'cancelled') {
          await oweCustomerMail(records, holder, 'customer-cancelled', order.email, now, `again:${request.id}`);
        }
        return;
      }
      const locale = desk.renderer.bestLocale(order.customerLocale) ?? desk.defaultLocale;
      const changes = {
        match,
        locale,
        order,
        orderId: order.id,
        orderName: order.name,
        dueAt: null,
        expiresAt: now + desk.timings.requestExpires,
      };
      const data = { order: order.name, evidence: match.reason };
      const moved = await moveRequest(records, request, 'matched', changes, { actor: 'service', at: now, data });
      if (moved === 'moved') await oweStaffMails(records, request, 'staff-decide', desk.defaultLocale, now);
    });
  } catch (error) {
    // Another worker matched a request to this order at the same moment: next time this one is found to be its duplicate.
    if (!(error instanceof ConflictError)) throw error;
    await desk.store.records.requests.postponeMatch(request.id, now);
  }
}

async function saveUnclear(desk: Desk, request: Claimed, match: Match): Promise<void> {
  const now = desk.now();
  await desk.store.transaction(async (records) => {
    const changes = { match, dueAt: null, expiresAt: now + desk.timings.requestExpires };
    const data = { evidence: match.reason, candidates: match.candidates.length };
    const moved = await moveRequest(records, request, 'match_unclear', changes, { actor: 'service', at: now, data });
    if (moved === 'moved') await oweStaffMails(records, request, 'staff-decide', desk.defaultLocale, now);
  });
}
