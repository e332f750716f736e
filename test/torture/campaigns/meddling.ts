/** Between the approval and its execution, or between a lost call and the next try, somebody in the admin does something. */
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign, CampaignContext, CampaignResult } from '../campaign.ts';
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

/** What keeps approvals from being carried out until the deeds are done. */
interface Delay {
  readonly policy?: string;
  begin(rig: Rig): void;
  /** Whether the deeds may be done. */
  isReady(rig: Rig, approvals: number): boolean;
  end(rig: Rig, step: number): void;
}

const undoWindow: Delay = {
  policy: UNDO_POLICY,
  begin: () => {},
  isReady: () => true,
  end: (rig, step) => rig.child.tell(`clock ${step * (MINUTE_MS + 1)}`),
};

const lostCalls: Delay = {
  begin: ({ world }) => world.shopify.faults.set({ kind: 'reset', only: ['CancelOrder'] }),
  isReady: ({ world }, approvals) =>
    world.shopify.requests.filter(({ operationName }) => operationName === 'CancelOrder').length >= approvals,
  end: ({ world }) => world.shopify.faults.clear(),
};

export const meddling = campaignOf(
  'order-changed-meanwhile',
  'address, lines, fulfilment, money or the order itself change between approval and execution',
  undoWindow,
);

export const meddlingInOutage = campaignOf(
  'order-changed-after-lost-call',
  'the same between a call that never arrived and the next try',
  lostCalls,
);

function campaignOf(name: string, about: string, delay: Delay): Campaign {
  return { name, about, full: 20, short: 1, run: (context) => run(context, delay) };
}

async function run(context: CampaignContext, delay: Delay): Promise<CampaignResult> {
  const rig = await buildRig({
    databaseUrl: await context.newDatabase(),
    orders: context.runs * AT_ONCE,
    ...(delay.policy ? { policy: delay.policy } : {}),
  });
  const random = seededRandom(context.seed);
  const done: Record<string, number> = {};
  const kept: string[] = [];
  let step = 0;
  let number = FIRST;
  const goOn = () => {
    step += 1;
    delay.end(rig, step);
  };
  try {
    await rig.start();
    for (let i = 0; i < context.runs; i += 1) {
      const before = rig.people.answered;
      const tried = rig.world.shopify.requests.filter(({ operationName }) => operationName === 'CancelOrder').length;
      delay.begin(rig);
      const names = Array.from({ length: AT_ONCE }, (_, one) => `#${number + one}`);
      for (let one = 0; one < AT_ONCE; one += 1) rig.submit(number + one);
      await waitFor('the approvals', () => rig.people.answered - before >= AT_ONCE, 30_000);
      await waitFor('the calls to be lost', () => delay.isReady(rig, tried + AT_ONCE), 30_000);
      const cancelled: number[] = [];
      for (const [what, meddle] of Object.entries(DEEDS).sort(() => random() - 0.5)) {
        const name = names.pop() ?? '';
        meddle(rig, name);
        count(done, what);
        if (KEEPS_ORDER.includes(what)) kept.push(name);
        else cancelled.push(Number(name.slice(1)));
      }
      goOn();
      // What changed goes back to staff, who approve it as it is now; their undo time ends as well.
      const again = setInterval(goOn, 1_000);
      await Promise.all(cancelled.map((one) => rig.allTold(one, one, 30_000))).finally(() => clearInterval(again));
      number += AT_ONCE;
      if (i % 5 === 4) context.progress(`${number - FIRST} orders`);
    }
    const result = await finish(rig, number - 1, done, { allCancelled: false, byHand: true });
    const gone = rig.world.shopify.state.ledger.filter((one) => one.kind === 'cancel' && kept.includes(one.orderName));
    const wrong = gone.map((one) => `${one.orderName} was cancelled though it had been shipped`);
    return { done, verdict: { ...result.verdict, violations: [...result.verdict.violations, ...wrong] } };
  } finally {
    await rig.close();
  }
}
