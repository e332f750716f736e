/** The store's part for the service itself: what it polls, what is wrong, what it counts and keeps in mind. */
import type { Renew } from './store.ts';

export interface SourceState {
  readonly id: string;
  readonly cursor: string | null;
  readonly lastOkAt: number | null;
  readonly lastError: string | null;
  readonly fence: number;
}

export interface Sources {
  /** The source if it is due and nobody else polls it, leased to the caller. */
  claim(id: string, now: number, leaseMs: number): Promise<SourceState | null>;
  settle(
    state: SourceState,
    result: { dueAt: number; cursor?: string; lastOkAt?: number; lastError: string | null },
  ): Promise<boolean>;
  renew: Renew<SourceState>;
  makeDue(id: string, now: number): Promise<void>;
  list(): Promise<SourceState[]>;
}

export interface Incident {
  readonly code: string;
  readonly detail: string;
  readonly since: number;
  readonly toldAt: number | null;
}

export interface Incidents {
  open(code: string, detail: string, now: number): Promise<boolean>;
  get(code: string): Promise<Incident | null>;
  list(): Promise<Incident[]>;
  markTold(code: string, now: number): Promise<void>;
  close(code: string): Promise<boolean>;
}

export interface Policies {
  put(version: string, text: string, now: number): Promise<void>;
  text(version: string): Promise<string | null>;
}

export interface Counters {
  /** Counts one more in the window that runs, or begins a new one; returns how many there are now. */
  count(key: string, windowMs: number, now: number): Promise<number>;
  /** As if counted one after another. */
  countAll(keys: readonly string[], windowMs: number, now: number): Promise<number[]>;
  removeEnded(now: number): Promise<void>;
}

export interface Settings {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

/** Setting that says until the first start after it: this database comes from a backup. */
export const RESTORED_MARK = ['restored', 'yes'] as const;
