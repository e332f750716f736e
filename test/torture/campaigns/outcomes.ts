/** Calls whose outcome is unknown: carried out or not, the answer lost, late or garbled. One fault a story. */
import { seededRandom } from '../../world/faults.ts';
import type { GoogleFault } from '../../world/google/google-api.ts';
import type { MailFault } from '../../world/mail/inbox.ts';
import type { ShopifyFault } from '../../world/shopify/admin-api.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish } from '../finish.ts';
import { buildRig, FIRST, LONG_POLICY, type Rig } from '../rig.ts';

const OPERATIONS = [
  'CancelOrder',
  'RefundOrder',
  'HoldFulfillmentOrder',
  'TagOrder',
  'CancelProgress',
  'OrderForDecision',
  'FindOrders',
];
const APPLIED: ShopifyFault[] = ['reset_after', 'http_500_after', 'garbled_after', 'late'];
const NOT_APPLIED: ShopifyFault[] = ['reset', 'http_500', 'http_503', 'garbled', 'throttled', 'http_429'];
/** A refund that Shopify can't make sense of is a person's at once. */
const NOT_UNDERSTOOD = OPERATIONS.filter((operation) => operation !== 'RefundOrder');
const GOOGLE: GoogleFault[] = ['reset', 'http_500', 'http_503', 'http_429', 'garbled', 'late', 'duplicated'];
const MAIL: MailFault[] = ['later', 'drop_before', 'drop_after', 'garbled_after', 'late'];

interface Case {
  readonly what: string;
  arm(rig: Rig): void;
}

function casesOf(): Case[] {
  const shopify = OPERATIONS.flatMap((operation) =>
    [...APPLIED, ...NOT_APPLIED].map((kind) => ({
      what: APPLIED.includes(kind) ? 'in Shopify, carried out' : 'in Shopify, not carried out',
      arm: (rig: Rig) => rig.world.shopify.faults.set({ kind, times: 1, only: [operation] }),
    })),
  );
  const notUnderstood = NOT_UNDERSTOOD.map((operation) => ({
    what: 'in Shopify, refused for good',
    arm: (rig: Rig) => rig.world.shopify.faults.set({ kind: 'bad_request', times: 1, only: [operation] }),
  }));
  const google = GOOGLE.map((kind) => ({
    what: 'at Google',
    arm: (rig: Rig) => rig.world.google.faults.set({ kind, times: 2 }),
  }));
  // The first mail, or the second, or the third of the story.
  const mail = MAIL.flatMap((kind) =>
    [1, 2, 3].map((times) => ({
      what: 'at the mail server',
      arm: (rig: Rig) => rig.world.inbox.faults.set({ kind, times }),
    })),
  );
  return [...shopify, ...notUnderstood, ...google, ...mail];
}

export const unknownOutcomes: Campaign = {
  name: 'unknown-outcomes',
  about: 'each call of a story carried out or not, its answer lost, late or garbled; in Shopify, Google and SMTP',
  full: 500,
  short: 6,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: context.runs,
      policy: LONG_POLICY,
    });
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    const all = casesOf();
    let deck: Case[] = [];
    try {
      await rig.start();
      for (let i = 0; i < context.runs; i += 1) {
        if (deck.length === 0) deck = [...all];
        const [one] = deck.splice(Math.floor(random() * deck.length), 1);
        if (!one) continue;
        one.arm(rig);
        rig.submit(FIRST + i);
        count(done, one.what);
        await rig.allTold(FIRST + i, FIRST + i, 60_000);
        rig.world.shopify.faults.clear();
        rig.world.google.faults.clear();
        rig.world.inbox.faults.clear();
        if (i % 50 === 49) context.progress(`${i + 1} faults`);
      }
      return await finish(rig, FIRST + context.runs - 1, done);
    } finally {
      await rig.close();
    }
  },
};
