/** Ten people, two hundred clicks at the same moment: one decision, and everybody else is told whose. */
import { describe, expect, it } from 'vitest';
import { startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { storeKinds } from '../support/stores.ts';
import { storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { generateOrders } from '../world/shopify/seed.ts';

const PEOPLE = 10;
const CLICKS = 200;
/** Fewer where each takes longer: both databases decide by the same guarded statement. */
const ROUNDS = { sqlite: 50, postgres: 10 };

/** Each click from a place of its own: refusals are limited by address, and that is another test. */
const visitor = (i: number) => `198.51.100.${i}`;

describe.each(storeKinds())('many clicks, on %s', (store) => {
  it(`${CLICKS} clicks of ${PEOPLE} people give one decision, ${ROUNDS[store]} times over`, async () => {
    const rounds = ROUNDS[store];
    const staff = Array.from({ length: PEOPLE }, (_, i) => `person-${i}@pine-and-loom.example`);
    const desk = await startDesk({
      store,
      policy: PLAIN_POLICY,
      env: { STAFF_EMAILS: staff.join(',') },
      world: {
        shopify: {
          orders: generateOrders(rounds, Date.now(), 1001),
          bucket: { maximumAvailable: 100_000, restoreRate: 10_000 },
        },
      },
    });
    try {
      const story = storyOf(desk);
      for (let round = 0; round < rounds; round += 1) {
        const number = 1001 + round;
        const ref = await story.respond(`#${number}`, `customer-${number}@customer.example`);
        const pages = await Promise.all(
          staff.map(async (person) => openPage(linkIn((await story.mail(person, new RegExp(ref))).text, 'd'))),
        );
        const answers = await Promise.all(
          Array.from({ length: CLICKS }, (_, i) => {
            const page = pages[i % PEOPLE];
            if (!page) throw new Error('no page');
            return i % 2
              ? sendForm(page, { decision: 'approve', confirm: String(number) }, visitor(i))
              : sendForm(page, { decision: 'decline', reason: `no, says click ${i}` }, visitor(i));
          }),
        );
        const request = await waitFor('its end', async () => {
          const found = await story.request(ref);
          return found && ['cancelled', 'declined'].includes(found.status) ? found : null;
        });
        const decided = (await story.events(ref)).filter((type) => type === 'approved' || type === 'declined');
        expect(decided).toHaveLength(1);
        // A redirect to the decided page is the winner's; the others are refused and shown who decided.
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        for (const answer of answers) expect([200, 404, 409]).toContain(answer.status);
        for (const answer of answers.filter(({ status }) => status !== 404)) {
          expect(answer.html).toContain(request.decision?.by ?? '?');
        }
      }
      const cancelled = (await desk.service.desk.store.records.requests.counts()).cancelled ?? 0;
      expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(cancelled);
    } finally {
      await desk.close();
    }
  }, 240_000);
});
