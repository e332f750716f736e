import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/**
 * Makes the file of a database if there is none, for its owner alone; SQLite gives those beside it the same mode. What others could
 * read before is taken from them; a group's right is its operator's doing, and stays.
 */
export function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  for (const one of [file, `${file}-wal`, `${file}-shm`]) {
    const mode = statSync(one, { throwIfNoEntry: false })?.mode ?? 0;
    if (mode & 0o007) chmodSync(one, 0o600);
  }
}
