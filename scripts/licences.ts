/** Fails on an installed package under a licence that nobody has allowed, or that asks for a script at installation. */
import { existsSync, readFileSync } from 'node:fs';
import { type LockedPackage, ROOT, readLockfile } from './lockfile.ts';

/** Their terms allow use in a service and beside code under MIT. MPL-2.0 asks for the source of its own files only. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
];

/** "MIT OR GPL-3.0": one of them is enough. "A AND B": both. */
export function isAllowed(licence: string): boolean {
  const plain = licence.replace(/[()]/g, ' ').trim();
  return plain.split(/\s+OR\s+/).some((way) => way.split(/\s+AND\s+/).every((one) => ALLOWED.includes(one.trim())));
}

/** What the package itself says; null: it isn't installed here, or says nothing. */
function licenceOf({ path, license }: LockedPackage): string | null {
  const file = `${ROOT}${path}/package.json`;
  if (!existsSync(file)) return license;
  const own = (JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown }).license;
  const text = typeof own === 'object' && own !== null && 'type' in own ? own.type : own;
  return typeof text === 'string' ? text : license;
}

export function findLicenceFaults(packages: readonly LockedPackage[]): string[] {
  return packages.flatMap((one) => {
    const licence = licenceOf(one);
    const isHere = existsSync(`${ROOT}${one.path}`);
    // Builds for other machines, of which the lockfile doesn't know the licence either.
    const unknown = licence === null && !isHere && one.optional;
    return [
      ...(unknown || (licence !== null && isAllowed(licence))
        ? []
        : [`${one.name} ${one.version}: ${licence ?? 'no licence'}`]),
      ...(one.hasInstallScript ? [`${one.name} ${one.version}: runs a script when it is installed`] : []),
    ];
  });
}

if (import.meta.main) {
  const packages = readLockfile();
  const faults = findLicenceFaults(packages);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log(`${packages.length} packages: licences allowed, no install scripts`);
}
