import { statSync } from 'node:fs';
import { BackupError, backUpPostgres, backUpSqlite } from '../adapters/store/backup.ts';
import { loadConfig } from './environment.ts';
import { CommandError } from './exit.ts';
import { printJson } from './with-service.ts';

export async function backUp(file: string, { json }: { json?: boolean }): Promise<void> {
  const { databaseUrl, dataDir } = loadConfig();
  await explained(async () => (databaseUrl ? backUpPostgres(databaseUrl, file) : backUpSqlite(dataDir, file)));
  const { size } = statSync(file);
  if (json) return printJson({ file, bytes: size });
  console.log(
    `Wrote ${file}, ${Math.ceil(size / 1024)} KB, and verified it. It holds personal data: keep it as safe as the shop.`,
  );
}

/** What keeps it from being done is a sentence for the operator. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BackupError ? new CommandError(error.message) : error;
  }
}
