/** Between the approval and its execution, or between a lost call and the next try, somebody in the admin does something. */
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import { addLineByHand, beginByHand, captureByHand, shipPieceByHand } from '../../world/shopify/by-hand.ts';
import type { OrderKind } from '../../world/shopify/make-order.ts';
import { generateOrders } from '../../world/shopify/seed.ts';
import type { ShopState } from '../../world/shopify/shop-state.ts';
import type { Campaign, CampaignContext, CampaignResult } from '../campaign.ts';
import { count, finish } from '../finish.ts';
import { buildRig, FIRST, type Rig, UNDO_POLICY } from '../rig.ts';

const MINUTE_MS = 60_000;

interface Deed {
  does(shop: ShopState, name: string): void;
  /** goes_on: it is cancelled as it was approved. asks_anew: somebody approves it as it is now. keeps: it is not cancelled. */
  readonly outcome: 'goes_on' | 'asks_anew' | 'keeps';
  /** The order as it was before, where not an ordinary paid one. */
  readonly kind?: OrderKind;
}

const DEEDS: Record<string, Deed> = {
  nothing: { outcome: 'goes_on', does: () => {} },
  'address changed': {
    outcome: 'goes_on',
    does: (shop, name) => void Object.assign(shop.order(name), { city: 'Turku', zip: '20100' }),
  },
  'e-mail changed': {
    outcome: 'goes_on',
    does: (shop, name) => void Object.assign(shop.order(name), { email: 'somebody-else@customer.example' }),
  },
  tagged: { outcome: 'goes_on', does: (shop, name) => void shop.order(name).tags.push('vip') },
  'held by somebody else': { outcome: 'goes_on', does: (shop, name) => shop.holdByHand(name) },
  cancelled: { outcome: 'goes_on', does: (shop, name) => shop.cancelByHand(name) },
  'a piece taken off': { outcome: 'asks_anew', does: (shop, name) => shop.editByHand(name) },
  'a line added': { outcome: 'asks_anew', does: addLineByHand },
  'some money given back': { outcome: 'asks_anew', does: (shop, name) => shop.refundByHand(name, 500) },
  'payment captured': { outcome: 'asks_anew', kind: 'authorized', does: captureByHand },
  'packing begun': { outcome: 'asks_anew', does: beginByHand },
  shipped: { outcome: 'keeps', does: (shop, name) => shop.fulfilByHand(name) },
  'a piece shipped': { outcome: 'keeps', does: shipPieceByHand },
  'label bought': { outcome: 'keeps', does: (shop, name) => shop.fulfilByHand(name, 'LABEL_PURCHASED') },
};
const AT_ONCE = Object.keys(DEEDS).length;

/** What keeps approvals from being carried out until the deeds are done. */
interface Delay {
  readonly policy?: string;
  begin(rig: Rig): void;
  /** Whether this order may be meddled with now: never between the service's look at it and the call after that. */
  isReady(rig: Rig, orderId: string, allApproved: boolean): boolean;
  end(rig: Rig, step: number): void;
}

const undoWindow: Delay = {
  policy: UNDO_POLICY,
  begin: () => {},
  isReady: (_rig, _orderId, allApproved) => allApproved,
  end: (rig, step) => rig.child.tell(`clock ${step * (MINUTE_MS + 1)}`),
};

const lostCalls: Delay = {
  begin: ({ world }) => world.shopify.faults.set({ kind: 'reset', only: ['CancelOrder'] }),
  isReady: ({ world }, orderId) =>
    world.shopify.requests.some((one) => one.operationName === 'CancelOrder' && one.orderId === orderId),
  end: ({ world }) => world.shopify.faults.clear(),
};

export const meddling = campaignOf(
  'order-changed-meanwhile',
  'thirteen kinds of change to contacts, lines, parcel, money or the order itself, or none, between approval and execution',
  undoWindow,
  0,
);

export const meddlingInOutage = campaignOf(
  'order-changed-after-lost-call',
  'the same between a call that never arrived and the next try',
  lostCalls,
  1,
);

function campaignOf(name: string, about: string, delay: Delay, short: number): Campaign {
  return { name, about, full: 100, short, run: (context) => run(context, delay) };
}

async function run(context: CampaignContext, delay: Delay): Promise<CampaignResult> {
  const random = seededRandom(context.seed);
  const deck = Array.from({ length: context.runs }, () => Object.entries(DEEDS).sort(() => random() - 0.5)).flat();
  const kindOf = (number: number) => deck[number - FIRST]?.[1].kind ?? 'paid';
  const rig = await buildRig({
    databaseUrl: await context.newDatabase(),
    orders: deck.length,
    world: { shopify: { orders: generateOrders(deck.length, Date.now(), FIRST, kindOf) } },
    ...(delay.policy ? { policy: delay.policy } : {}),
  });
  const done: Record<string, number> = {};
  /** By the order's number: the mails that had come when it was meddled with. */
  const mailsBefore = new Map<number, number>();
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
      delay.begin(rig);
      const some = deck.slice(number - FIRST, number - FIRST + AT_ONCE).map(([what, deed], one) => {
        return { number: number + one, what, ...deed };
      });
      for (const one of some) rig.submit(one.number);
      const meddleWith = async (one: (typeof some)[number]) => {
        const name = `#${one.number}`;
        const { state } = rig.world.shopify;
        const { id } = state.order(name);
        const allApproved = () => rig.people.answered - before >= AT_ONCE;
        await waitFor(`the moment for ${name}`, () => delay.isReady(rig, id, allApproved()), 60_000);
        mailsBefore.set(one.number, rig.world.inbox.mails.length);
        one.does(state, name);
        count(done, one.what);
      };
      await Promise.all(some.map(meddleWith));
      const cancelled = some.filter(({ outcome }) => outcome !== 'keeps').map((one) => one.number);
      number += AT_ONCE;
      goOn();
      // What changed goes back to staff, who approve it as it is now; their undo time ends as well.
      const again = setInterval(goOn, 1_000);
      await Promise.all(cancelled.map((one) => rig.allTold(one, one, 30_000))).finally(() => clearInterval(again));
      if (i % 5 === 4) context.progress(`${number - FIRST} orders`);
    }
    const result = await finish(rig, number - 1, done, { allCancelled: false, byHand: true });
    const violations = deck.flatMap(([what, deed], i) =>
      judgeDeed(rig, FIRST + i, what, deed, mailsBefore.get(FIRST + i) ?? 0),
    );
    return { done, verdict: { ...result.verdict, violations: [...result.verdict.violations, ...violations] } };
  } finally {
    await rig.close();
  }
}

function judgeDeed({ world }: Rig, number: number, what: string, { outcome }: Deed, before: number): string[] {
  const name = `#${number}`;
  const isCancelled = world.shopify.state.ledger.some((one) => one.kind === 'cancel' && one.orderName === name);
  if (isCancelled === (outcome === 'keeps')) return [`${name} was ${isCancelled ? '' : 'not '}cancelled: ${what}`];
  const since = world.inbox.mails.slice(before).map(({ subject }) => subject);
  const isAsked = since.some((subject) => subject.endsWith(`: cancel ${name}?`));
  // Calls that were lost too often are told of otherwise, and approved anew as well.
  const isTold = isAsked || since.some((subject) => subject.endsWith(`: ${name} could not be cancelled`));
  if (outcome === 'goes_on' && isAsked) return [`${name}: staff were asked again, though: ${what}`];
  return outcome === 'asks_anew' && !isTold ? [`${name} was cancelled unasked: ${what}`] : [];
}
