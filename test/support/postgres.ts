/** PostgreSQL for tests when the machine has it: one cluster a run, one database a file. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface PostgresCluster {
  readonly url: string;
  stop(): void;
}

/** null: there is no PostgreSQL on this machine. */
export async function startPostgres(): Promise<PostgresCluster | null> {
  const bin = findBinaries();
  if (!bin) return null;
  const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-pg-'));
  // PostgreSQL refuses to run as root; Debian brings a user of its own.
  const owner = process.getuid?.() === 0 ? userIds('postgres') : null;
  if (process.getuid?.() === 0 && !owner) return null;
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const as = { ...(owner ?? {}), cwd: folder, stdio: 'ignore' } as const;
  const data = join(folder, 'data');
  const port = await freePort();
  execFileSync(join(bin, 'initdb'), ['-N', '-A', 'trust', '-U', 'desk', '-E', 'UTF8', '--locale=C', '-D', data], as);
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`;
  execFileSync(join(bin, 'pg_ctl'), ['-w', '-D', data, '-o', settings, '-l', join(folder, 'log'), 'start'], as);
  return {
    url: `postgres://desk@127.0.0.1:${port}`,
    stop() {
      spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop'], as);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A new, empty database in the cluster. */
export async function createDatabase(cluster: string): Promise<string> {
  const name = `desk_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${cluster}/postgres` });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return `${cluster}/${name}`;
}

function findBinaries(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl'))) ?? null;
}

function userIds(name: string): { uid: number; gid: number } | null {
  const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  const [uid, gid] = [id('-u'), id('-g')];
  return uid > 0 && gid > 0 ? { uid, gid } : null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
