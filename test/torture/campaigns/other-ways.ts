/** Other decisions than a cancellation, killed at each of their calls: a part, a change, a return, an offer that is taken. */
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, stopChild } from '../finish.ts';
import { judgeWays, WAY_NAMES, type Way } from '../judge.ts';
import { type Answering, staffAnswering } from '../people.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';
import { killAtCall } from './kills.ts';

const MOST_POINTS = 60;
/** The first one is longer than any story. */
const CALLS_OF_A_STORY = 12;

type Decision = (tail: string, lineId: string) => Record<string, string>;

const DECISIONS: Record<Way, Decision> = {
  part: (tail, lineId) => ({ [`take ${lineId}`]: '1', confirm_part: tail }),
  change: (tail) => ({ sku: 'OT-1', sku_quantity: '1', confirm_change: tail }),
  return: (tail) => ({ instructions: 'Use the label in the box.', confirm_return: tail }),
  offer: () => ({ offer: 'Keep it for less.', percent: '10' }),
};

const TAKES_OFFERS: Answering = {
  asks: /^Before we cancel order (#\d+)/,
  link: 'r',
  values: (_, { buttons }) => (buttons.includes('offer') ? { action: 'offer', offer: 'accept' } : null),
};

const OUTSIDES = ['shopify', 'smtp'] as const;
const MOMENTS = ['received', 'answering'] as const;

export const otherWays: Campaign = {
  name: 'kill-in-other-ways',
  about: 'SIGKILL at each call to Shopify and each mail of a part, a change, a return and an offer that is taken',
  full: MOST_POINTS,
  short: 0,
  async run(context) {
    const ways = new Map<number, Way>();
    const decides = staffAnswering((name, { buttons }) => {
      const way = ways.get(Number(name.slice(1)));
      if (!way || !buttons.includes(way)) return null;
      const lineId = rig.world.shopify.state.order(name).lines[1]?.id ?? '';
      return { decision: way, ...DECISIONS[way](name.slice(-4), lineId) };
    });
    const rig: Rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: 900,
      answering: [decides, TAKES_OFFERS],
    });
    const random = seededRandom(context.seed);
    /** At its shortest, one of them for each way. */
    const some = <T>(all: readonly T[]) => {
      const drawn = Math.floor(random() * all.length);
      return context.runs > 1 ? all : all.slice(drawn, drawn + 1);
    };
    const done: Record<string, number> = {};
    let number = FIRST;
    const next = (way: Way) => {
      // Of every third order nothing would be left: it has one line.
      do number += 1;
      while (number % 3 === 0);
      ways.set(number, way);
      if (way === 'return') rig.world.shopify.state.fulfilByHand(`#${number}`);
      return number;
    };
    try {
      await rig.start();
      for (const way of WAY_NAMES) {
        for (const outside of some(OUTSIDES)) {
          for (const moment of some(MOMENTS)) {
            for (let i = 1; i <= Math.min(context.runs, MOST_POINTS); i += 1) {
              const point = context.runs < MOST_POINTS ? 1 + Math.floor(random() * CALLS_OF_A_STORY) : i;
              if (!(await killAtCall(rig, next(way), outside, moment, point))) break;
              count(done, `${way}, ${outside} ${moment}`);
            }
          }
        }
        context.progress(`${way}: ${number - FIRST} stories`);
      }
      await stopChild(rig);
      return { done, verdict: await judgeWays(rig, ways) };
    } finally {
      await rig.close();
    }
  },
};
