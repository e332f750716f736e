/** Strangers ask for orders that exist and for orders that don't, and see the same. */
import { readMails, sendPairs } from '../../support/neutral-pairs.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Campaign } from '../campaign.ts';
import { stopChild } from '../finish.ts';
import { judge } from '../judge.ts';
import { buildRig } from '../rig.ts';

/** Nothing is kept back: every stranger and every owner gets their mail. */
const POLICY =
  'limits: { staff_mails: 100000, mails_per_source: 100000, mails_per_address: 1000, confirmations_per_order: 100000 }\n';
/** Two to strangers, one to the order's owner, one to staff, who are to find the other order. */
const MAILS_A_PAIR = 4;
/** Between the medians; of a machine that is busy with other things a tenth of them. */
const LARGEST_GAP = { ms: 5, share: 0.1 };

export const neutralAnswers: Campaign = {
  name: 'neutral-answers',
  about:
    'strangers ask for an order that exists and for one that does not: answer, mail and page are the same, as fast',
  full: 1_000,
  // story/neutral.test.ts is its short form.
  short: 0,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: 8,
      policy: POLICY,
      nobodyAnswers: true,
    });
    try {
      await rig.start();
      const pairs = context.runs;
      const { inbox } = rig.world;
      const seen = await sendPairs(rig.env.BASE_URL ?? '', pairs);
      await waitFor('every mail', () => inbox.mails.length >= MAILS_A_PAIR * pairs, 600_000);
      await readMails(inbox, pairs, seen);
      await stopChild(rig);
      const verdict = await judge(rig, { allCancelled: false });
      const differs = [...seen.hit.symmetricDifference(seen.miss)].map((text) => `not the same: ${text}`);
      const kinds = seen.hit.size === 2 ? [] : [`${seen.hit.size} kinds of answers and mails`];
      const { hit, miss } = seen.ms;
      const gap = Math.abs(hit - miss);
      const slower = gap < Math.max(LARGEST_GAP.ms, LARGEST_GAP.share * miss) ? [] : [`medians ${hit} and ${miss} ms`];
      return {
        done: {
          pairs,
          'µs median for an order that exists': Math.round(1_000 * hit),
          'µs median for one that does not': Math.round(1_000 * miss),
        },
        verdict: {
          ...verdict,
          responses: 2 * pairs,
          violations: [...verdict.violations, ...differs, ...kinds, ...slower],
        },
      };
    } finally {
      await rig.close();
    }
  },
};
