export type OutsideSystem = 'shopify' | 'google' | 'smtp' | 'chat';

export type OutsideFault =
  /** Credentials or scopes are refused: stop and tell the operator. */
  | 'denied'
  /** Asked to wait; nothing was done. */
  | 'throttled'
  /** No answer, or one that can't be read. */
  | 'unreachable'
  /** Understood and refused for good: asking the same again gives the same answer. */
  | 'rejected';

/**
 * A failure of another system, wrapped once in the adapter that met it.
 *
 * `mayHaveHappened` is the dangerous part: true when a mutation was sent and nobody knows what came of it. Such an
 * effect is read back, never repeated blindly.
 */
export class OutsideError extends Error {
  readonly system: OutsideSystem;
  readonly fault: OutsideFault;
  readonly mayHaveHappened: boolean;
  /** Milliseconds the other side asked to wait. */
  readonly retryAfter: number | null;

  constructor(
    system: OutsideSystem,
    fault: OutsideFault,
    message: string,
    options: { mayHaveHappened?: boolean; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'OutsideError';
    this.system = system;
    this.fault = fault;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
    this.retryAfter = options.retryAfter ?? null;
  }

  get permanent(): boolean {
    return this.fault === 'denied' || this.fault === 'rejected';
  }
}
