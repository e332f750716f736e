/** Ten people, two hundred clicks at the same moment: one decision, and everybody else is told whose. */
import { describe, expect, it } from 'vitest';
import { startDesk } from '../support/desk-under-test.ts';
import { CLICKING, CLICKS, clickAll } from '../support/many-clicks.ts';
import { linkIn, openPage } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { storeKinds } from '../support/stores.ts';
import { storyOf } from '../support/story.ts';
import { generateOrders } from '../world/shopify/seed.ts';

/** `npm run torture` plays 50 of each, on PostgreSQL in three processes. */
const ROUNDS = 5;

describe.each(storeKinds())('many clicks, on %s', (store) => {
  it(`${CLICKS} clicks of ${CLICKING.length} people give one decision, ${ROUNDS} times over`, async () => {
    const desk = await startDesk({
      store,
      policy: PLAIN_POLICY,
      env: { STAFF_EMAILS: CLICKING.join(',') },
      world: {
        shopify: {
          orders: generateOrders(ROUNDS, Date.now(), 1001),
          bucket: { maximumAvailable: 100_000, restoreRate: 10_000 },
        },
      },
    });
    try {
      const story = storyOf(desk);
      for (let number = 1001; number < 1001 + ROUNDS; number += 1) {
        const ref = await story.respond(`#${number}`, `customer-${number}@customer.example`);
        const pages = await Promise.all(
          CLICKING.map(async (person) => openPage(linkIn((await story.mail(person, new RegExp(ref))).text, 'd'))),
        );
        const { decision, violations } = await clickAll(pages, `#${number}`);
        expect(violations).toEqual([]);
        await story.reaches(ref, decision === 'approve' ? 'cancelled' : 'declined');
        const decided = (await story.events(ref)).filter((type) => type === 'approved' || type === 'declined');
        expect(decided).toHaveLength(1);
      }
      const cancelled = (await desk.service.desk.store.records.requests.counts()).cancelled ?? 0;
      expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(cancelled);
    } finally {
      await desk.close();
    }
  }, 240_000);
});
