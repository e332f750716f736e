import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabaseClock } from '../../../src/adapters/store/database-clock.ts';
import { openStore } from '../../../src/adapters/store/store.ts';
import { newDatabase, storeKinds } from '../../support/stores.ts';

const RIGHT = Date.parse('2026-11-23T09:00:00Z');
const DAY_MS = 24 * 60 * 60_000;

/** A machine whose clock is set at will, and a database whose clock is right. */
function machineAnd({ off }: { off: number }) {
  const state = { passed: 0, off, suspended: 0, reads: 0, slow: 0, away: false };
  return {
    state,
    machine: {
      wall: () => RIGHT + state.passed + state.suspended + state.off,
      monotonic: () => 1_000 + state.passed,
      uptime: () => 9_000 + state.passed + state.suspended,
    },
    readTime() {
      state.reads += 1;
      state.passed += state.slow;
      return state.away ? Promise.reject(new Error('away')) : Promise.resolve(RIGHT + state.passed + state.suspended);
    },
  };
}

describe('the clock of a process on PostgreSQL', () => {
  it.each([-10_000, 130_000, DAY_MS])('is the database’s, when the machine’s is off by %i ms', async (off) => {
    const { state, machine, readTime } = machineAnd({ off });
    const clock = await openDatabaseClock(readTime, machine);
    expect(clock.now()).toBe(RIGHT);
    state.passed = 5_000;
    expect(clock.now()).toBe(RIGHT + 5_000);
    clock.stop();
  });

  it.each([-DAY_MS, DAY_MS])('stays right while the machine’s is set by %i ms, and is read anew', async (set) => {
    const { state, machine, readTime } = machineAnd({ off: 0 });
    const clock = await openDatabaseClock(readTime, machine);
    state.off = set;
    expect(clock.now()).toBe(RIGHT);
    expect(state.reads).toBe(2);
    clock.stop();
  });

  it('has gone on after the machine was suspended', async () => {
    const { state, machine, readTime } = machineAnd({ off: 0 });
    const clock = await openDatabaseClock(readTime, machine);
    state.suspended = DAY_MS;
    expect(clock.now()).toBe(RIGHT + DAY_MS);
    clock.stop();
  });

  it('is not set by an answer that was long in coming', async () => {
    const { state, machine, readTime } = machineAnd({ off: 0 });
    const clock = await openDatabaseClock(readTime, machine);
    Object.assign(state, { slow: 20_000, off: 5_000 });
    clock.now();
    Object.assign(state, { slow: 0, off: 0 });
    await setImmediate();
    expect(state.reads).toBe(2);
    expect(clock.now()).toBe(RIGHT + 20_000);
    clock.stop();
  });

  it('goes on while the database is away', async () => {
    const { state, machine, readTime } = machineAnd({ off: 0 });
    const clock = await openDatabaseClock(readTime, machine);
    state.away = true;
    state.passed = 120_000;
    expect(clock.now()).toBe(RIGHT + 120_000);
    clock.stop();
  });
});

describe.runIf(storeKinds().includes('postgres'))('PostgreSQL', () => {
  it('tells its time', async () => {
    const store = await openStore({ databaseUrl: await newDatabase(), dataDir: '' });
    const time = await store.readTime?.();
    expect(Math.abs((time ?? 0) - Date.now())).toBeLessThan(5_000);
    await store.close();
  });
});
