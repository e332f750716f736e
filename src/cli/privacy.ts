import { createInterface } from 'node:readline/promises';
import type { Hindrance } from '../domain/erase-person.ts';
import { erasePerson } from '../steps/erase-person.ts';
import { exportPerson } from '../steps/export-person.ts';
import { similarAddresses } from '../steps/similar-addresses.ts';
import { bareAddress } from './bare-address.ts';
import { CommandError } from './exit.ts';
import { printJson, withService } from './with-service.ts';

export async function exportAddress(email: string): Promise<void> {
  const address = bareAddress(email);
  const { person, similar } = await withService(async ({ desk }) => ({
    person: await exportPerson(desk, address),
    similar: await similarAddresses(desk, address),
  }));
  printJson(person);
  hintAt(similar, 'exported');
}

/** Somebody at a terminal is asked; a script that names a person means it. */
export async function eraseAddress(email: string, options: { yes?: boolean; json?: boolean }): Promise<void> {
  const address = bareAddress(email);
  if (!options.yes && process.stdin.isTTY && !(await confirmed(address))) {
    throw new CommandError('Nothing was erased.');
  }
  const { erasure, similar } = await withService(async ({ desk }) => ({
    erasure: await erasePerson(desk, address),
    similar: await similarAddresses(desk, address),
  }));
  switch (erasure.kind) {
    case 'staff':
      throw new CommandError(`${address} is in the staff list: who decided what is evidence, and stays.`);
    case 'hindered': {
      const each = erasure.requests.map(({ ref, why }) => `${ref} ${HINDRANCES[why]}`);
      throw new CommandError(`Nothing was erased. ${each.join(' ')}`);
    }
    case 'erased': {
      const { refs, setAside, mentions, compacted } = erasure;
      if (options.json) printJson({ requests: refs, setAside, mentions, compacted });
      else {
        console.log(`Erased from ${counted(refs.length, 'request')}${refs.length > 0 ? `: ${refs.join(', ')}` : ''}.`);
        if (setAside > 0) console.log(`Erased ${counted(setAside, 'response')} that had been set aside.`);
        if (mentions > 0) console.log(`The address was taken out of ${counted(mentions, 'other place')}.`);
        console.log('Delete the responses in the form and its sheet too, and backups made before today when you can;');
        console.log('also what a restore has put aside in DATA_DIR (cancel-desk.sqlite.before-restore-…).');
      }
      hintAt(similar, 'erased');
      if (!compacted) {
        throw new CommandError(
          'The database was busy: its files may still hold what was overwritten. Run the same once more in a while.',
        );
      }
    }
  }
}

/** Beside what is printed, which may be passed on as it is. */
function hintAt(similar: readonly string[], done: 'exported' | 'erased'): void {
  if (similar.length === 0) return;
  const many = similar.length > 1;
  console.error(
    `Not ${done}: ${counted(similar.length, 'other address', 'es')} that ${many ? 'look' : 'looks'} alike: ${similar.slice(0, MOST_NAMED).join(', ')}` +
      `${similar.length > MOST_NAMED ? ' …' : ''}. If ${many ? 'they are' : 'it is'} the same person’s, run the same for ${many ? 'each' : 'it'}.`,
  );
}

const MOST_NAMED = 10;

const HINDRANCES: Record<Hindrance, string> = {
  open: 'is still open: decide it or let the customer withdraw it first.',
  to_do: 'still wants something of staff (money to pay back, or a mail that did not arrive): see its page first.',
  sending: 'still has something to send: try again in a minute, and look at "cancel-desk dead list".',
};

async function confirmed(address: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Erase everything about ${address} for good? Type yes: `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

function counted(count: number, what: string, plural = 's'): string {
  return `${count} ${what}${count === 1 ? '' : plural}`;
}
