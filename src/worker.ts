/** Keeps the story moving: one loop per part, woken when something may be due. */
import { setImmediate } from 'node:timers/promises';
import { sealAtEnd } from './steps/audit.ts';
import type { Desk } from './steps/desk.ts';
import { type Part, partsOf } from './steps/tick.ts';
import { traceOf } from './steps/trace-of.ts';

export interface Worker {
  /** Lets what is running finish, then resolves. */
  stop(): Promise<void>;
}

/** Another process (a second worker, the command line) may write too; nobody wakes us for that. */
const IDLE_LOOK_MS = 500;
const AFTER_A_BUG_MS = 5_000;

/** Resolves waiting loops at once. */
export class Bell {
  #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves after `ms` or at the next ring. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }
}

export function startWorker(desk: Desk, bell: Bell): Worker {
  const state = { stopping: false };
  const loops = partsOf(desk).map((part) => loop(desk, part, bell, state));
  return {
    async stop() {
      state.stopping = true;
      bell.ring();
      await Promise.all(loops);
      await sealAtEnd(desk).catch((error: unknown) => {
        desk.log.warn({ error: traceOf(error) }, 'the last events were not sealed');
      });
    },
  };
}

async function loop(desk: Desk, part: Part, bell: Bell, state: { stopping: boolean }): Promise<void> {
  while (!state.stopping) {
    let wait = IDLE_LOOK_MS;
    try {
      if ((await part.run()) > 0) {
        // The embedded database answers without waiting: without this, work that never waits would let nobody else in.
        await setImmediate();
        continue;
      }
    } catch (error) {
      desk.log.error({ part: part.name, error: traceOf(error) }, 'part failed');
      wait = AFTER_A_BUG_MS;
    }
    if (!state.stopping) await bell.wait(wait);
  }
}
