/**
 * Several machines on one PostgreSQL have clocks of their own, and leases, due times and settling times are compared
 * between them. So each goes by the database's clock: read now and then, counted on by the machine's own in between.
 */
import { uptime } from 'node:os';
import type { Clock } from '../../ports.ts';

/** All in milliseconds. */
export interface MachineClocks {
  /** Since the epoch; may be set at any time. */
  wall(): number;
  /** Only goes on; stands still while the machine is suspended. */
  monotonic(): number;
  /** Since the machine started, suspended or not; by hundredths of a second. */
  uptime(): number;
}

export interface DatabaseClock {
  readonly now: Clock;
  stop(): void;
}

const READ_EVERY_MS = 60_000;
/** Set, or suspended: the two clocks of the machine have never differed by as much otherwise. */
const DIFFER_MS = 1_000;
/** An answer that waited for a connection, or on the way, may be wrong by half of that. */
const SLOW_MS = 1_000;
const MOST_READS_AT_START = 5;

const MACHINE: MachineClocks = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  uptime: () => uptime() * 1_000,
};

/** @param readTime epoch milliseconds of the database */
export async function openDatabaseClock(
  readTime: () => Promise<number>,
  machine: MachineClocks = MACHINE,
): Promise<DatabaseClock> {
  let anchor = await measure();
  for (let reads = 1; anchor.took > SLOW_MS && reads < MOST_READS_AT_START; reads += 1) keep(await measure());
  let reading = false;

  async function measure() {
    const before = { wall: machine.wall(), monotonic: machine.monotonic(), uptime: machine.uptime() };
    const time = await readTime();
    const took = machine.monotonic() - before.monotonic;
    // The answer took as long to come as the question to get there.
    return { ...before, took, time: time - took / 2 };
  }

  function keep(fresh: typeof anchor): void {
    if (fresh.took <= Math.max(SLOW_MS, anchor.took)) anchor = fresh;
  }

  function readAgain(): void {
    if (reading) return;
    reading = true;
    measure()
      .then(keep)
      // Away just now: counted on, and asked again.
      .catch(() => {})
      .finally(() => {
        reading = false;
      });
  }

  const timer = setInterval(readAgain, READ_EVERY_MS).unref();
  return {
    now() {
      const byMonotonic = machine.monotonic() - anchor.monotonic;
      const byWall = machine.wall() - anchor.wall;
      if (Math.abs(byWall - byMonotonic) <= DIFFER_MS) return Math.round(anchor.time + byMonotonic);
      readAgain();
      // Until the database has said so: a clock that was set must not end what others have claimed.
      return Math.round(anchor.time + Math.max(byMonotonic, machine.uptime() - anchor.uptime));
    },
    stop: () => clearInterval(timer),
  };
}
