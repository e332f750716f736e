/**
 * The parcel waits while people think. A request that is bound to an order holds its open fulfilment orders under a
 * handle of its own; when it ends in any other way than cancelled, exactly these holds are released.
 */
import { delayBefore } from '../domain/backoff.ts';
import type { CancellationRequest, Hold } from '../domain/cancellation-request.ts';
import type { HoldEffect, ReleaseEffect } from '../domain/effect.ts';
import type { FulfillmentOrder } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { MutationAnswer, UserError } from '../ports.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';

const SCOPES = ['write_merchant_managed_fulfillment_orders', 'write_third_party_fulfillment_orders'];
const OVER = new Set(['CLOSED', 'CANCELLED']);

function keyOf(kind: 'hold' | 'release', requestId: string, handle: string): string {
  return `${kind}:${requestId}:${handle}`;
}

/** What the handles of all its versions begin with. */
function prefixOf({ ref }: Pick<CancellationRequest, 'ref'>): string {
  return `cancel-desk-${ref}-`;
}

/** Under a handle of the request's version: a release can't meet the hold of a later one. */
export async function oweHold(
  records: Records,
  request: Pick<CancellationRequest, 'id' | 'ref' | 'version'>,
  orderId: string,
  now: number,
): Promise<void> {
  await oweHoldAs(records, request, `${prefixOf(request)}${request.version}`, orderId, now);
}

/** After a restore: whether what the request held is still held, nobody knows. Its version goes on, so the handle says when. */
export async function oweHoldAnew(records: Records, request: CancellationRequest, now: number): Promise<void> {
  if (request.hold?.state !== 'held' || request.orderId === null) return;
  const handle = `${prefixOf(request)}${request.version}-${now.toString(36)}`;
  await oweHoldAs(records, request, handle, request.orderId, now);
}

async function oweHoldAs(
  records: Records,
  request: Pick<CancellationRequest, 'id'>,
  handle: string,
  orderId: string,
  now: number,
): Promise<void> {
  const key = keyOf('hold', request.id, handle);
  const payload = { orderId, handle };
  await records.effects.insert({ kind: 'shopify_hold', key, requestId: request.id, payload }, newId(), now);
  await records.requests.setHold(request.id, { state: 'asked', at: now });
}

/**
 * Whether this is what the request holds now: an edited response has begun anew, with a hold of its own; an answered question
 * is another version that holds what the one before held.
 */
export async function isHeldNow(records: Records, requestId: string, handle: string): Promise<boolean> {
  const holds = (await records.effects.byRequest(requestId)).filter(
    (effect) => effect.kind === 'shopify_hold' && effect.state !== 'skipped',
  );
  const newest = holds.at(-1);
  return newest?.kind === 'shopify_hold' && newest.payload.handle === handle;
}

/** Everything the request may hold, whatever its versions: also what is only owed yet. */
export async function oweRelease(records: Records, requestId: string, now: number): Promise<void> {
  for (const effect of await records.effects.byRequest(requestId)) {
    if (effect.kind !== 'shopify_hold' || effect.state === 'skipped') continue;
    const { payload } = effect;
    const key = keyOf('release', requestId, payload.handle);
    await records.effects.insert({ kind: 'shopify_release', key, requestId, payload }, newId(), now);
  }
}

export async function executeHold(desk: Desk, effect: HoldEffect): Promise<void> {
  const { effects, requests } = desk.store.records;
  const { orderId, handle } = effect.payload;
  const request = effect.requestId ? await requests.get(effect.requestId) : null;
  const released = await effects.byKey(keyOf('release', effect.requestId ?? '', handle));
  if (!request || released || request.orderId !== orderId) {
    await effects.settle(effect, { state: 'skipped', lastError: 'request moved on' }, desk.now());
    return;
  }
  const begun = desk.now();
  const parcels = await parcelsToHold(desk, effect);
  // Stopped or starved meanwhile: somebody else may have held it, and let go of it again.
  const isLate = () => desk.now() - begun >= desk.timings.lease;
  const state = await hold(desk, parcels, handle, request.ref, isLate);
  if (state === null) return;
  await desk.store.transaction(async (records) => {
    if (!(await records.effects.settle(effect, { state: 'done', lastError: null }, desk.now()))) {
      return releaseAgain(records, effect, desk.now());
    }
    if (await isHeldNow(records, request.id, handle)) {
      await records.requests.setHold(request.id, { state, at: desk.now() });
    }
    const trace = { at: desk.now(), actor: 'service', type: 'parcel_hold', data: { state } };
    await records.events.append(request.id, trace);
  });
  desk.log.info({ ref: request.ref, hold: state }, 'parcel hold');
}

/** The claim was lost while we held: what the other one may have let go of by now is let go of once more. */
async function releaseAgain(records: Records, { requestId, payload, fence }: HoldEffect, now: number): Promise<void> {
  const key = keyOf('release', requestId ?? '', payload.handle);
  if (!requestId || !(await records.effects.byKey(key))) return;
  await records.effects.insert({ kind: 'shopify_release', key: `${key}:${fence}`, requestId, payload }, newId(), now);
}

/** At the first try those that the order was matched with a moment ago; Shopify refuses what is no longer so. */
async function parcelsToHold(desk: Desk, { attempts, payload }: HoldEffect): Promise<readonly FulfillmentOrder[]> {
  const order = attempts === 0 ? await desk.freshOrder.recent(payload.orderId) : null;
  if (order && !order.isCutShort) return order.fulfillmentOrders;
  return (await desk.orders.fulfillmentOrders(payload.orderId)) ?? [];
}

