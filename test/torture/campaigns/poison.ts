/** One response in a hundred makes the service throw, at one step or another: all others end right, and none of these is lost. */
import type { SetAside } from '../../../src/records/quarantine.ts';
import { type Poison, poison, takePoisonOut } from '../../support/poison.ts';
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { command } from '../command.ts';
import { count, finish, untilNoneIsLeft } from '../finish.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

const EVERY = 100;
/** Nobody is asked: who proved to be the customer is cancelled by the rule. */
const POLICY = `
hold: false
limits: { staff_mails: 100000, mails_per_source: 100000, mails_per_address: 1000 }
rules: [{ name: at once, when: { proof: [vouched] }, then: approve }]
`;
/** The step that throws, and what is set aside then. */
const KINDS: Record<Poison, SetAside['kind']> = { intake: 'response', matching: 'request', cancelling: 'effect' };
const POISONS = Object.keys(KINDS) as Poison[];

export const poisoned: Campaign = {
  name: 'poison',
  about: 'one response in a hundred that the database refuses, at intake, at matching or at the cancellation',
  full: 10_000,
  // story/poison.test.ts is its short form.
  short: 0,
  async run(context) {
    const random = seededRandom(context.seed);
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: context.runs,
      policy: POLICY,
      // Each poll reads a day of the form anew: thousands of responses here.
      env: { TORTURE_TIMINGS: JSON.stringify({ pollInterval: 2_000 }) },
      nobodyAnswers: true,
    });
    const done: Record<string, number> = {};
    const bad = pickBad(context.runs, random);
    const last = FIRST + context.runs - 1;
    try {
      await rig.start();
      for (const what of POISONS) await poison(rig, what);
      for (let number = FIRST; number <= last; number += 1) {
        const what = bad.get(number);
        rig.submit(number, what && `poisoned ${what}`);
        if (what) count(done, `refused at ${what}`);
      }
      const good = Array.from({ length: context.runs }, (_, i) => FIRST + i).filter((number) => !bad.has(number));
      await untilNoneIsLeft('one more to be told', () => good.filter((number) => rig.told(number).size === 0).length);
      context.progress('all others are told');
      const violations = await judgeSetAside(rig, bad, done);
      await takePoisonOut(rig, ...POISONS);
      const { retried } = await command<{ retried: number }>(rig, 'dead', 'retry', '--all');
      count(done, 'put back to work', retried);
      const { verdict } = await finish(rig, last, done);
      return { done, verdict: { ...verdict, violations: [...violations, ...verdict.violations] } };
    } finally {
      await rig.close();
    }
  },
};

/** One in each hundred, anywhere in it; in a short run one of each kind. */
function pickBad(responses: number, random: () => number): Map<number, Poison> {
  const every = Math.min(EVERY, Math.floor(responses / POISONS.length));
  return new Map(
    Array.from({ length: Math.floor(responses / every) }, (_, i) => {
      const what = POISONS[i % POISONS.length] as Poison;
      return [FIRST + i * every + Math.floor(random() * every), what];
    }),
  );
}

/** As the operator sees them: each in the list with its reason, and nothing done about it. */
async function judgeSetAside(
  rig: Rig,
  bad: ReadonlyMap<number, Poison>,
  done: Record<string, number>,
): Promise<string[]> {
  const items = await waitFor(
    'all of them to be set aside',
    async () => {
      const listed = await command<SetAside[]>(rig, 'dead', 'list');
      return listed.length >= bad.size ? listed : null;
    },
    120_000,
  ).catch(() => command<SetAside[]>(rig, 'dead', 'list'));
  const violations = items
    .filter(({ reason }) => !reason.includes('no such data'))
    .map(({ id, reason }) => `${id} was set aside for another reason: ${reason}`);
  for (const what of POISONS) {
    const wanted = [...bad.values()].filter((one) => one === what).length;
    const found = items.filter(({ kind }) => kind === KINDS[what]).length;
    if (found !== wanted) violations.push(`${found} set aside of ${wanted} that are refused at ${what}`);
  }
  const told = rig.world.inbox.mails.filter(({ subject }) => subject.includes('set_aside')).length;
  if (told !== 1) violations.push(`the operator was told ${told} times`);
  const cancelled = rig.world.shopify.state.ledger.filter(
    ({ kind, orderName }) => kind === 'cancel' && bad.has(Number(orderName.slice(1))),
  );
  violations.push(...cancelled.map(({ orderName }) => `${orderName} was cancelled while its request was set aside`));
  count(done, 'in the dead list with their reason', items.length);
  return violations;
}
