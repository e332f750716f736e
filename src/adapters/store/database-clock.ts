/**
 * Several machines on one PostgreSQL have clocks of their own, and leases, due times and settling times are compared
 * between them. So each goes by the database's clock: read now and then, counted on by the machine's own in between.
 */
import type { Clock } from '../../ports.ts';

export interface MachineClocks {
  /** Epoch milliseconds; may be set at any time. */
  wall(): number;
  /** Milliseconds that only go on; they stand still while the machine is suspended. */
  monotonic(): number;
}

export interface DatabaseClock {
  readonly now: Clock;
  stop(): void;
}

const READ_EVERY_MS = 60_000;
/** Set, or suspended: the two clocks of the machine have never differed by as much otherwise. */
const DIFFER_MS = 1_000;

const MACHINE: MachineClocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** @param readTime epoch milliseconds of the database */
export async function openDatabaseClock(
  readTime: () => Promise<number>,
  machine: MachineClocks = MACHINE,
): Promise<DatabaseClock> {
  let anchor = await measure();
  let reading = false;

  async function measure() {
    const before = { wall: machine.wall(), monotonic: machine.monotonic() };
    const time = await readTime();
    // The answer took as long to come as the question to get there.
    return { ...before, time: time - (machine.monotonic() - before.monotonic) / 2 };
  }

  function readAgain(): void {
    if (reading) return;
    reading = true;
    measure()
      .then((fresh) => {
        anchor = fresh;
      })
      // Away just now: counted on, and asked again.
      .catch(() => {})
      .finally(() => {
        reading = false;
      });
  }

  const timer = setInterval(readAgain, READ_EVERY_MS).unref();
  return {
    now() {
      const byWall = machine.wall() - anchor.wall;
      const byMonotonic = machine.monotonic() - anchor.monotonic;
      if (Math.abs(byWall - byMonotonic) > DIFFER_MS) readAgain();
      // Until it is known which is right: too late is safe, a claim that is over counts as over.
      return Math.round(anchor.time + Math.max(byWall, byMonotonic));
    },
    stop: () => clearInterval(timer),
  };
}
