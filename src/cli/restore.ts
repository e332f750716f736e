import { headFile } from '../adapters/audit/anchor-file.ts';
import { restoreSqlite } from '../adapters/store/backup.ts';
import { openStore } from '../adapters/store/store.ts';
import { type Anchor, NO_HEAD } from '../domain/audit.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Earlier } from '../records/privacy.ts';
import type { Store } from '../records/store.ts';
import { markRestored } from '../steps/after-restore.ts';
import { type TakenOver, takeOver } from '../steps/take-over.ts';
import { explained } from './backup.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';

const NEXT = 'At the next start everything that is open is looked at anew before anything is sent.';

export async function restore(
  file: string | undefined,
  { force, mark }: { force?: boolean; mark?: boolean },
): Promise<void> {
  if ((file === undefined) === (mark === undefined)) {
    throw new CommandError('Say which backup to restore, or --mark after restoring by other means.', EXIT.usage);
  }
  const { databaseUrl, dataDir, auditAnchorFile } = loadConfig();
  const now = Date.now();
  if (file === undefined) {
    const store = await openStore({ databaseUrl, dataDir });
    const done = await prepare(store, null, now).finally(() => store.close());
    console.log(`Marked as restored. ${NEXT}`);
    return tell(done, auditAnchorFile, now);
  }
  if (databaseUrl) {
    throw new CommandError(
      'The database is PostgreSQL: stop the service, restore with "pg_restore --clean --if-exists", then run "cancel-desk restore --mark".',
      EXIT.usage,
    );
  }
  let done: Prepared = { head: NO_HEAD, taken: null, staff: [] };
  const aside = await explained(() =>
    restoreSqlite(dataDir, file, {
      force: force ?? false,
      now,
      prepare: async (store, earlier) => {
        done = await prepare(store, earlier, now);
      },
    }),
  );
  if (aside) console.log(`The database that was there is now ${aside}.`);
  console.log(`Restored ${file}. ${NEXT}`);
  tell(done, auditAnchorFile, now);
}

interface Prepared {
  /** Where the backup's history ends. */
  readonly head: Anchor;
  /** null: there was no earlier database to read. */
  readonly taken: TakenOver | null;
  readonly staff: readonly StaffMember[];
}

async function prepare(store: Store, earlier: Earlier | null, now: number): Promise<Prepared> {
  const head = await markRestored(store);
  const taken = earlier && (await takeOver(store, earlier, now));
  return { head, taken, staff: (await store.records.staff.list()).filter(({ active }) => active) };
}

function tell({ head, taken, staff }: Prepared, anchorFile: string, now: number): void {
  for (const line of taken ? toldOf(taken) : unknownSince(staff)) console.log(line);
  noteIn(anchorFile, head, now);
}

function toldOf({ erased, notOver, unknown, lessened }: TakenOver): string[] {
  return [
    ...(erased.length > 0 ? [`Erased again, as in the database that was there: ${erased.join(', ')}.`] : []),
    ...(notOver.length > 0
      ? [
          `Erased there, but not over in this backup: ${notOver.join(', ')}. When they are, "cancel-desk show REF" has the address to erase.`,
        ]
      : []),
    ...(unknown.length > 0
      ? [
          `Erased there, and not in this backup: ${unknown.join(', ')}. Delete these responses in the form and its sheet before the start, or they come back from there.`,
        ]
      : []),
    ...(lessened.length > 0 ? [`Removed from the staff or given less to do, as there: ${lessened.join(', ')}.`] : []),
  ];
}

function unknownSince(staff: readonly StaffMember[]): string[] {
  const list = staff.map(({ email, role }) => `${email} (${role})`).join(', ');
  return [
    'There was no earlier database to read. Whoever was erased after the backup is in it again: erase them once more.',
    `So is whoever was removed from the staff: ${list || 'nobody is on the list'}. Remove with "cancel-desk staff remove EMAIL", before the start.`,
  ];
}

/** By this command alone: whoever only has the database can't make a history that was cut look like a backup. */
function noteIn(anchorFile: string, head: Anchor, at: number): void {
  try {
    headFile(anchorFile).noteRestored({ ...head, at });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `That could not be written to ${anchorFile} (${why}): until it is, "cancel-desk audit verify" takes it for a history that was cut. Run "cancel-desk restore --mark" where the worker runs, before it is started.`,
    );
  }
}
