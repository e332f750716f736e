/** Spam by webhook as fast as the service takes it, and one real customer in the middle of it. Times are those of production. */
import { inParallel, residentMb } from '../../../scripts/bench/load.ts';
import { TIMINGS } from '../../../src/steps/desk.ts';
import { waitFor } from '../../support/wait-for.ts';
import { sendWebhook } from '../../support/webhook.ts';
import { seededRandom } from '../../world/faults.ts';
import type { ReceivedMail } from '../../world/mail/inbox.ts';
import type { Campaign } from '../campaign.ts';
import { count, stopChild } from '../finish.ts';
import { judge, withStore } from '../judge.ts';
import { type Answering, APPROVING, CONFIRMING } from '../people.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

const SENDERS = 32;
const ORDERS = 1_000;
/** Whose order and address the spammer knows together. */
const GIVEN_AWAY = 20;
const VICTIMS = 5;
/** As Shopify grants an ordinary plan. */
const BUCKET = { maximumAvailable: 2_000, restoreRate: 100 };
const REAL = FIRST + ORDERS;
const REAL_CUSTOMER = `customer-${REAL}@customer.example`;
const HANDLED_WITHIN_MS = 5 * 60_000;
const DIGEST_MS = 15 * 60_000;
/** The limits of the built-in policy: receipts for one address and mails to staff, in an hour, and questions to an order's owner. */
const LIMITS = { receipts: 5, staffMails: 30, confirmations: 3 };

/** Of all owners only the one who did ask. */
const CONFIRMS: Answering = { ...CONFIRMING, asks: new RegExp(`^Was it you\\? Cancelling order (#${REAL})`) };

export const flood: Campaign = {
  name: 'flood',
  about:
    'spam by webhook as fast as it is taken, from many addresses for many orders, and one customer in the middle of it',
  full: 50_000,
  // story/flood.test.ts is its short form.
  short: 0,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: ORDERS + 1,
      policy: 'hold: true\n',
      world: { shopify: { bucket: BUCKET } },
      env: { TORTURE_TIMINGS: JSON.stringify(TIMINGS) },
      answering: [APPROVING, CONFIRMS],
    });
    const done: Record<string, number> = {};
    let megabytes = 0;
    const watching = setInterval(() => {
      megabytes = Math.max(megabytes, residentMb(rig.child.pid) || 0);
    }, 500);
    try {
      await rig.start();
      const began = Date.now();
      const realAt = await sendFlood(rig, context.runs, seededRandom(context.seed), done);
      done['seconds until all were taken'] = secondsSince(began);
      context.progress(`all taken in ${secondsSince(began)} s`);
      const staffMail = await rig.world.inbox
        .waitFor('to staff of the real customer', ({ subject }) => subject.endsWith(`: cancel #${REAL}?`), 1_200_000)
        .catch(() => null);
      const waited = (staffMail?.at ?? Number.POSITIVE_INFINITY) - realAt;
      done['seconds from the real customer to staff'] = Math.round(waited / 1000);
      context.progress(`staff told of the real customer after ${Math.round(waited / 1000)} s`);
      await workedOff(rig);
      done['seconds until all were worked off'] = secondsSince(began);
      await rig.allTold(REAL, REAL, 60_000).catch(() => {});
      done['MB resident at most'] = Math.round(megabytes);
      await stopChild(rig);
      const late = waited <= HANDLED_WITHIN_MS ? [] : [`staff were told of the real customer after ${waited} ms`];
      const { violations, ...verdict } = await judge(rig, { allCancelled: false, isListed: true });
      const taken = done['spam taken'] ?? 0;
      const lost = await lostOf(rig, taken + 1);
      const mails = judgeMails(rig.world.inbox.mails, Date.now() - began);
      const untold = rig.told(REAL).size === 1 ? [] : ['the real customer was not told once'];
      return {
        done,
        verdict: {
          ...verdict,
          responses: taken + 1,
          violations: [...violations, ...late, ...lost, ...mails, ...untold],
        },
      };
    } finally {
      clearInterval(watching);
      await rig.close();
    }
  },
};

/** Returns when the real customer's response was sent. */
async function sendFlood(
  rig: Rig,
  responses: number,
  random: () => number,
  done: Record<string, number>,
): Promise<number> {
  const origin = rig.env.BASE_URL ?? '';
  let realAt = 0;
  await inParallel(SENDERS, responses, async (i) => {
    if (i === Math.floor(responses / 2)) {
      realAt = Date.now();
      await send(origin, 'real', REAL_CUSTOMER, REAL);
    }
    const spam = spamOf(i, random);
    const { status } = await send(origin, `spam-${i}`, spam.from, spam.number);
    count(done, status === 202 ? 'spam taken' : 'spam refused');
  });
  return realAt;
}

async function send(origin: string, id: string, from: string, number: number): Promise<{ status: number }> {
  const answers = { 'Order number': `#${number}`, 'Anything else?': id };
  return sendWebhook(origin, id, { respondentEmail: from, answers });
}

/** Half of it for orders that don't exist; the rest for other people's, in strangers' names, victims' or the owners' own. */
function spamOf(i: number, random: () => number): { from: string; number: number } {
  const some = (most: number) => Math.floor(random() * most);
  const kind = random();
  if (kind < 0.05) {
    const number = FIRST + some(GIVEN_AWAY);
    return { from: `customer-${number}@customer.example`, number };
  }
  const from = kind < 0.25 ? `victim-${some(VICTIMS)}@customer.example` : `spam-${i}@evil.example`;
  return { from, number: kind < 0.5 ? FIRST + GIVEN_AWAY + some(ORDERS - GIVEN_AWAY) : 700_000 + some(50_000) };
}

async function workedOff(rig: Rig): Promise<void> {
  await withStore(rig, ({ records }) =>
    waitFor('all to be looked at', async () => !(await records.requests.counts(['received'])).received, 3_600_000),
  );
}

async function lostOf(rig: Rig, taken: number): Promise<string[]> {
  const counts = await withStore(rig, ({ records }) => records.requests.counts());
  const requests = Object.values(counts).reduce((sum, some) => sum + some, 0);
  return requests === taken ? [] : [`${taken} responses were taken, and there are ${requests} requests`];
}

function judgeMails(mails: readonly ReceivedMail[], ms: number): string[] {
  const violations: string[] = [];
  const most = (what: string, found: number, limit: number) => {
    if (found > limit) violations.push(`${found} ${what}, where ${limit} may be`);
  };
  const others = mails.filter(({ subject }) => !subject.includes(`#${REAL}`));
  for (const [to, all] of Map.groupBy(others, (mail) => mail.to)) {
    const times = (about: RegExp) => all.filter(({ subject }) => about.test(subject)).length;
    const hours = Math.ceil(ms / (4 * DIGEST_MS));
    if (to.startsWith('sam@')) {
      most('mails to staff of one request', times(/which order|: cancel/), LIMITS.staffMails * hours);
      most('lists to staff', times(/requests? waits?$/), Math.floor(ms / DIGEST_MS) + 1);
      continue;
    }
    most(`receipts to ${to}`, times(/^We have your/), LIMITS.receipts * hours);
    // Strangers' claims and the owner's own are counted apart.
    most(`questions to ${to}`, times(/^Was it you/), 2 * LIMITS.confirmations);
  }
  return violations;
}

function secondsSince(at: number): number {
  return Math.round((Date.now() - at) / 1000);
}
