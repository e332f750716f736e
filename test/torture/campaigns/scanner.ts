/** A mail scanner is at every link before a person is; then the people come, and each link still does what it is for. */
import { scanMail } from '../../support/scan-mail.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Campaign } from '../campaign.ts';
import { finish } from '../finish.ts';
import { CONFIRMING } from '../people.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

/** What is confirmed is cancelled without anybody of staff. */
const POLICY = `limits: { staff_mails: 100000, mails_per_source: 100000, mails_per_address: 1000 }
hold: false
rules:
  - { name: everything that is confirmed, then: approve }
`;
/** The receipt, and the question whether it was them. */
const MAILS_EACH = 2;
const SIDE_BY_SIDE = 12;

export const scanner: Campaign = {
  name: 'scanner',
  about: 'every form of every mailed link is submitted by a machine as fast as mails come; nothing may change',
  full: 1_000,
  // web/scanner.test.ts is its short form.
  short: 0,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: context.runs,
      policy: POLICY,
      world: { google: { emailCollectionType: 'RESPONDER_INPUT' } },
      answering: [CONFIRMING],
      nobodyAnswers: true,
    });
    try {
      await rig.start();
      const last = FIRST + context.runs - 1;
      for (let number = FIRST; number <= last; number += 1) rig.submit(number);
      await scanAll(rig, MAILS_EACH * context.runs, (seen) => context.progress(`${seen} mails`));
      const { ledger } = rig.world.shopify.state;
      const violations = ledger.map(({ kind, orderName }) => `${kind} of ${orderName} by a scanner`);
      rig.people.resume();
      const { done, verdict } = await finish(rig, last, { 'mails scanned': MAILS_EACH * context.runs });
      return { done, verdict: { ...verdict, violations: [...verdict.violations, ...violations] } };
    } finally {
      await rig.close();
    }
  },
};

async function scanAll({ world }: Rig, all: number, progress: (seen: number) => void): Promise<void> {
  const { mails } = world.inbox;
  for (let next = 0; next < all; ) {
    await waitFor('the next mail', () => mails.length > next, 60_000);
    const some = mails.slice(next, next + SIDE_BY_SIDE);
    await Promise.all(some.map(({ text }) => scanMail(text)));
    next += some.length;
    progress(next);
  }
}
