import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openStore } from '../../src/adapters/store/store.ts';
import type { Store } from '../../src/records/store.ts';
import { createDatabase } from './postgres.ts';

export interface TestStore {
  readonly store: Store;
  readonly where: { readonly databaseUrl: string | null; readonly dataDir: string };
  /** A second connection to the same database, as another process would have. */
  again(): Promise<Store>;
  close(): Promise<void>;
}

export type StoreKind = 'sqlite' | 'postgres';

/** Both, or SQLite alone where there is no PostgreSQL (global-setup has said so). */
export function storeKinds(): StoreKind[] {
  return inject('postgresUrl') ? ['sqlite', 'postgres'] : ['sqlite'];
}

export async function openTestStore(kind: StoreKind): Promise<TestStore> {
  const where =
    kind === 'sqlite'
      ? { databaseUrl: null, dataDir: temporaryFolder() }
      : { databaseUrl: await newDatabase(), dataDir: '' };
  const stores = [await openStore(where)];
  return {
    store: stores[0] as Store,
    where,
    async again() {
      const other = await openStore(where);
      stores.push(other);
      return other;
    },
    async close() {
      for (const store of stores) await store.close();
      if (where.dataDir) rmSync(where.dataDir, { recursive: true, force: true });
    },
  };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cancel-desk-test-'));
}

export function newDatabase(): Promise<string> {
  const cluster = inject('postgresUrl');
  if (!cluster) throw new Error('There is no PostgreSQL on this machine');
  return createDatabase(cluster);
}
