/**
 * Looks at received and waiting requests. Where no order is known yet it finds the one that is meant: one search for
 * many requests, compared on our side. Where one is, it is read anew and goes on by proof and policy.
 */
import { setImmediate } from 'node:timers/promises';
import { planAsking } from '../domain/ask-customer.ts';
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest, Match } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { candidate, referencesOf } from '../domain/match.ts';
import type { Order, OrderCandidate } from '../domain/order.ts';
import type { OrderNameFormat } from '../domain/order-reference.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { planProof } from '../domain/proof.ts';
import type { Shop } from '../ports.ts';
import { ConflictError, type Records } from '../records/store.ts';
import { localeFor } from './customer-locale.ts';
import type { Desk } from './desk.ts';
import { findMatch, findOrders } from './find-match.ts';
import { keepClaim } from './keep-claim.ts';
import { moveRequest } from './move-request.ts';
import { isPaused, noteAnswered, noteFailure } from './outages.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { policyFor, prepareRoute } from './prepare-route.ts';
import { noteRequestFault } from './quarantine.ts';
import { releaseReceipt } from './receipts.ts';
import { oweConfirmation, oweNewsOfOrder, routeRequest } from './route-request.ts';
import { turnOf } from './turn-of.ts';
import { noteWrittenAgain } from './written-again.ts';

const BATCH = 50;
const SIDE_BY_SIDE = 8;

type Claimed = CancellationRequest & { attempts: number; fence: number };

/** Returns how many requests were looked at. */
export async function matchRequests(desk: Desk): Promise<number> {
  if (isPaused(desk, 'shopify')) return 0;
  const claimed = await desk.store.records.requests.claimDue(desk.now(), desk.timings.lease, BATCH);
  if (claimed.length === 0) return 0;
  await matchTogether(desk, claimed);
  desk.wake();
  return claimed.length;
}

/** One that makes the work throw must not stop the others: after a failure each is tried by itself. */
async function matchTogether(desk: Desk, claimed: readonly Claimed[]): Promise<void> {
  const { requests } = desk.store.records;
  const done = new Set<string>();
  const renew = async (until: number) => {
    for (const request of claimed.filter((one) => !done.has(one.id))) await requests.renew(request, until);
  };
  try {
    await keepClaim(desk, renew, () => noteAnswered(desk, () => matchAll(desk, claimed, done)));
  } catch (error) {
    const left = claimed.filter((one) => !done.has(one.id));
    if (error instanceof OutsideError) return postponeAll(desk, left, error);
    if (desk.store.isAway(error)) throw error;
    const [only] = left;
    if (only && left.length === 1) return noteRequestFault(desk, only, error);
    for (const request of left) await matchTogether(desk, [request]);
  }
}

async function matchAll(desk: Desk, claimed: readonly Claimed[], done: Set<string>): Promise<void> {
  const shop = await desk.shop();
  const format = formatOf(shop);
  const found = await findOrders(desk, claimed, format);
  for (let start = 0; start < claimed.length; start += SIDE_BY_SIDE) {
    // The embedded database never leaves a turn to the network by itself.
    await setImmediate();
    const some = claimed.slice(start, start + SIDE_BY_SIDE);
    // Read side by side, saved one after the other: the second of two requests for one order must see the first.
    const matched = await Promise.all(some.map((request) => findMatch(desk, request, found, format, shop)));
    for (const { request, match, order, taken } of matched) {
      logMatch(desk, request, match);
      if (order) await saveMatched(desk, request, match, order);
      else await (taken ? saveDuplicate(desk, request, match, taken) : saveUnclear(desk, request, match));
      done.add(request.id);
    }
  }
}

/** Looked at again before their leases end. */
async function postponeAll(desk: Desk, claimed: readonly Claimed[], error: OutsideError): Promise<void> {
  for (const request of claimed) {
    const wait = delayBefore(request.attempts + 1, desk.timings.retry, Math.random());
    // Asked to wait, it was not tried.
    const attempts = error.fault === 'throttled' ? request.attempts : request.attempts + 1;
    await desk.store.records.requests.postpone(request, desk.now() + wait, attempts);
  }
  await noteFailure(desk, error);
}

/** The first write of what was looked up outside: false when another process has taken the request meanwhile. */
function isStillOurs(desk: Desk, records: Records, request: Claimed): Promise<boolean> {
  return records.requests.renew(request, desk.now() + desk.timings.lease);
}

/** The evidence without what it is about: whose address or name, the log needn't know. */
function logMatch({ log }: Desk, { ref }: Claimed, { kind, reason, candidates }: Match): void {
  const evidence = candidates.map(({ orderName, evidence: found }) => ({
    orderName,
    verdicts: found.map(({ about, verdict }) => `${about} ${verdict}`),
  }));
  log.info({ ref, match: kind, reason, evidence }, 'matched');
  if (reason === 'order_email_hidden') {
    log.warn({ ref }, "Shopify hides this order's e-mail address on the shop's plan: staff have to match by hand");
  }
}

export function formatOf(shop: Shop): OrderNameFormat {
  return { prefix: shop.orderNumberFormatPrefix, suffix: shop.orderNumberFormatSuffix };
}

