/** The store's part for what is owed to the outside world. */
import type {
  CancelEffect,
  CancelOutcome,
  ChangeEffect,
  Effect,
  EffectState,
  NewEffect,
  PartEffect,
  RefundEffect,
  RefundOutcome,
  ReturnEffect,
} from '../domain/effect.ts';
import type { Renew } from './store.ts';

export interface EffectResult {
  readonly state: EffectState;
  readonly dueAt?: number;
  readonly outcome?: CancelOutcome | RefundOutcome;
  readonly attempts?: number;
  /** Of another system, without personal data. */
  readonly lastError?: string | null;
}

export interface Effects {
  /** The same key again changes nothing. */
  insert(effect: NewEffect, id: string, now: number, dueAt?: number): Promise<void>;
  /** Many at once. */
  insertAll(
    effects: readonly (NewEffect & { readonly id: string; readonly dueAt: number })[],
    now: number,
  ): Promise<void>;
  /** Due now, where it would be later. */
  hasten(key: string, now: number): Promise<void>;
  /** Puts a cancellation that came to nothing back to work after a new approval. */
  restartCancel(
    effect: CancelEffect,
    payload: CancelEffect['payload'],
    requestId: string,
    now: number,
  ): Promise<boolean>;
  byKey(key: string): Promise<Effect | null>;
  byRequest(requestId: string): Promise<(Effect & { lastError: string | null; doneAt: number | null })[]>;
  claim(now: number, leaseMs: number, limit: number, kinds: readonly Effect['kind'][]): Promise<Effect[]>;
  renew: Renew<Effect>;
  /** Writes only while the claim holds; false: another worker has taken it. */
  settle(effect: Effect, result: EffectResult, now: number): Promise<boolean>;
  /** Keeps the lease and writes what must be known before the outside call. */
  progress(
    effect: CancelEffect | RefundEffect | PartEffect | ReturnEffect | ChangeEffect,
    state: EffectState,
    outcome: CancelOutcome | RefundOutcome,
  ): Promise<boolean>;
  /** Of a database that was restored: everything open that does something to an order asks the order first. */
  markRestored(): Promise<number>;
  /** Takes back what has not been begun. */
  skipPending(requestId: string, kind: Effect['kind'], now: number): Promise<void>;
  nextDue(): Promise<number | null>;
  countOpen(): Promise<number>;
  countOpenByKind(): Promise<Record<Effect['kind'], number>>;
}
