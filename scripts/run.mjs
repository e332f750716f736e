// Plain JavaScript on purpose: this file must run on whatever Node a fresh machine has (20 or newer),
// before anything is installed. It installs from the lockfile if needed, then hands over to Node 26.
//
//   node scripts/run.mjs FILE [ARG…]      runs a TypeScript file
//   node scripts/run.mjs :TOOL [ARG…]     runs a tool out of node_modules/.bin

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED_MAJOR = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Short-lived objects are collected sooner: less stays resident after a burst, and it is worked off as fast. */
const SERVICE_FLAGS = ['--max-semi-space-size=2'];
/** Compiled code is kept between starts: half the start-up time, and 30 MB less. Written when the service ends by itself. */
const COMPILE_CACHE = join(root, 'node_modules', '.cache', 'cancel-desk');

const [target, ...args] = process.argv.slice(2);
installIfNeeded();
const node = findNode();
hand(node, [...resolveTarget(target), ...args], isService(target) ? { NODE_COMPILE_CACHE: COMPILE_CACHE } : {});

/** Installs when node_modules is absent or older than the lockfile (npm keeps its own copy of what it installed). */
function installIfNeeded() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  if (existsSync(installed) && sameVersions(wanted, installed)) return;
  console.error('cancel-desk: installing packages from package-lock.json (once) …');
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const done = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && process.platform === 'win32',
  });
  if (done.status !== 0) fail('npm ci failed, see above. Check the network, then run the same command again.');
}

function sameVersions(wantedFile, installedFile) {
  const wanted = JSON.parse(readFileSync(wantedFile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  // "npm ci --omit=dev" is enough for a service, whose folder may be read-only by now.
  const isLeftOut = (entry) => entry.optional || (entry.dev && isService(target));
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || isLeftOut(entry) || installed[path]?.version === entry.version,
  );
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  const suffix = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  const names = [
    `node-${process.platform.replace('32', '')}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  for (const name of names) {
    const file = join(root, 'node_modules', name, suffix);
    if (existsSync(file)) return file;
  }
  fail(
    `This is Node ${process.versions.node}; Cancel Desk needs Node ${NEEDED_MAJOR}, and no packaged one fits ` +
      `${process.platform}-${process.arch}. Install Node ${NEEDED_MAJOR} and run the same command again.`,
  );
}

function resolveTarget(name) {
  if (!name) fail('Usage: node scripts/run.mjs FILE|:TOOL [ARG…]');
  if (!name.startsWith(':')) return [...(isService(name) ? SERVICE_FLAGS : []), join(root, name)];
  const tool = name.slice(1);
  const manifest = toolManifest(tool);
  const bin = typeof manifest.json.bin === 'string' ? manifest.json.bin : manifest.json.bin[tool];
  return [join(manifest.folder, bin)];
}

function isService(name) {
  return name?.startsWith('src/') ?? false;
}

function toolManifest(tool) {
  const packages = { biome: '@biomejs/biome', tsc: 'typescript' };
  const folder = join(root, 'node_modules', packages[tool] ?? tool);
  const require = createRequire(pathToFileURL(join(root, 'package.json')));
  return { folder, json: require(join(folder, 'package.json')) };
}

function hand(command, commandArgs, defaults) {
  const child = spawn(command, commandArgs, {
    stdio: 'inherit',
    // Tools that start "node" themselves must find the same one.
    env: {
      ...defaults,
      ...process.env,
      PATH: `${dirname(command)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Could not start ${command}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGKILL' ? 9 : 1) : (code ?? 1)));
}

function fail(message) {
  console.error(`cancel-desk: ${message}`);
  process.exit(1);
}
