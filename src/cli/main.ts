/** cancel-desk: the operator's command line. */

import { Command, CommanderError } from 'commander';
import { REQUEST_STATUSES } from '../domain/cancellation-request.ts';
import { auditHead, auditVerify } from './audit.ts';
import { backUp } from './backup.ts';
import { noteBounce } from './bounce.ts';
import { listDead, retryDead } from './dead.ts';
import { decideRequest } from './decide.ts';
import { doctor } from './doctor.ts';
import { CommandError, EXIT } from './exit.ts';
import { checkPolicy, explainPolicy, replayPolicy } from './policy.ts';
import { pollOnce } from './poll.ts';
import { previewMail } from './preview.ts';
import { eraseAddress, exportAddress } from './privacy.ts';
import { reportFailure } from './report-failure.ts';
import { listRequests, showRequest } from './requests.ts';
import { restore } from './restore.ts';
import { runServe } from './serve.ts';
import { addStaff, listStaff, removeStaff, setAway } from './staff.ts';

const program = new Command('cancel-desk')
  .description("Order cancellation requests for Shopify shops that don't want to install an app.")
  .exitOverride();

program
  .command('serve')
  .description('pages, webhooks and worker in one process')
  .action(() => runServe('all'));
program
  .command('web')
  .description('pages and webhooks only')
  .action(() => runServe('web'));
program
  .command('worker')
  .description('polling and effects only')
  .action(() => runServe('worker'));
program.command('doctor').description('checks every outside connection').option('--json').action(doctor);
program
  .command('poll')
  .description('reads new responses now and works off what is due')
  .requiredOption('--once', 'one round, then end')
  .option('--json')
  .action(pollOnce);
program
  .command('requests')
  .description('lists cancellation requests, newest first')
  .option('--status <status>', `one of ${REQUEST_STATUSES.join(', ')}`)
  .option('--limit <n>', 'at most this many', '50')
  .option('--json')
  .action(listRequests);
program.command('show <ref>').description('one request with its history').option('--json').action(showRequest);
program
  .command('decide <ref> <decision>')
  .description('decides for staff: approve, decline, reassess (by the policy as it is now), paid-back')
  .option('--reason <text>', 'told to the customer when declining')
  .option('--order <name>', 'choose this order first, such as #1001')
  .option('--no-restock', 'leave the stock as it is')
  .option('--no-refund', 'cancel without giving the money back')
  .option('--how <text>', 'how it was paid back')
  .option('--on <day>', 'the day it was paid back, such as 2026-11-23')
  .option('--json')
  .action(decideRequest);
program
  .command('preview [template]')
  .description('a mail with made-up contents, or --all of them')
  .option('--locale <tag>', 'language', 'en')
  .option('--html', 'the HTML part instead of the text')
  .option('--all', 'every mail, as files')
  .option('--out <folder>', 'where --all writes', 'preview')
  .action(previewMail);
const policy = program.command('policy').description("the shop's own rules");
policy
  .command('check [file]')
  .description('is the file good? errors with their lines')
  .option('--json')
  .action(checkPolicy);
policy
  .command('explain <ref>')
  .description('which rule applied to a request, and which nearly did')
  .option('--locale <tag>', 'language of the explanation')
  .option('--json')
  .action(explainPolicy);
policy
  .command('replay')
  .description('what a policy would have decided on past requests')
  .option('--since <time>', 'how far back, such as 90d', '90d')
  .option('--policy <file>', 'another file than the one in force')
  .option('--json')
  .action(replayPolicy);
program
  .command('bounce [file]')
  .description('notes a mail that came back, from a file or from what is piped in')
  .action(noteBounce);
const dead = program.command('dead').description('what could not be worked off and was set aside');
dead.command('list').description('what, since when, and why').option('--json').action(listDead);
dead
  .command('retry [id]')
  .description('puts one back to work, all of a request by its ref, or --all')
  .option('--all', 'everything that is set aside')
  .option('--json')
  .action(retryDead);
program
  .command('backup <file>')
  .description('copies the database into a file, while the service runs, and verifies it')
  .option('--json')
  .action(backUp);
program
  .command('restore [file]')
  .description('puts a backup in place of the database; what is open is looked at anew at the next start')
  .option('--force', 'move a database that is there aside')
  .option('--mark', 'only say that the database, such as PostgreSQL, has been restored by other means')
  .action(restore);
const audit = program.command('audit').description('the chain that shows whether the history was changed');
audit
  .command('verify')
  .description('says what was changed, removed, swapped or cut; ends with 1 then')
  .option('--anchor <head>', 'a head that you kept, besides those of AUDIT_ANCHOR_FILE')
  .option('--json')
  .action(auditVerify);
audit.command('head').description('prints the head, to keep it elsewhere').option('--json').action(auditHead);
program
  .command('export <email>')
  .description('everything that is kept about one person, as JSON')
  .action(exportAddress);
program
  .command('erase <email>')
  .description('takes one person out of everything that is over; the evidence of what was decided stays')
  .option('--yes', 'without asking')
  .option('--json')
  .action(eraseAddress);
const staff = program.command('staff').description('people who may decide');
staff.command('list').option('--json').action(listStaff);
staff
  .command('add <email>')
  .option('--role <role>', 'view, decide, or operate (decide and keep this list)', 'decide')
  .action(addStaff);
staff
  .command('away <email>')
  .description('their mails go to somebody else; without --until: back again')
  .option('--until <day>', 'such as 2026-12-24')
  .option('--to <email>', 'who gets the mails meanwhile')
  .action(setAway);
staff.command('remove <email>').description('at once: their links die too').action(removeStaff);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  if (error instanceof CommandError && error.code === EXIT.usage) console.error('Try: cancel-desk --help');
  reportFailure(error);
}
