/** Exit codes of the contract. 78 is EX_CONFIG of sysexits.h. */
export const EXIT = { ok: 0, failed: 1, usage: 2, configuration: 78 } as const;

/** A failure the operator understands: its message is all there is to say. */
export class CommandError extends Error {
  readonly code: number;
  constructor(message: string, code: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}
