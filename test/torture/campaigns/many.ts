/** Four processes on one database, killed, started again, or stopped for longer than a lease, so that others take over. */
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish, pause } from '../finish.ts';
import type { ServiceChild } from '../process.ts';
import { buildRig, FIRST } from '../rig.ts';

const WORKERS = 3;
/** Above TORTURE_LEASE: what a stopped process holds is somebody else's when it wakes. */
const LONGER_THAN_A_LEASE_MS = 1_000;

export const manyProcesses: Campaign = {
  name: 'many-processes',
  about:
    'pages and worker in one process, three workers beside it; each killed, or stopped for longer than a lease, at random',
  full: 200,
  short: 3,
  only: 'postgres',
  async run(context) {
    const random = seededRandom(context.seed);
    const rig = await buildRig({ databaseUrl: await context.newDatabase(), orders: context.runs });
    const done: Record<string, number> = {};
    const workers: ServiceChild[] = Array.from({ length: WORKERS }, () => rig.load('worker'));
    // Loading takes longer than everything else: the next one is ready before it is wanted.
    let spare = rig.load('worker');
    const replace = async (i: number) => {
      workers[i] = spare;
      await spare.go();
      spare = rig.load('worker');
    };
    try {
      // One after the other: the first makes the tables.
      await rig.start();
      for (const worker of workers) await worker.go();
      for (let i = 0; i < context.runs; i += 1) {
        rig.submit(FIRST + i);
        await pause(random() * 300);
        const which = Math.floor(random() * (WORKERS + 1));
        const worker = workers[which];
        if (random() < 0.3) {
          const stopped = worker ?? rig.child;
          stopped.signal('SIGSTOP');
          await pause(LONGER_THAN_A_LEASE_MS);
          stopped.signal('SIGCONT');
          count(done, 'stopped beyond a lease');
        } else if (worker) {
          await worker.kill();
          await replace(which);
          count(done, 'workers killed');
        } else {
          await rig.child.kill();
          await rig.restart();
          count(done, 'pages killed');
        }
        if (i % 50 === 49) context.progress(`${i + 1} blows`);
      }
      return await finish(rig, FIRST + context.runs - 1, done);
    } finally {
      await rig.close();
    }
  },
};
