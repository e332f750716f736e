/** scripts/run.mjs in a folder of its own, with the packages that npm says are installed. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/stores.ts';

interface Lockfile {
  readonly packages: Record<string, { readonly version?: string; readonly dev?: boolean; readonly optional?: boolean }>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOCKFILE = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8')) as Lockfile;

describe('the launcher', () => {
  let folder: string;

  beforeEach(() => {
    folder = temporaryFolder();
    for (const name of ['scripts', 'src', 'node_modules']) mkdirSync(`${folder}/${name}`);
    copyFileSync(`${ROOT}/scripts/run.mjs`, `${folder}/scripts/run.mjs`);
    copyFileSync(`${ROOT}/package-lock.json`, `${folder}/package-lock.json`);
    for (const name of ['src', 'scripts']) writeFileSync(`${folder}/${name}/hello.ts`, "console.log('hello');");
    writeFileSync(`${folder}/npm.mjs`, "console.error('npm was called'); process.exit(1);");
  });

  function installed(filter: (entry: Lockfile['packages'][string]) => boolean): void {
    const packages = Object.fromEntries(
      Object.entries(LOCKFILE.packages).filter(([path, entry]) => path !== '' && filter(entry)),
    );
    writeFileSync(`${folder}/node_modules/.package-lock.json`, JSON.stringify({ packages }));
  }

  function launch(file: string): { out: string; err: string } {
    const ran = spawnSync(process.execPath, [`${folder}/scripts/run.mjs`, file], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', npm_execpath: `${folder}/npm.mjs` },
    });
    return { out: ran.stdout, err: ran.stderr };
  }

  it('starts the service on the packages of "npm ci --omit=dev"', () => {
    installed(({ dev }) => !dev);
    expect(launch('src/hello.ts')).toEqual({ out: 'hello\n', err: '' });
  });

  it('installs what is missing for tests and tools', () => {
    installed(({ dev }) => !dev);
    expect(launch('scripts/hello.ts').err).toContain('npm was called');
  });

  it('installs what is missing for the service', () => {
    installed(({ dev, optional }) => !dev && optional === true);
    expect(launch('src/hello.ts').err).toContain('npm was called');
  });
});
