import { readFileSync } from 'node:fs';
import { readBounces } from '../adapters/mail/read-bounces.ts';
import { takeBounces } from '../steps/take-bounces.ts';
import { CommandError } from './exit.ts';
import { withService } from './with-service.ts';

/** Ends with 0 for any mail: a mail server that pipes into this would send a failure back as a bounce of its own. */
export async function noteBounce(file: string | undefined): Promise<void> {
  const bounces = await readBounces(readMail(file));
  const refs = bounces.length > 0 ? await withService(({ desk }) => takeBounces(desk, bounces)) : [];
  if (refs.length === 0) return console.log('Nothing to note: no report about a mail of ours, or it was noted before.');
  console.log(`Came back: a mail of ${refs.join(', ')}.`);
}

function readMail(file: string | undefined): Buffer {
  try {
    return readFileSync(file ?? 0);
  } catch (error) {
    throw new CommandError(`${file ?? 'The mail'} could not be read: ${(error as Error).message}`);
  }
}
