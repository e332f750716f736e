import { statSync } from 'node:fs';
import { headFile } from '../adapters/audit/anchor-file.ts';
import { BackupError, backUpPostgres, backUpSqlite, restoreSqlite } from '../adapters/store/backup.ts';
import { openStore } from '../adapters/store/store.ts';
import { type Anchor, NO_HEAD } from '../domain/audit.ts';
import type { Store } from '../records/store.ts';
import { markRestored } from '../steps/after-restore.ts';
import { loadConfig } from './environment.ts';
import { CommandError, EXIT } from './exit.ts';
import { printJson } from './with-service.ts';

const NEXT = 'At the next start everything that is open is looked at anew before anything is sent.';

export async function backUp(file: string, { json }: { json?: boolean }): Promise<void> {
  const { databaseUrl, dataDir } = loadConfig();
  await explained(async () => (databaseUrl ? backUpPostgres(databaseUrl, file) : backUpSqlite(dataDir, file)));
  const { size } = statSync(file);
  if (json) return printJson({ file, bytes: size });
  console.log(
    `Wrote ${file}, ${Math.ceil(size / 1024)} KB, and verified it. It holds personal data: keep it as safe as the shop.`,
  );
}

export async function restore(
  file: string | undefined,
  { force, mark }: { force?: boolean; mark?: boolean },
): Promise<void> {
  if ((file === undefined) === (mark === undefined)) {
    throw new CommandError('Say which backup to restore, or --mark after restoring by other means.', EXIT.usage);
  }
  const { databaseUrl, dataDir, auditAnchorFile } = loadConfig();
  if (file === undefined) {
    const store = await openStore({ databaseUrl, dataDir });
    const head = await markRestored(store).finally(() => store.close());
    console.log(`Marked as restored. ${NEXT}`);
    return noteIn(auditAnchorFile, head);
  }
  if (databaseUrl) {
    throw new CommandError(
      'The database is PostgreSQL: stop the service, restore with "pg_restore --clean --if-exists", then run "cancel-desk restore --mark".',
      EXIT.usage,
    );
  }
  let head: Anchor = NO_HEAD;
  const prepare = async (store: Store) => {
    head = await markRestored(store);
  };
  const aside = await explained(() =>
    restoreSqlite(dataDir, file, { force: force ?? false, now: Date.now(), prepare }),
  );
  if (aside) console.log(`The database that was there is now ${aside}.`);
  console.log(`Restored ${file}. ${NEXT}`);
  noteIn(auditAnchorFile, head);
}

/** By this command alone: whoever only has the database can't make a history that was cut look like a backup. */
function noteIn(anchorFile: string, head: Anchor): void {
  try {
    headFile(anchorFile).noteRestored({ ...head, at: Date.now() });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `That could not be written to ${anchorFile} (${why}): until it is, "cancel-desk audit verify" takes it for a history that was cut. Run "cancel-desk restore --mark" where the worker runs, before it is started.`,
    );
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(error.message) : error;
  }
}
