/** The queue's order, its counts, and a view from end to end: the same on both databases. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FIELDS } from '../../../src/domain/cancellation-request.ts';
import type { Order } from '../../../src/domain/order.ts';
import type { RequestChanges, RequestFilter } from '../../../src/records/requests.ts';
import type { Store } from '../../../src/records/store.ts';
import { insertRequest, mustGet, NOW } from '../../support/stored-request.ts';
import { openTestStore, storeKinds, type TestStore } from '../../support/stores.ts';

const DAY = 24 * 3_600_000;
const view = (more: Partial<RequestFilter> = {}): RequestFilter => ({
  stage: 'staff',
  text: null,
  assignedTo: null,
  snoozed: null,
  now: NOW,
  sort: 'ships_next',
  offset: 0,
  limit: 100,
  ...more,
});

describe.each(storeKinds())('the queue on %s', (kind) => {
  let test: TestStore;
  let store: Store;
  beforeEach(async () => {
    test = await openTestStore(kind);
    store = test.store;
  });
  afterEach(() => test.close());

  const waits = async (id: string, changes: RequestChanges = {}) => {
    await insertRequest(store.records, id);
    const request = await mustGet(store.records, id);
    await store.records.requests.update(request, { status: 'awaiting_decision', ...changes }, NOW);
  };
  const order = (id: string, days: number, more: object = {}): RequestChanges => ({
    orderId: id,
    order: {
      id,
      createdAt: new Date(NOW + days * DAY).toISOString(),
      cancelledAt: null,
      customerName: null,
      shippingTo: null,
      lines: [{ unfulfilledQuantity: 1 }],
      fulfillments: [],
      fulfillmentOrders: [{ status: 'OPEN', requestStatus: 'UNSUBMITTED', fulfillBy: null }],
      ...more,
    } as unknown as Order,
  });
  const parcel = (more: object) => ({
    fulfillmentOrders: [{ status: 'OPEN', requestStatus: 'UNSUBMITTED', fulfillBy: null, ...more }],
  });
  const ids = async (filter: RequestFilter) => (await store.records.requests.search(filter)).map(({ id }) => id);

  it('has what leaves first on top, held ones after it, and shipped, cancelled and unknown ones at the end', async () => {
    await waits('unknown');
    await waits('shipped', order('shipped', -9, { lines: [{ unfulfilledQuantity: 0 }] }));
    await waits('new', order('new', -1));
    await waits('old', order('old', -5));
    await waits('promised', order('promised', -2, parcel({ fulfillBy: new Date(NOW - 6 * DAY).toISOString() })));
    await waits('packed', order('packed', 0, parcel({ status: 'IN_PROGRESS' })));
    await waits('held', { ...order('held', -8), hold: { state: 'held', at: NOW } });
    await waits('paying', { ...order('paying', -7, { cancelledAt: new Date(NOW).toISOString() }) });
    const ordered = await ids(view());
    expect(ordered.slice(0, 5)).toEqual(['packed', 'promised', 'old', 'new', 'held']);
    expect(ordered.slice(5).sort()).toEqual(['paying', 'shipped', 'unknown']);
  });

  it('sorts a parcel anew when it turns out to be held, or let go', async () => {
    await waits('a', order('a', -5));
    await waits('b', order('b', -1));
    expect(await ids(view())).toEqual(['a', 'b']);
    await store.records.requests.setHold('a', { state: 'held', at: NOW });
    expect(await ids(view())).toEqual(['b', 'a']);
    await store.records.requests.setHold('a', { state: 'too_late', at: NOW });
    expect(await ids(view())).toEqual(['a', 'b']);
  });

  it('counts as put off what wants staff and nothing else', async () => {
    await waits('a', { snoozedUntil: NOW + DAY });
    await waits('b', { status: 'declined', snoozedUntil: NOW + DAY });
    await waits('c');
    expect(await store.records.requests.countSnoozed(NOW)).toBe(1);
    expect(await store.records.requests.countWaiting(NOW, 10)).toBe(1);
    expect(await store.records.requests.countWaiting(NOW + 2 * DAY, 10)).toBe(2);
    expect(await store.records.requests.countWaiting(NOW + 2 * DAY, 1)).toBe(1);
  });

  it.each(['oldest', 'newest', 'ships_next'] as const)('is given from end to end, each once, %s', async (sort) => {
    const many = Array.from({ length: 450 }, (_, number) => `r${String(number).padStart(3, '0')}`);
    for (const id of many) await waits(id);
    const all = [];
    const { offset: _, limit: __, ...rest } = view({ sort });
    for await (const { id } of store.records.requests.all(rest)) all.push(id);
    expect(all).toEqual(sort === 'newest' ? many.toReversed() : many);
    expect(await ids(view({ sort, limit: 450 }))).toEqual(all);
  });

  it('is searched by the order number that was written, before the order is known', async () => {
    await waits('a', { fields: { ...NO_FIELDS, orderReference: 'Order #1015, please' } });
    await waits('b', { fields: { ...NO_FIELDS, orderReference: '1016' } });
    for (const text of ['1015', '#1015']) expect(await ids(view({ text }))).toEqual(['a']);
  });

  it('is given from end to end as a search narrows it', async () => {
    for (const id of ['a', 'b', 'c']) await waits(id, { fields: { ...NO_FIELDS, name: id === 'b' ? 'Württ' : 'Ana' } });
    const found = [];
    const { offset: _, limit: __, ...rest } = view({ text: 'wurt' });
    for await (const { id } of store.records.requests.all(rest)) found.push(id);
    expect(found).toEqual(['b']);
  });
});
