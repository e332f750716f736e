/** SIGKILL at every step between a response and its customer's mail, and wherever the service happens to be. */
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Moment, Outside } from '../../world/tap.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish } from '../finish.ts';
import { buildRig, FIRST, LONG_POLICY, type Rig } from '../rig.ts';

const MOST_POINTS = 120;
/** Google is polled all the time: a story's own calls are among the first few. */
const GOOGLE_CALLS = 8;

/** One order a point: the service dies at the N-th call of the story, the next process finishes it. */
export const killAtCalls: Campaign = {
  name: 'kill-at-every-call',
  about: 'SIGKILL when the world has received a call, and when it is about to answer it: each call of a story once',
  full: MOST_POINTS,
  // story/killed.test.ts kills in every test run; here it is for every point.
  short: 0,
  async run(context) {
    const rig = await buildRig({ databaseUrl: await context.newDatabase(), orders: 700, policy: LONG_POLICY });
    const done: Record<string, number> = {};
    let number = FIRST;
    try {
      await rig.start();
      for (const outside of ['google', 'shopify', 'smtp'] as const) {
        for (const moment of ['received', 'answering'] as const) {
          const most = Math.min(context.runs, outside === 'google' ? GOOGLE_CALLS : MOST_POINTS);
          for (let point = 1; point <= most; point += 1) {
            const killed = await killAtCall(rig, number, outside, moment, point);
            number += 1;
            if (!killed) break;
            count(done, `${outside} ${moment}`);
          }
          context.progress(`${outside} ${moment}: ${done[`${outside} ${moment}`] ?? 0} points`);
        }
      }
      return await finish(rig, number - 1, done);
    } finally {
      await rig.close();
    }
  },
};

/** False: the story had fewer calls. */
export async function killAtCall(
  rig: Rig,
  number: number,
  outside: Outside,
  moment: Moment,
  point: number,
): Promise<boolean> {
  let left = point;
  rig.onCall = (to, when) => {
    if (to !== outside || when !== moment || left === 0) return;
    left -= 1;
    if (left === 0) rig.child.signal('SIGKILL');
  };
  rig.submit(number);
  return diesOrTells(rig, number);
}

async function diesOrTells(rig: Rig, number: number): Promise<boolean> {
  await waitFor(`#${number}`, () => !rig.child.alive || rig.told(number).size > 0, 30_000);
  // The mail of the end may be the very point.
  await Promise.race([rig.child.ended, new Promise((resolve) => setTimeout(resolve, 60))]);
  rig.onCall = null;
  const killed = !rig.child.alive;
  if (killed) await rig.restart();
  await rig.allTold(number, number);
  return killed;
}

export const killAtWrites: Campaign = {
  name: 'kill-at-every-write',
  about: 'SIGKILL before and after every write and commit of a story, each once',
  full: MOST_POINTS,
  short: 1,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: 2 * MOST_POINTS + 10,
      policy: LONG_POLICY,
    });
    const done: Record<string, number> = {};
    let number = FIRST;
    try {
      await rig.start();
      for (const side of ['before', 'after'] as const) {
        for (let point = 1; point <= Math.min(context.runs, MOST_POINTS); point += 1) {
          rig.child.tell(`die ${side} ${point}`);
          rig.submit(number);
          const killed = await diesOrTells(rig, number);
          number += 1;
          if (!killed) break;
          count(done, `${side} a write`);
        }
        // What was armed and not reached.
        rig.child.tell('die before 0');
        context.progress(`${side}: ${done[`${side} a write`] ?? 0} points`);
      }
      return await finish(rig, number - 1, done);
    } finally {
      await rig.close();
    }
  },
};

/** So many stories are under way at once at most: above it, kills would only come before anything can happen. */
const MOST_UNDER_WAY = 8;

/** A response a kill, so that there is always something between response and mail. */
export const killAtRandom: Campaign = {
  name: 'kill-at-random',
  about: 'SIGKILL at random moments, restarts included, while responses keep coming',
  full: 1_000,
  // As above.
  short: 0,
  async run(context) {
    const random = seededRandom(context.seed);
    const rig = await buildRig({ databaseUrl: await context.newDatabase(), orders: context.runs });
    const done: Record<string, number> = {};
    try {
      const starting = rig.start();
      // The first process makes the tables; a kill in there is a campaign of its own.
      await starting;
      let underWay: number[] = [];
      const crowded = () => {
        underWay = underWay.filter((one) => rig.told(one).size === 0);
        return underWay.length > MOST_UNDER_WAY;
      };
      for (let i = 0; i < context.runs; i += 1) {
        rig.submit(FIRST + i);
        underWay.push(FIRST + i);
        await waitFor('a story to end', () => !crowded(), 60_000);
        // Not a wait for something to happen: the moment of the kill is what varies.
        await new Promise((resolve) => setTimeout(resolve, random() * 500));
        if (rig.told(FIRST + i).size === 0) count(done, 'kills in mid-story');
        else count(done, 'kills at rest');
        await rig.child.kill();
        await rig.restart();
        if (i % 50 === 49) context.progress(`${i + 1} kills`);
      }
      return await finish(rig, FIRST + context.runs - 1, done);
    } finally {
      await rig.close();
    }
  },
};
