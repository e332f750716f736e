/** Everything, or a part of it, is away or refuses for a while, with work under way. Minutes are shortened to parts of a second. */
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish, pause } from '../finish.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

const STORMS: Record<string, (rig: Rig) => void> = {
  'all away': ({ world }) => {
    world.shopify.faults.set({ kind: 'reset' });
    world.google.faults.set({ kind: 'reset' });
    world.inbox.faults.set({ kind: 'drop_before' });
  },
  'Shopify throttles': ({ world }) => world.shopify.faults.set({ kind: 'throttled', rate: 0.9 }),
  'Shopify answers 429': ({ world }) => world.shopify.faults.set({ kind: 'http_429', rate: 0.9 }),
  'Shopify answers 5xx': ({ world }) =>
    world.shopify.faults.set({ kind: 'http_500', rate: 0.4 }, { kind: 'http_503', rate: 0.6 }),
  'Shopify answers 5xx and does it': ({ world }) => world.shopify.faults.set({ kind: 'http_500_after', rate: 0.7 }),
  'Google answers 429 and 5xx': ({ world }) =>
    world.google.faults.set({ kind: 'http_429', rate: 0.5 }, { kind: 'http_503', rate: 0.9 }),
  'mail server asks for later': ({ world }) => world.inbox.faults.set({ kind: 'later' }),
  'mail server drops the line': ({ world }) => world.inbox.faults.set({ kind: 'drop_after', rate: 0.8 }),
};
const AT_ONCE = 4;

export const outages: Campaign = {
  name: 'outages-and-storms',
  about: 'Shopify, Google and the mail server away, throttling, or failing, with four requests under way each time',
  full: 60,
  short: 3,
  async run(context) {
    const rig = await buildRig({ databaseUrl: await context.newDatabase(), orders: context.runs * AT_ONCE });
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    const kinds = Object.entries(STORMS);
    let number = FIRST;
    try {
      await rig.start();
      for (let i = 0; i < context.runs; i += 1) {
        for (let one = 0; one < AT_ONCE; one += 1) rig.submit(number + one);
        await pause(random() * 500);
        const [name, begin] = kinds[Math.floor(random() * kinds.length)] ?? ['none', () => {}];
        begin(rig);
        count(done, name);
        await pause(300 + random() * 1_200);
        rig.world.shopify.faults.clear();
        rig.world.google.faults.clear();
        rig.world.inbox.faults.clear();
        number += AT_ONCE;
        if (i % 20 === 19) context.progress(`${i + 1} outages`);
      }
      return await finish(rig, number - 1, done);
    } finally {
      await rig.close();
    }
  },
};
