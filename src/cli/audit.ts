import { readHeads } from '../adapters/audit/anchor-file.ts';
import type { Anchor, AuditFault } from '../domain/audit.ts';
import { headsAfterRestores, type Restore, type WrittenHead } from '../domain/audit-heads.ts';
import { type FoundFault, verifyAudit } from '../steps/audit.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

/** Against the heads in AUDIT_ANCHOR_FILE, and one more that somebody kept. */
export async function auditVerify(options: { anchor?: string; json?: boolean }): Promise<void> {
  const { auditAnchorFile } = loadConfig();
  const own = options.anchor ? parse(options.anchor) : null;
  const written = headsOf(auditAnchorFile);
  const { anchors, restores } = headsAfterRestores(written);
  const isLost = restores.some(({ lost }) => lost.some((one) => isSame(one, own)));
  const kept: readonly Anchor[] = own && !isLost ? [...anchors, own] : anchors;
  const report = await withService(({ desk }) => verifyAudit(desk.store.records, kept));
  const { head, faults, notSealed, anchoredOn } = report;
  // Without them a chain that was cut or written anew is as good as any.
  const areHeadsGone = anchoredOn !== null && written.length === 0;
  if (options.json) printJson({ ...report, restores, anchors: kept.length, areHeadsGone });
  else {
    for (const fault of faults) console.log(line(fault));
    for (const restore of restores) console.log(toldOf(restore));
    const tail = notSealed > 0 ? `; ${notSealed} of the last moments are not in it yet` : '';
    console.log(
      `${head.position} events in the chain, ${kept.length} heads written down${tail}. Head: ${head.hash || 'none'}`,
    );
  }
  const wrong = [
    ...(faults.length > 0
      ? [`The audit log was changed in ${places(faults.length)}.`, nextStep(faults, auditAnchorFile)]
      : []),
    ...(areHeadsGone ? [headsGone(auditAnchorFile, anchoredOn)] : []),
  ];
  if (wrong.length > 0) throw new CommandError(wrong.join('\n'));
}

export async function auditHead(options: { json?: boolean }): Promise<void> {
  const head = await withService(({ desk }) => desk.store.records.audit.head());
  if (options.json) return printJson(head);
  console.log(`${head.position}:${head.hash}`);
}

const WORDS: Record<AuditFault['kind'], string> = {
  edited: 'an event was changed after it was sealed',
  removed: 'an event is gone',
  put_in: 'an event says that it is sealed here, and is not',
  erased_in_secret: 'an event was emptied without the trace that "cancel-desk erase" leaves',
  broken: 'the chain doesn’t go on from the entry before: entries were changed, swapped or taken out',
  cut: 'the chain was longer when its head was written down',
  other: 'the chain had another entry here when its head was written down',
};

function line({ position, kind, ref, at, type }: FoundFault): string {
  if (at === null) return `${position}  ${WORDS[kind]}`;
  return `${position}  ${WORDS[kind]}; there is now "${type}" of ${ref ?? 'no request'}, ${minute(at)}`;
}

/** Always, and not only when something is wrong: else a restore that nobody made would hide what was cut off. */
function toldOf({ at, position, lost }: Restore): string {
  const begin = `A backup was put back on ${minute(at)}, as it was at ${position}.`;
  const [first, last] = [lost[0], lost.at(-1)];
  if (!first || !last) return `${begin} Every head that had been written down is still to be found.`;
  return `${begin} ${lost.length === 1 ? 'The head' : `${lost.length} heads`} written down between ${minute(first.at)} and ${minute(last.at)}, up to ${Math.max(...lost.map((one) => one.position))}, can’t be compared. If nobody put a backup back then, the history was cut.`;
}

function nextStep(faults: readonly FoundFault[], file: string): string {
  const refs = [...new Set(faults.flatMap(({ ref }) => ref ?? []))];
  const look =
    refs.length > 0
      ? `Look at ${refs.slice(0, 10).join(', ')}${refs.length > 10 ? ' and others' : ''}: compare`
      : 'Compare';
  const restored = faults.some(({ kind }) => kind === 'cut' || kind === 'other')
    ? ' If you put back a copy of the database by hand, say so: stop the service and run "cancel-desk restore --mark".'
    : '';
  return `Somebody with access to the database did that, or its disk is failing.${restored} Else copy the database and ${file} before anything else. ${look} with the last backup from before and with the order’s timeline in Shopify, and change who can reach the database. See "The history" in docs/operating.md.`;
}

function places(count: number): string {
  return count === 1 ? 'one place' : `${count} places`;
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function isSame(one: Anchor, other: Anchor | null): boolean {
  return one.position === other?.position && one.hash === other.hash;
}

function headsGone(file: string, day: string): string {
  return `The database says that heads were written down, last on ${day}, but ${file} holds none: it was removed or emptied, or AUDIT_ANCHOR_FILE names another file here than where the worker runs. Nothing shows whether the log was cut.`;
}

function headsOf(file: string): WrittenHead[] {
  try {
    return readHeads(file);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

/** "120:4f1c…", as `audit head` prints it. */
function parse(text: string): Anchor {
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!position || !hash) throw new CommandError(`"${text}" is no head. It looks like 120:4f1c…`, EXIT.usage);
  return { position: Number(position), hash };
}
