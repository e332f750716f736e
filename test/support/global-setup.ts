import { existsSync, statfsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { COMPILE_CACHE } from '../../scripts/compile-cache.ts';
import { shareSigningKeys } from '../world/google/signing-keys.ts';
import { findChromium } from './chromium.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a cluster of this run's own, or null where the machine has no PostgreSQL. */
    postgresUrl: string | null;
  }
}

const MEMORY = '/dev/shm';
const ROOM_WANTED = 4 * 1024 ** 3;

/** Nothing of a run is to outlast it. The torture and the bench are the ones that wait for a disk. */
function keepOffTheDisk(): void {
  if (process.env.TMPDIR || !existsSync(MEMORY)) return;
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize > ROOM_WANTED) process.env.TMPDIR = MEMORY;
}

export default async function setup(project: TestProject): Promise<() => void> {
  shareSigningKeys();
  keepOffTheDisk();
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
  const postgres = await startPostgres();
  project.provide('postgresUrl', postgres?.url ?? null);
  if (!postgres)
    console.warn('SKIPPED: store tests on PostgreSQL (no initdb and pg_ctl found; apt-get install postgresql).');
  if (!findChromium())
    console.warn('SKIPPED: browser tests (no Chromium found; apt-get install chromium, or set CHROMIUM).');
  return () => postgres?.stop();
}
