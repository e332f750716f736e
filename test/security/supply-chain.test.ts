/** What the service is made of, and what is checked of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeAudit } from '../../scripts/audit.ts';
import { findLicenceFaults, isAllowed } from '../../scripts/licences.ts';
import { ROOT, readLockfile } from '../../scripts/lockfile.ts';
import { sbomOf } from '../../scripts/sbom.ts';

const lockfile = readFileSync(`${ROOT}package-lock.json`, 'utf8');

describe('the audit', () => {
  const report = (severity: string) => JSON.stringify({ vulnerabilities: { leftpad: { severity } }, metadata: {} });
  it.each(['high', 'critical'])('fails on a planted vulnerability of level %s', (severity) => {
    expect(judgeAudit(report(severity))).toEqual({ kind: 'vulnerable', packages: ['leftpad'] });
  });
  it.each(['low', 'moderate'])('lets one of level %s pass, and counts it', (severity) => {
    expect(judgeAudit(report(severity))).toEqual({ kind: 'clean', low: 1 });
  });
  it.each([
    ['nothing', ''],
    ['an error page', '<html>'],
    ['a registry without advisories', '{"message":"405 Method Not Allowed","statusCode":405,"error":{}}'],
    ['no network', '{"error":{"code":"ENOTFOUND","summary":"getaddrinfo"}}'],
  ])('tells %s apart from both', (_, output) => {
    expect(judgeAudit(output)).toMatchObject({ kind: 'unreachable', reason: expect.any(String) });
  });
});

describe('the licence check', () => {
  it('passes on what is installed', () => {
    expect(findLicenceFaults(readLockfile())).toEqual([]);
  });
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND Apache-2.0', true],
    ['GPL-3.0', false],
    ['MIT AND GPL-3.0', false],
    ['SEE LICENSE IN x', false],
    ['UNLICENSED', false],
  ])('%s: %s', (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed);
  });
  it('fails on a planted package that has no licence, or a script at installation', () => {
    const planted = {
      path: 'node_modules/planted',
      name: 'planted',
      version: '1.0.0',
      integrity: null,
      license: null,
      dev: false,
      optional: false,
      hasInstallScript: true,
    };
    expect(findLicenceFaults([planted])).toEqual([
      'planted 1.0.0: no licence',
      'planted 1.0.0: runs a script when it is installed',
    ]);
  });
});

describe('the lockfile', () => {
  it('holds a SHA-512 of every package that the service runs, and no script is run at installation', () => {
    for (const { name, integrity, dev, optional } of readLockfile()) {
      // Developers' tools for other machines are in the list without one.
      if (integrity === null) expect([name, dev, optional]).toEqual([name, true, true]);
      else expect(integrity, name).toMatch(/^sha512-/);
    }
    expect(readFileSync(`${ROOT}.npmrc`, 'utf8')).toContain('ignore-scripts=true');
  });
});

describe('the SBOM', () => {
  const sbom = sbomOf(lockfile) as { components: Record<string, unknown>[]; serialNumber: string };
  it('names each package once, with its hash, its licence and whether it runs', () => {
    const refs = sbom.components.map((one) => one['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    expect(new Set(refs)).toEqual(
      new Set(readLockfile().map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`)),
    );
    expect(sbom.components.find(({ name }) => name === 'express')).toMatchObject({
      scope: 'required',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
    });
    expect(sbom.components.find(({ name }) => name === 'vitest')).toMatchObject({ scope: 'excluded' });
  });
  it('is the same for the same lockfile, and knows no host, path or time', () => {
    const text = JSON.stringify(sbom);
    expect(JSON.stringify(sbomOf(lockfile))).toBe(text);
    expect(text).not.toMatch(/https?:|node_modules|\/home|timestamp/);
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
