/** Between the approval and its execution somebody in the admin does something to the order. */
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish } from '../finish.ts';
import { buildRig, FIRST, type Rig, UNDO_POLICY } from '../rig.ts';

const MINUTE_MS = 60_000;
const AT_ONCE = 7;

const DEEDS: Record<string, (rig: Rig, name: string) => void> = {
  nothing: () => {},
  'address changed': ({ world }, name) =>
    void Object.assign(world.shopify.state.order(name), { city: 'Turku', zip: '20100' }),
  'a piece taken off': ({ world }, name) => world.shopify.state.editByHand(name),
  shipped: ({ world }, name) => world.shopify.state.fulfilByHand(name),
  'label bought': ({ world }, name) => world.shopify.state.fulfilByHand(name, 'LABEL_PURCHASED'),
  'some money given back': ({ world }, name) => world.shopify.state.refundByHand(name, 500),
  cancelled: ({ world }, name) => world.shopify.state.cancelByHand(name),
};
const KEEPS_ORDER = ['shipped', 'label bought'];

export const meddling: Campaign = {
  name: 'order-changed-meanwhile',
  about: 'address, lines, fulfilment, money or the order itself change between approval and execution',
  full: 20,
  short: 1,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: context.runs * AT_ONCE,
      policy: UNDO_POLICY,
    });
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    const kept: string[] = [];
    let clock = 0;
    let number = FIRST;
    const undoEnds = () => {
      clock += MINUTE_MS + 1;
      rig.child.tell(`clock ${clock}`);
    };
    try {
      await rig.start();
      for (let i = 0; i < context.runs; i += 1) {
        const before = rig.staff.approved;
        const names = Array.from({ length: AT_ONCE }, (_, one) => `#${number + one}`);
        for (let one = 0; one < AT_ONCE; one += 1) rig.submit(number + one);
        await waitFor('the approvals', () => rig.staff.approved - before >= AT_ONCE, 30_000);
        const cancelled: number[] = [];
        for (const [what, meddle] of Object.entries(DEEDS).sort(() => random() - 0.5)) {
          const name = names.pop() ?? '';
          meddle(rig, name);
          count(done, what);
          if (KEEPS_ORDER.includes(what)) kept.push(name);
          else cancelled.push(Number(name.slice(1)));
        }
        undoEnds();
        // What changed goes back to staff, who approve it as it is now; their undo time ends as well.
        const again = setInterval(undoEnds, 1_000);
        await Promise.all(cancelled.map((one) => rig.allTold(one, one, 30_000))).finally(() => clearInterval(again));
        number += AT_ONCE;
        if (i % 5 === 4) context.progress(`${number - FIRST} orders`);
      }
      const result = await finish(rig, number - 1, done, { allCancelled: false, byHand: true });
      const gone = rig.world.shopify.state.ledger.filter(
        (one) => one.kind === 'cancel' && kept.includes(one.orderName),
      );
      const wrong = gone.map((one) => `${one.orderName} was cancelled though it had been shipped`);
      return { done, verdict: { ...result.verdict, violations: [...result.verdict.violations, ...wrong] } };
    } finally {
      await rig.close();
    }
  },
};
