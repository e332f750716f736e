/** `npm run sbom`: prints what the service is made of, as CycloneDX 1.6 JSON out of package-lock.json. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type LockedPackage, ROOT, readLockfile } from './lockfile.ts';

/** The same lockfile gives the same bytes: no time, no machine, no host. */
export function sbomOf(lockfile: string): object {
  const { name, version, license } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Record<string, string>;
  const digest = createHash('sha256').update(lockfile).digest('hex');
  // A UUID of version 8: of our own making (RFC 9562).
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const unique = new Map(readLockfile(lockfile).map((one) => [purlOf(one), one]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `${name}@${version}`,
        name,
        version,
        licenses: [licence(license ?? '')],
      },
    },
    components: [...unique].map(([purl, one]) => componentOf(purl, one)),
  };
}

/** https://github.com/package-url/purl-spec: the scope's "@" is encoded. */
function purlOf({ name, version }: LockedPackage): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function componentOf(purl: string, { name, version, license, integrity, dev, optional }: LockedPackage): object {
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    scope: dev ? 'excluded' : optional ? 'optional' : 'required',
    ...(license ? { licenses: [licence(license)] } : {}),
    ...(integrity ? { hashes: [hashOf(integrity)] } : {}),
  };
}

/** One SPDX id, or an expression of several. */
function licence(text: string): object {
  return /[\s()]/.test(text)
    ? { expression: text }
    : text === 'BSD'
      ? { license: { name: text } }
      : { license: { id: text } };
}

/** "sha512-BASE64" → as CycloneDX has it. */
function hashOf(integrity: string): object {
  const [algorithm = '', base64 = ''] = integrity.split(' ')[0]?.split('-') ?? [];
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') };
}

if (import.meta.main) {
  console.log(JSON.stringify(sbomOf(readFileSync(`${ROOT}package-lock.json`, 'utf8')), null, 2));
}
