/** Everybody decides at the same moment, in as many processes as may serve pages: one decision holds. */
import { freePort } from '../../../scripts/service-process.ts';
import { CLICKING, CLICKS, clickAll } from '../../support/many-clicks.ts';
import { linkIn, openPage, type PageForm } from '../../support/page.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Campaign } from '../campaign.ts';
import { count, stopChild } from '../finish.ts';
import { judge } from '../judge.ts';
import { buildRig, FIRST, type Rig } from '../rig.ts';

/** With the first, which has the worker too. The embedded database has one process. */
const PROCESSES = { postgres: 3, sqlite: 1 };

export const manyClicks: Campaign = {
  name: 'many-clicks',
  about: `${CLICKS} clicks of ${CLICKING.length} people at the same moment, on PostgreSQL in three processes`,
  full: 50,
  // web/many-clicks.test.ts is its short form.
  short: 0,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: context.runs,
      env: { STAFF_EMAILS: CLICKING.join(',') },
      nobodyAnswers: true,
    });
    const done: Record<string, number> = {};
    const violations: string[] = [];
    const approved = new Set<string>();
    try {
      await rig.start();
      const origins = [rig.env.BASE_URL ?? ''];
      while (origins.length < PROCESSES[context.database]) origins.push(await startPages(rig));
      for (let number = FIRST; number < FIRST + context.runs; number += 1) {
        const name = `#${number}`;
        rig.submit(number);
        const { decision, violations: wrong } = await clickAll(await pagesOf(rig, name, origins), name);
        violations.push(...wrong);
        count(done, 'clicks', CLICKS);
        if (decision) count(done, decision === 'approve' ? 'approvals won' : 'refusals won');
        if (decision === 'approve') {
          approved.add(name);
          await rig.allTold(number, number);
        } else await toldOfRefusal(rig, number);
        if (number % 10 === 0) context.progress(`${number - FIRST} rounds`);
      }
      await stopChild(rig);
      const verdict = await judge(rig, { allCancelled: false });
      const cancelled = new Set(
        rig.world.shopify.state.ledger.filter(({ kind }) => kind === 'cancel').map(({ orderName }) => orderName),
      );
      const wrong = [...cancelled.symmetricDifference(approved)].map((name) => `${name}: not what was decided first`);
      return { done, verdict: { ...verdict, violations: [...verdict.violations, ...violations, ...wrong] } };
    } finally {
      await rig.close();
    }
  },
};

/** Under an address of its own, as behind a proxy that shares people out. */
async function startPages(rig: Rig): Promise<string> {
  const port = await freePort(0);
  const origin = `http://127.0.0.1:${port}`;
  await rig.load('web', { PORT: String(port), BASE_URL: origin }).go();
  return origin;
}

function pagesOf(rig: Rig, orderName: string, origins: readonly string[]): Promise<PageForm[]> {
  return Promise.all(
    CLICKING.map(async (person, i) => {
      const mail = await rig.world.inbox.waitFor(
        `to ${person} about ${orderName}`,
        ({ to, subject }) => to === person && subject.endsWith(`: cancel ${orderName}?`),
        30_000,
      );
      const { pathname } = new URL(linkIn(mail.text, 'd'));
      return openPage(`${origins[i % origins.length]}${pathname}`);
    }),
  );
}

async function toldOfRefusal(rig: Rig, number: number): Promise<void> {
  const to = `customer-${number}@customer.example`;
  await waitFor(`${to} to be told`, () =>
    rig.world.inbox.mails.some((mail) => mail.to === to && mail.subject.startsWith('About your cancellation request')),
  );
}
