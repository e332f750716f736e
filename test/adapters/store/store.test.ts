/** One battery for both databases: what the steps rely on. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REQUEST_STATUSES, type RequestStatus } from '../../../src/domain/cancellation-request.ts';
import { type CancelEffect, cancelKey, type NewEffect } from '../../../src/domain/effect.ts';
import { BUILT_IN_POLICY } from '../../../src/domain/policy/to-policy.ts';
import { ConflictError, type Records, type Store } from '../../../src/records/store.ts';
import { isModelledMove } from '../../domain/lifecycle-model.ts';
import { insertRequest, mustGet, NOW } from '../../support/stored-request.ts';
import { openTestStore, storeKinds, type TestStore } from '../../support/stores.ts';

const ORDER = 'gid://shopify/Order/1';

describe.each(storeKinds())('store on %s', (kind) => {
  let test: TestStore;
  let store: Store;

  beforeEach(async () => {
    test = await openTestStore(kind);
    store = test.store;
  });
  afterEach(() => test.close());

  it('keeps a request as it was given', async () => {
    await insertRequest(store.records, 'a');
    const request = await store.records.requests.byRef('CR-a');
    expect(request).toMatchObject({
      id: 'a',
      status: 'received',
      version: 1,
      revision: 1,
      fields: { email: 'ana@customer.example' },
      answers: [{ question: 'Order', values: ['#1001', 'ä "quoted" \u0000'.replace('\u0000', '')] }],
      emailVerified: true,
      submittedAt: NOW - 5,
      receivedAt: NOW,
      match: null,
      decision: null,
    });
  });

  it('writes a change once: the second of two writers who read the same is told so', async () => {
    await insertRequest(store.records, 'a');
    const read = await mustGet(store.records, 'a');
    expect(await store.records.requests.update(read, { status: 'needs_match' }, NOW)).toBe(true);
    expect(await store.records.requests.update(read, { status: 'withdrawn' }, NOW)).toBe(false);
    expect((await mustGet(store.records, 'a')).status).toBe('needs_match');
  });

  it('refuses every status move that the lifecycle does not have, whoever writes', async () => {
    for (const from of REQUEST_STATUSES) {
      for (const to of REQUEST_STATUSES) {
        if (from === to) continue;
        const id = `${from}-${to}`;
        await insertRequest(store.records, id);
        await walkTo(store.records, id, from);
        const request = await mustGet(store.records, id);
        const write = store.transaction((records) => records.requests.update(request, { status: to }, NOW));
        if (isModelledMove(from, to)) await expect(write, id).resolves.toBe(true);
        else await expect(write, id).rejects.toThrow(/status move refused/);
      }
    }
  });

  it('lets one request hold an order', async () => {
    await insertRequest(store.records, 'a');
    await insertRequest(store.records, 'b');
    const [a, b] = [await mustGet(store.records, 'a'), await mustGet(store.records, 'b')];
    await store.records.requests.update(a, { status: 'awaiting_decision', orderId: ORDER }, NOW);
    const second = store.transaction((records) =>
      records.requests.update(b, { status: 'awaiting_decision', orderId: ORDER }, NOW),
    );
    await expect(second).rejects.toBeInstanceOf(ConflictError);
    expect((await store.records.requests.holderOf(ORDER))?.id).toBe('a');
  });

  it('frees the order when the request is declined', async () => {
    await insertRequest(store.records, 'a');
    await insertRequest(store.records, 'b');
    await store.records.requests.update(
      await mustGet(store.records, 'a'),
      { status: 'awaiting_decision', orderId: ORDER },
      NOW,
    );
    await store.records.requests.update(await mustGet(store.records, 'a'), { status: 'declined' }, NOW);
    expect(await store.records.requests.holderOf(ORDER)).toBeNull();
    expect(
      await store.records.requests.update(
        await mustGet(store.records, 'b'),
        { status: 'awaiting_decision', orderId: ORDER },
        NOW,
      ),
    ).toBe(true);
  });

  it('rolls a transaction back whole', async () => {
    const failing = store.transaction(async (records) => {
      await insertRequest(records, 'a');
      await records.effects.insert(mail('m', 'a'), 'm', NOW);
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect(await store.records.requests.get('a')).toBeNull();
    expect(await store.records.effects.byKey('m')).toBeNull();
  });

  it('refuses the outer records inside a transaction, where they would wait for ever', async () => {
    const nested = store.transaction(async () => store.records.requests.counts());
    await expect(nested).rejects.toThrow('only the records passed in');
    expect(await store.records.requests.counts()).toEqual({});
  });

  it('stores a response revision once', async () => {
    await insertRequest(store.records, 'a');
    await insertResponse(store.records, 'one', 'r1', 'rev1');
    await expect(store.transaction((records) => insertResponse(records, 'two', 'r1', 'rev1'))).rejects.toBeInstanceOf(
      ConflictError,
    );
    await insertResponse(store.records, 'three', 'r1', 'rev2');
    const wanted = ['rev1', 'rev2', 'rev3'].map((revision) => response('r1', revision));
    expect(await store.records.responses.stored('forms', 'form-1', wanted)).toEqual(new Set(['r1 rev1', 'r1 rev2']));
  });

  it('owes an effect once per key', async () => {
    await insertRequest(store.records, 'a');
    await store.records.effects.insert(mail('same', 'a'), 'first', NOW);
    await store.records.effects.insert(mail('same', 'a'), 'second', NOW);
    expect((await store.records.effects.byRequest('a')).map((effect) => effect.id)).toEqual(['first']);
  });

  it('hastens what waits, and neither what has failed once nor what was due earlier', async () => {
    const { effects } = store.records;
    await insertRequest(store.records, 'a');
    const [later, tried, early] = ['later', 'tried', 'early'];
    await effects.insertAll(
      [later, tried, early].map((key) => ({ ...mail(key, 'a'), id: key, dueAt: key === early ? NOW : NOW + 5_000 })),
      NOW,
    );
    const claimed = (await effects.claim(NOW + 5_000, 0, 3, ['mail'])).find(({ key }) => key === tried);
    if (!claimed) throw new Error('Nothing was claimed');
    await effects.settle(claimed, { state: 'pending', attempts: 1, dueAt: NOW + 9_000 }, NOW);
    for (const key of [later, tried, early]) await effects.hasten(key, NOW + 1_000);
    const due = async (key: string) => ((await effects.byKey(key))?.dueAt ?? 0) - NOW;
    expect([await due(later), await due(tried), await due(early)]).toEqual([1_000, 9_000, 0]);
  });

  it('hands due effects to one claimant at a time and shuts out who lost the lease', async () => {
    await insertRequest(store.records, 'a');
    await store.records.effects.insert(mail('m', 'a'), 'm', NOW);
    const other = await test.again();
    const [held] = await store.records.effects.claim(NOW, 1_000, 10, ['mail']);
    expect(await other.records.effects.claim(NOW, 1_000, 10, ['mail'])).toEqual([]);
    const [taken] = await other.records.effects.claim(NOW + 1_001, 1_000, 10, ['mail']);
    if (!held || !taken) throw new Error('nothing was claimed');
    expect(await store.records.effects.settle(held, { state: 'failed' }, NOW + 1_002)).toBe(false);
    expect(await other.records.effects.settle(taken, { state: 'done' }, NOW + 1_003)).toBe(true);
    expect((await store.records.effects.byKey('m'))?.state).toBe('done');
  });

  it('claims 300 effects from three connections exactly once each', async () => {
    await insertRequest(store.records, 'a');
    await store.transaction(async (records) => {
      for (let i = 0; i < 300; i += 1) await records.effects.insert(mail(`m${i}`, 'a'), `m${i}`, NOW);
    });
    const connections = [store, await test.again(), await test.again()];
    const claimed = await Promise.all(
      connections.map(async (one) => {
        const mine: string[] = [];
        for (;;) {
          const batch = await one.records.effects.claim(NOW, 60_000, 7, ['mail']);
          if (batch.length === 0) return mine;
          mine.push(...batch.map((effect) => effect.id));
        }
      }),
    );
    const all = claimed.flat();
    expect(all).toHaveLength(300);
    expect(new Set(all).size).toBe(300);
  });

  it('keeps one cancellation per order and restarts only one that came to nothing', async () => {
    await insertRequest(store.records, 'a');
    const payload = { orderId: ORDER, treatment: BUILT_IN_POLICY.defaults };
    const other = { orderId: ORDER, treatment: { ...payload.treatment, refund: 'none' as const } };
    await store.records.effects.insert(
      { kind: 'shopify_cancel', key: cancelKey(ORDER), requestId: 'a', payload },
      'c',
      NOW,
    );
    const waiting = (await store.records.effects.byKey(cancelKey(ORDER))) as CancelEffect;
    expect(await store.records.effects.restartCancel(waiting, payload, 'a', NOW)).toBe(false);
    const [claimed] = await store.records.effects.claim(NOW, 1_000, 1, ['shopify_cancel']);
    await store.records.effects.settle(claimed as CancelEffect, { state: 'failed' }, NOW);
    const failed = (await store.records.effects.byKey(cancelKey(ORDER))) as CancelEffect;
    expect(await store.records.effects.restartCancel(failed, other, 'a', NOW)).toBe(true);
    expect(await store.records.effects.byKey(cancelKey(ORDER))).toMatchObject({
      id: 'c',
      state: 'pending',
      payload: { treatment: { refund: 'none' } },
    });
  });

  it('lets one process poll a source, and another only after the lease', async () => {
    const other = await test.again();
    const state = await store.records.sources.claim('forms:1', NOW, 1_000);
    expect(await other.records.sources.claim('forms:1', NOW, 1_000)).toBeNull();
    const later = await other.records.sources.claim('forms:1', NOW + 1_001, 1_000);
    if (!state || !later) throw new Error('no claim');
    expect(await store.records.sources.settle(state, { dueAt: 0, cursor: 'old', lastError: null })).toBe(false);
    expect(await other.records.sources.settle(later, { dueAt: NOW + 9_000, cursor: 'new', lastError: null })).toBe(
      true,
    );
    expect((await store.records.sources.list())[0]).toMatchObject({ cursor: 'new' });
  });

  it('opens an incident once and closes it once', async () => {
    expect(await store.records.incidents.open('shopify_denied', 'no scope', NOW)).toBe(true);
    expect(await store.records.incidents.open('shopify_denied', 'no scope', NOW + 1)).toBe(false);
    expect(await store.records.incidents.close('shopify_denied')).toBe(true);
    expect(await store.records.incidents.close('shopify_denied')).toBe(false);
  });

  it('gives numbers for times and counts', async () => {
    await insertRequest(store.records, 'a');
    expect(await store.records.requests.counts()).toEqual({ received: 1 });
    expect(await store.records.requests.nextDue()).toBe(NOW);
    expect(await store.records.effects.countOpen()).toBe(0);
  });

  it('treats a text full of SQL as text', async () => {
    const evil = `'; drop table requests; --`;
    expect(await store.records.requests.byRef(evil)).toBeNull();
    expect(await store.records.requests.counts()).toEqual({});
  });
});

/** A way from received to each status, by moves the lifecycle has. */
const WAYS: Record<RequestStatus, string[]> = {
  needs_match: ['needs_match'],
  needs_customer: ['needs_match', 'needs_customer'],
  waiting: ['waiting'],
  awaiting_decision: ['awaiting_decision'],
  approved: ['awaiting_decision', 'approved'],
  executing: ['awaiting_decision', 'approved', 'executing'],
  cancelled: ['awaiting_decision', 'approved', 'executing', 'cancelled'],
  part_cancelled: ['awaiting_decision', 'approved', 'executing', 'part_cancelled'],
  changed: ['awaiting_decision', 'approved', 'executing', 'changed'],
  return_opened: ['awaiting_decision', 'approved', 'return_opened'],
  declined: ['needs_match', 'declined'],
  withdrawn: ['withdrawn'],
  expired: ['needs_match', 'expired'],
  duplicate: ['duplicate'],
  failed: ['awaiting_decision', 'approved', 'executing', 'failed'],
  received: [],
};

async function walkTo(records: Records, id: string, status: RequestStatus): Promise<void> {
  for (const next of WAYS[status]) {
    const request = await mustGet(records, id);
    await records.requests.update(request, { status: next as typeof request.status }, NOW);
  }
}

function response(externalId: string, revision: string) {
  return {
    source: 'forms' as const,
    sourceId: 'form-1',
    externalId,
    revision,
    replaces: null,
    submittedAt: NOW,
    respondentEmail: null,
    emailVerified: false,
    answers: [],
  };
}

function insertResponse(records: Records, id: string, externalId: string, revision: string): Promise<void> {
  return records.responses.insert({
    ...response(externalId, revision),
    id,
    requestId: 'a',
    digest: 'd',
    receivedAt: NOW,
  });
}

function mail(key: string, requestId: string): NewEffect {
  const payload = {
    notice: 'staff-decide',
    to: 'sam@shop.example',
    locale: 'en',
    requestVersion: 1,
    linkFor: 'staff',
  } as const;
  return { kind: 'mail', key, requestId, payload };
}
