/** The clock jumps under a running service: by a day either way, and over changes of summer time and a leap day. */
import { seededRandom } from '../../world/faults.ts';
import { DEMO_SCOPES } from '../../world/shopify/admin-api.ts';
import type { Campaign, CampaignContext } from '../campaign.ts';
import { count, finish, pause } from '../finish.ts';
import type { Verdict } from '../judge.ts';
import { buildRig, FIRST } from '../rig.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The machine's zone and the shop's, with the moments at which their wall clocks do something odd. */
const ZONES: readonly [zone: string, moments: readonly string[]][] = [
  ['UTC', ['2028-02-28T23:59:59Z', '2028-02-29T23:59:59Z']],
  ['Europe/Helsinki', ['2026-03-29T00:59:59Z', '2026-10-25T00:59:59Z', '2028-02-29T21:59:59Z']],
  ['America/New_York', ['2027-03-14T06:59:59Z', '2026-11-01T05:59:59Z']],
  ['Australia/Lord_Howe', ['2027-04-03T14:59:59Z', '2026-10-03T15:29:59Z']],
  ['Pacific/Kiritimati', ['2026-12-31T09:59:59Z']],
  ['Asia/Kolkata', ['2026-12-31T18:29:59Z']],
];

export const clocks: Campaign = {
  name: 'clock-jumps',
  about:
    "the service's clock jumps a day on and back in mid-story; everybody's runs over summer time and leap day; six zones",
  full: 3,
  // A minute by itself: story/clock-back.test.ts is its short form.
  short: 0,
  async run(context) {
    const done: Record<string, number> = {};
    let verdict: Verdict | null = null;
    for (const [zone, moments] of context.runs > 1 ? ZONES : ZONES.slice(1, 2)) {
      const { verdict: one } = await inZone(context, zone, moments, done);
      verdict = verdict ? add(verdict, one) : one;
      context.progress(`${zone}: ${one.cancelled} cancelled`);
    }
    if (!verdict) throw new Error('There are no zones');
    return { done, verdict };
  },
};

async function inZone(
  context: CampaignContext,
  zone: string,
  moments: readonly string[],
  done: Record<string, number>,
) {
  const random = seededRandom(context.seed);
  let offset = 0;
  const now = () => Date.now() + offset;
  const orders = 3 * context.runs + moments.length;
  const rig = await buildRig({
    databaseUrl: await context.newDatabase(),
    orders,
    // Years on, every order is older than the 60 days that an app sees without this scope.
    world: { now, google: { timeZone: zone }, shopify: { scopes: [...DEMO_SCOPES, 'read_all_orders'] } },
    // And every request is old enough to be forgotten.
    env: { TZ: zone, TIME_ZONE: zone, RETENTION_RAW: 'off', RETENTION_ORDER: 'off', RETENTION_PERSONAL: 'off' },
  });
  const jump = (service: number) => rig.child.tell(`clock ${service}`);
  let number = FIRST;
  const story = async (disturb: () => Promise<void>) => {
    rig.submit(number);
    await disturb();
    // Longer than a poll that was put off: what is still missing at the end is a violation.
    await rig.allTold(number, number, 20_000).catch(() => {});
    number += 1;
  };
  try {
    await rig.start();
    for (let i = 0; i < context.runs; i += 1) {
      for (const [what, by] of [
        ['a day on', DAY_MS],
        ['back again', 0],
        ['a day back', -DAY_MS],
      ] as const) {
        await story(async () => {
          await pause(random() * 400);
          jump(by);
          count(done, what);
        });
      }
      jump(0);
    }
    for (const moment of moments) {
      offset = Date.parse(moment) - Date.now();
      jump(offset);
      await story(async () => count(done, 'summer time or leap day'));
    }
    return await finish(rig, number - 1, done);
  } finally {
    await rig.close();
  }
}

function add(a: Verdict, b: Verdict): Verdict {
  return {
    responses: a.responses + b.responses,
    cancelled: a.cancelled + b.cancelled,
    refunded: a.refunded + b.refunded,
    told: a.told + b.told,
    mailsTwice: a.mailsTwice + b.mailsTwice,
    withStaff: a.withStaff + b.withStaff,
    violations: [...a.violations, ...b.violations],
  };
}
