import { readAnchors } from '../adapters/audit/anchor-file.ts';
import type { Anchor, AuditFault } from '../domain/audit.ts';
import { verifyAudit } from '../steps/audit.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson, withService } from './with-service.ts';

/** Against the heads in AUDIT_ANCHOR_FILE, and one more that somebody kept. */
export async function auditVerify(options: { anchor?: string; json?: boolean }): Promise<void> {
  const { auditAnchorFile } = loadConfig();
  const inFile = anchorsOf(auditAnchorFile);
  const anchors = [...inFile, ...(options.anchor ? [parse(options.anchor)] : [])];
  const report = await withService(({ desk }) => verifyAudit(desk.store.records, anchors));
  const { head, faults, notSealed, anchoredOn } = report;
  // Without them a chain that was cut or written anew is as good as any.
  const areHeadsGone = anchoredOn !== null && inFile.length === 0;
  if (options.json) printJson({ ...report, anchors: anchors.length, areHeadsGone });
  else {
    for (const fault of faults) console.log(`${fault.position}  ${WORDS[fault.kind]}`);
    const tail = notSealed > 0 ? `; ${notSealed} of the last moments are not in it yet` : '';
    console.log(
      `${head.position} events in the chain, ${anchors.length} heads written down${tail}. Head: ${head.hash || 'none'}`,
    );
  }
  const wrong = [
    ...(faults.length > 0 ? [`The audit log was changed in ${faults.length} places.`] : []),
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

function headsGone(file: string, day: string): string {
  return `The database says that heads were written down, last on ${day}, but ${file} holds none: it was removed or emptied, or AUDIT_ANCHOR_FILE names another file here than where the worker runs. Nothing shows whether the log was cut.`;
}

function anchorsOf(file: string): Anchor[] {
  try {
    return readAnchors(file);
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
