import { describe, expect, it } from 'vitest';
import { availableAfter, createPacer, waitFor } from '../../../src/adapters/shopify/pacer.ts';

const status = { maximumAvailable: 2_000, currentlyAvailable: 100, restoreRate: 100 };

describe('the cost bucket', () => {
  it.each([
    [0, 100],
    [1_000, 200],
    [60_000, 2_000],
    [-5, 100],
  ])('%d ms later holds %d points', (elapsed, expected) => {
    expect(availableAfter(status, elapsed)).toBe(expected);
  });

  it.each([
    [50, 100, 0],
    [100, 100, 0],
    [150, 100, 500],
    [9_999, 2_000, 0],
  ])('a call of %d points with %d there waits %d ms', (cost, available, expected) => {
    expect(waitFor(cost, available, status)).toBe(expected);
  });
});

describe('the pacer', () => {
  const cost = (currentlyAvailable: number) => ({
    requestedQueryCost: 40,
    actualQueryCost: 40,
    throttleStatus: { ...status, currentlyAvailable },
  });

  it('sends at once what it knows nothing of, and waits before what would not fit', async () => {
    const slept: number[] = [];
    const pacer = createPacer(
      () => 0,
      async (ms) => void slept.push(ms),
    );
    await pacer.ready('Read');
    await pacer.note('Read', cost(10));
    await pacer.ready('Read');
    expect(slept).toEqual([300]);
  });

  it('counts the calls that are under way at the same time', async () => {
    const slept: number[] = [];
    const pacer = createPacer(
      () => 0,
      async (ms) => void slept.push(ms),
    );
    await pacer.note('Read', cost(60));
    await Promise.all([pacer.ready('Read'), pacer.ready('Read'), pacer.ready('Read')]);
    expect(slept).toEqual([200, 600]);
  });

  it('waits after a throttled call until its points are back', () => {
    const pacer = createPacer(
      () => 0,
      () => Promise.resolve(),
    );
    expect(pacer.waitAfterThrottle({ ...cost(0), requestedQueryCost: 200 })).toBe(2_000);
    expect(pacer.waitAfterThrottle(undefined)).toBe(1_000);
  });
});
