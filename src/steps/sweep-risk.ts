/** Orders of high risk that nobody asked to cancel: the policy may want them cancelled, or shown to staff. */

import { NO_FIELDS } from '../domain/cancellation-request.ts';
import type { Order } from '../domain/order.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { tryRule } from '../domain/policy/evaluate-rules.ts';
import { factsOf } from '../domain/policy/facts.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { ConflictError } from '../records/store.ts';
import type { SourceState } from '../records/upkeep.ts';
import type { Desk } from './desk.ts';
import { newId, newRef } from './ids.ts';
import { keepClaim } from './keep-claim.ts';
import { isPaused, noteFailure, noteSuccess } from './outages.ts';
import { prepareRoute } from './prepare-route.ts';
import { routeRequest } from './route-request.ts';

const MOST = 50;
/** The sweep is a source like the others: one process at a time, when it is due. */
const NAME = 'risk_sweep';
const OFF_MS = 60_000;

/** Returns how many orders were taken up. */
export async function sweepRisk(desk: Desk): Promise<number> {
  const policy = await desk.policies.current();
  if (!policy.riskSweep || isPaused(desk, 'shopify')) return 0;
  const state = await desk.store.records.sources.claim(NAME, desk.now(), desk.timings.lease);
  if (!state) return 0;
  const sweep = policy.riskSweep;
  let taken = 0;
  let lastError: string | null = null;
  try {
    await keepClaim(
      desk,
      (until) => desk.store.records.sources.renew(state, until),
      async () => {
        for (const found of await desk.orders.findRisky(MOST)) {
          if (await desk.store.records.requests.everFor(found.id)) continue;
          const order = await desk.orders.read(found.id);
          if (order && (await takeUp(desk, policy, sweep, state, order))) taken += 1;
        }
      },
    );
    await noteSuccess(desk, 'shopify');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    lastError = error.message;
  }
  const pause = lastError === null ? policy.riskSweep.everyMs : OFF_MS;
  await desk.store.records.sources.settle(state, { dueAt: desk.now() + pause, lastError, lastOkAt: desk.now() });
  if (taken > 0) desk.wake();
  return taken;
}

type Sweep = NonNullable<Policy['riskSweep']>;

async function takeUp(desk: Desk, policy: Policy, sweep: Sweep, state: SourceState, order: Order): Promise<boolean> {
  const now = desk.now();
  const shopZone = (await desk.shop()).ianaTimezone;
  const fields = { ...NO_FIELDS, orderReference: order.name };
  const made = { submittedAt: now, fields, proof: null, origin: 'risk_sweep' as const };
  const facts = factsOf(order, made, { shopZone, customerCancellations: null, source: null });
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word; a rule is never awaited.
  const rule = { name: NAME, when: sweep.when, unless: sweep.unless, then: sweep.then };
  if (tryRule(rule, facts, policy.calendar).verdict !== 'applies') return false;
  const id = newId();
  const match = { kind: 'chosen', reason: 'found_by_sweep', references: [], candidates: [] } as const;
  const created = { id, ref: newRef(), locale: desk.defaultLocale, fields, answers: [], emailVerified: false };
  try {
    const prepared = await prepareRoute(desk, { id, fields, assessment: null, origin: 'risk_sweep' }, order);
    return await desk.store.transaction(async (records) => {
      if (!(await records.sources.renew(state, now + desk.timings.lease))) return false;
      await records.requests.insert({
        ...created,
        origin: 'risk_sweep',
        submittedAt: now,
        sourceSubmittedAt: null,
        receivedAt: now,
        digest: `${NAME}:${order.id}`,
        follows: null,
        dueAt: now,
      });
      await records.events.append(id, { at: now, actor: 'service', type: 'received', data: { source: NAME } });
      const request = await records.requests.get(id);
      if (!request) throw new Error('The request of the risk sweep is missing');
      await routeRequest(desk, records, request, order, match, prepared);
      return true;
    });
  } catch (error) {
    // A customer asked for it at the same moment.
    if (!(error instanceof ConflictError)) throw error;
    return false;
  }
}
