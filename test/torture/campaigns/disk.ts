/** The store takes no more writes for a while: nothing is sent that isn't written down, and it goes on when it can. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish, pause } from '../finish.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

interface Spoiler {
  readonly what: string;
  spoil(): Promise<void>;
  mend(): Promise<void>;
}

/** A small disk of its own, where one may be mounted: root on Linux. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'cancel-desk-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

function spoilersOf(rig: Rig, disk: string | null): Spoiler[] {
  const { databaseUrl } = rig;
  if (databaseUrl) {
    return [
      {
        what: 'PostgreSQL read-only',
        spoil: () => setReadOnly(databaseUrl, true),
        mend: () => setReadOnly(databaseUrl, false),
      },
    ];
  }
  const told = (line: string) => async () => rig.child.tell(line);
  const ballast = join(disk ?? '', 'ballast');
  return [
    { what: 'database read-only', spoil: told('read-only on'), mend: told('read-only off') },
    { what: 'no room in the file', spoil: told('room none'), mend: told('room any') },
    ...(disk
      ? [
          {
            what: 'disk full',
            spoil: async () => fill(ballast),
            mend: async () => rmSync(ballast, { force: true }),
          },
        ]
      : []),
  ];
}

function fill(file: string): void {
  for (let size = 1 << 20; size >= 512; size >>= 1) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for pieces of this size.
    }
  }
}

/** Connections that are open go on as they were, so they are ended. */
async function setReadOnly(url: string, on: boolean): Promise<void> {
  const { pathname, origin } = new URL(url.replace(/^postgres:/, 'http:'));
  const name = pathname.slice(1);
  const client = new pg.Client({
    connectionString: `${origin.replace('http:', 'postgres:').replace('//', '//desk@')}/postgres`,
  });
  await client.connect();
  await client.query(`alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await client.end();
}

export const fullDisk: Campaign = {
  name: 'store-takes-no-writes',
  about: 'the disk is full or the database read-only for a while, in mid-story; then there is room again',
  full: 30,
  short: 1,
  async run(context) {
    const databaseUrl = await context.newDatabase();
    const disk = databaseUrl ? null : smallDisk();
    const rig = await buildRig({
      databaseUrl,
      orders: 2 * context.runs,
      ...(disk ? { dataDir: join(disk, 'data') } : {}),
    });
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    let number = FIRST;
    try {
      await rig.start();
      const spoilers = spoilersOf(rig, disk);
      for (let i = 0; i < context.runs; i += 1) {
        rig.submit(number);
        await pause(random() * 500);
        const spoiler = spoilers[i % spoilers.length];
        await spoiler?.spoil();
        count(done, spoiler?.what ?? '');
        rig.submit(number + 1);
        await pause(200 + random() * 400);
        await spoiler?.mend();
        if (!rig.child.alive) {
          count(done, 'ended by itself and was started again');
          await rig.restart();
        }
        await rig.allTold(number, number + 1, 30_000).catch(() => {});
        number += 2;
        if (i % 10 === 9) context.progress(`${i + 1} times`);
      }
      return await finish(rig, number - 1, done);
    } finally {
      await rig.close();
      if (disk) {
        execFileSync('umount', [disk]);
        rmSync(disk, { recursive: true });
      }
    }
  },
};