async function saveMatched(desk: Desk, request: Claimed, match: Match, order: Order): Promise<void> {
  desk.freshOrder.note(order);
  const prepared = await prepareRoute(desk, request, order);
  try {
    await desk.store.transaction(async (records) => {
      if (!(await isStillOurs(desk, records, request))) return;
      const holder = await records.requests.holderOf(order.id);
      if (holder && holder.id !== request.id) {
        return join(desk, records, request, match, order, holder, prepared.policy);
      }
      await routeRequest(desk, records, request, order, match, prepared);
      await releaseReceipt(records, request, order.email, desk.now());
    });
  } catch (error) {
    // Another worker matched a request to this order at the same moment: next time this one is found to be its duplicate.
    if (!(error instanceof ConflictError)) throw error;
    await desk.store.records.requests.postpone(request, desk.now(), request.attempts + 1);
  }
}

/** Of an order that another request has, and which was not read for it. */
async function saveDuplicate(desk: Desk, request: Claimed, match: Match, order: OrderCandidate): Promise<void> {
  const policy = await policyFor(desk, request);
  await desk.store.transaction(async (records) => {
    if (!(await isStillOurs(desk, records, request))) return;
    const holder = await records.requests.holderOf(order.id);
    if (holder && holder.id !== request.id) return join(desk, records, request, match, order, holder, policy);
    // Ended since: looked at again, and the order is read.
    await records.requests.postpone(request, desk.now(), request.attempts);
  });
}

/** The same order was asked for before. What this request proves counts for the earlier one. */
async function join(
  desk: Desk,
  records: Records,
  request: Claimed,
  match: Match,
  order: Pick<OrderCandidate, 'id' | 'email'>,
  holder: CancellationRequest,
  policy: Policy,
): Promise<void> {
  const at = desk.now();
  const trace = { actor: 'service', at };
  const changes = { match, duplicateOf: holder.id, dueAt: null, expiresAt: null };
  const moved = await moveRequest(records, request, 'found_duplicate', changes, { ...trace, data: { of: holder.ref } });
  if (moved !== 'moved') return;
  await releaseReceipt(records, request, order.email, at);
  // What may have been sent long ago tells nobody anything, and proves nothing.
  if (request.doubt) return;
  const first = await noteWrittenAgain(desk, records, holder, request, policy, at);
  if (holder.status === 'cancelled') {
    const to = customerAddress(holder, order);
    const again = { notice: 'customer-found-cancelled', occasion: `again:${request.id}` } as const;
    await oweNewsOfOrder(records, holder, order.id, to, policy, at, again);
  }
  const vouched = planProof(policy.proof.level, request, order);
  const counts = vouched.kind === 'enough' && vouched.level === 'vouched';
  if (counts && first.asking?.kind === 'confirmation') {
    const dueAt = turnOf(first, at);
    const proven = { proof: { level: 'vouched', at } as const, asking: null, expiresAt: null, dueAt, attempts: 0 };
    const confirmed = await moveRequest(records, first, 'confirmed', proven, { ...trace, data: { by: request.ref } });
    if (confirmed === 'stale') throw new ConflictError('The other request changed meanwhile');
  }
}

/** The customer is asked where they can answer for it; else staff choose. */
async function saveUnclear(desk: Desk, request: Claimed, match: Match): Promise<void> {
  const now = desk.now();
  const policy = await policyFor(desk, request);
  // A request that waited has been through this; its order is gone, so a person looks.
  const isForStaff = request.status === 'waiting' || request.doubt !== null;
  const asking = isForStaff ? null : planAsking(match, policy.proof.level);
  const unbound = { orderId: null, orderName: null, order: null, proof: null };
  // A claim that ends by itself ends when one for an order that isn't there would.
  const wait =
    asking?.kind === 'confirmation' && policy.proof.otherwise === 'end'
      ? desk.timings.requestExpires
      : policy.proof.waitMs;
  await desk.store.transaction(async (records) => {
    if (!(await isStillOurs(desk, records, request))) return;
    const data = { evidence: match.reason, candidates: match.candidates.length };
    const trace = { actor: 'service', at: now, data };
    if (asking) {
      const event = asking.kind === 'order' ? 'order_asked' : 'confirmation_asked';
      const changes = { ...unbound, match, asking, dueAt: null, expiresAt: now + wait };
      if ((await moveRequest(records, request, event, changes, trace)) !== 'moved') return;
      const asked = { ...request, ...changes };
      await releaseReceipt(records, request, asking.to, now);
      const theirs = { ...asked, locale: localeFor(desk, asked, asking.to) };
      if (asking.kind === 'order') {
        await oweCustomerMail(records, theirs, 'customer-which-order', asking.to, now, `v${request.version}`);
      } else if (asking.orderId) {
        await oweConfirmation(records, theirs, asking.orderId, asking.to, policy, now);
      }
      return;
    }
    const changes = { ...unbound, match, dueAt: null, expiresAt: now + desk.timings.requestExpires };
    const moved = await moveRequest(records, request, 'match_unclear', changes, trace);
    if (moved === 'moved') await oweStaffMails(desk, records, request, 'staff-decide', now);
  });
}

/** A match that a person made: their word, with the evidence that there is. */
export function chosenMatch(
  by: 'customer_chose' | 'staff_chose',
  order: OrderCandidate,
  { fields }: Pick<CancellationRequest, 'fields'>,
  format: OrderNameFormat,
): Match {
  const references = referencesOf(fields, format);
  return {
    kind: 'chosen',
    reason: by,
    references: references.map(({ text }) => text),
    candidates: [candidate(order, fields, references, format)],
  };
}
