import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A restart may overlap with the end of the one before. */
const PATIENCE_MS = 3_000;

/**
 * Keeps every other service process out of the folder of an embedded database until `release`, or until this process
 * ends, however it ends: the operating system lets go of the lock. The command line's verbs don't take it.
 */
export function holdFolder(dataDir: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dataDir, 'service.lock'));
  try {
    lock.exec(`pragma busy_timeout = ${PATIENCE_MS}; begin exclusive`);
  } catch (error) {
    lock.close();
    // SQLITE_BUSY
    if ((error as { errcode?: number }).errcode === 5) throw new FolderTakenError(dataDir);
    throw error;
  }
  return { release: () => lock.close() };
}

export class FolderTakenError extends Error {
  constructor(dataDir: string) {
    super(
      `Another process runs on the embedded database in "${dataDir}", and only one can. Stop it, or set DATABASE_URL: on PostgreSQL there may be many.`,
    );
    this.name = 'FolderTakenError';
  }
}
