/** What package-lock.json says is installed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface LockedPackage {
  /** Folder, such as "node_modules/a/node_modules/b". */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: string | null;
  readonly license: string | null;
  /** Not installed where the service runs. */
  readonly dev: boolean;
  readonly optional: boolean;
  readonly hasInstallScript: boolean;
}

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

/** Without our own package, in the lockfile's order, which is by path. */
export function readLockfile(text = readFileSync(`${ROOT}package-lock.json`, 'utf8')): LockedPackage[] {
  const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      integrity: entry.integrity ?? null,
      license: entry.license ?? null,
      dev: Boolean(entry.dev ?? entry.devOptional),
      optional: Boolean(entry.optional ?? entry.devOptional),
      hasInstallScript: Boolean(entry.hasInstallScript),
    }));
}