/** null: too late to hold anything; whoever claims it next does. */
async function hold(
  desk: Desk,
  parcels: readonly FulfillmentOrder[],
  handle: string,
  ref: string,
  isLate: () => boolean,
): Promise<Hold['state'] | null> {
  const { grantedScopes } = await desk.shop();
  if (!SCOPES.some((scope) => grantedScopes.includes(scope))) return 'no_scope';
  const open = parcels.filter((one) => !OVER.has(one.status));
  const holdable = open.filter((one) => one.supportedActions.includes('HOLD'));
  if (holdable.length === 0) return open.length > 0 ? 'too_late' : 'refused';
  for (const one of holdable) {
    if (ourHolds(one, handle).length > 0) continue;
    if (isLate()) return null;
    try {
      const answer = await desk.orders.hold(one.id, handle, `Cancellation request ${ref} is open`);
      if (answer.kind === 'refused') return 'refused';
    } catch (error) {
      // The scope is there, a permission isn't: no reason to stop everything else.
      if (error instanceof OutsideError && error.fault === 'denied') return 'no_scope';
      if (error instanceof OutsideError && error.fault === 'rejected') return 'refused';
      throw error;
    }
  }
  return holdable.length < open.length ? 'too_late' : 'held';
}

export async function executeRelease(desk: Desk, effect: ReleaseEffect): Promise<void> {
  const { effects } = desk.store.records;
  const { orderId, handle } = effect.payload;
  const holding = await effects.byKey(keyOf('hold', effect.requestId ?? '', handle));
  if (holding && holding.state === 'pending') {
    // It looks for this release before it holds, so it will not hold any more; wait until it has looked.
    const dueAt = desk.now() + desk.timings.retry.first;
    await effects.settle(effect, { state: 'pending', dueAt }, desk.now());
    return;
  }
  const parcels = (await desk.orders.fulfillmentOrders(orderId)) ?? [];
  const forgotten = await forgottenHandles(desk, effect, parcels);
  for (const one of parcels) {
    const ids = [handle, ...forgotten].flatMap((ours) => ourHolds(one, ours));
    const answer = ids.length > 0 ? await releaseOrRefusal(desk, one.id, ids) : null;
    if (answer?.kind === 'refused') return tryAgainLater(desk, effect, answer.errors);
  }
  await writeAnew(desk, async (records) => {
    if (!(await records.effects.settle(effect, { state: 'done', lastError: null }, desk.now()))) return;
    const request = effect.requestId ? await records.requests.get(effect.requestId) : null;
    if (!request || !(await isHeldNow(records, request.id, handle))) return;
    const hold = { state: 'released', at: desk.now() } as const;
    // That it wasn't was a task of staff, which is over by this.
    if (request.hold?.state === 'not_released') await mustUpdate(records, request, { hold }, desk.now());
    else await records.requests.setHold(request.id, hold);
  });
}

/**
 * What a database that was restored doesn't know that the request holds: versions made after the backup. What is known has
 * a release of its own. Looked up after Shopify was asked, so that a hold which is made just now is known.
 */
async function forgottenHandles(
  { store }: Desk,
  { requestId, payload: { orderId } }: ReleaseEffect,
  parcels: readonly FulfillmentOrder[],
): Promise<string[]> {
  const request = requestId ? await store.records.requests.get(requestId) : null;
  if (!request) return [];
  const known = (await store.records.effects.byRequest(request.id)).flatMap((one) =>
    one.kind === 'shopify_hold' && one.payload.orderId === orderId ? one.payload.handle : [],
  );
  const handles = parcels.flatMap(({ holds }) =>
    holds.flatMap((one) => (one.heldByRequestingApp ? one.handle : null) ?? []),
  );
  const ofRequest = handles.filter((one) => one.startsWith(prefixOf(request)) && !known.includes(one));
  return [...new Set(ofRequest)];
}

async function releaseOrRefusal(desk: Desk, id: string, holdIds: readonly string[]): Promise<MutationAnswer> {
  try {
    return await desk.orders.releaseHolds(id, holdIds);
  } catch (error) {
    if (!(error instanceof OutsideError && error.fault === 'rejected')) throw error;
    return { kind: 'refused', errors: [{ code: null, message: error.message }] };
  }
}

/** Given up never: the parcel would stay where it is. After a while staff are told, see overdue.ts. */
async function tryAgainLater(desk: Desk, effect: ReleaseEffect, errors: readonly UserError[]): Promise<void> {
  const lastError = errors.map(({ message }) => message).join(' ');
  const attempts = effect.attempts + 1;
  const dueAt = desk.now() + delayBefore(attempts, desk.timings.retry, Math.random());
  desk.log.error({ effect: effect.id, attempts }, 'Shopify refuses to release a parcel that we hold');
  await desk.store.records.effects.settle(effect, { state: 'pending', attempts, dueAt, lastError }, desk.now());
}

/** By the handle: a hold of somebody else's is never touched. */
function ourHolds(one: FulfillmentOrder, handle: string): string[] {
  return one.holds.filter((held) => held.heldByRequestingApp && held.handle === handle).map((held) => held.id);
}
