import { PolicyError } from '../adapters/policy/policy-file.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { CommandError, EXIT } from './exit.ts';

/** Says what went wrong on stderr and ends the process. A bug shows its stack. */
export function reportFailure(error: unknown): never {
  if (error instanceof CommandError) {
    console.error(error.message);
    process.exit(error.code);
  }
  if (error instanceof PolicyError) {
    console.error(error.message);
    process.exit(EXIT.configuration);
  }
  if (error instanceof OutsideError) console.error(`${error.system}: ${error.message}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(EXIT.failed);
}
