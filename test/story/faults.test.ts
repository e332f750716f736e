/** Requests while a fifth of all calls to Shopify, Google and the mail server go wrong. The world's ledger judges. */
import { describe, expect, it } from 'vitest';
import { isEnded } from '../../src/domain/lifecycle.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { generateOrders } from '../world/shopify/seed.ts';

/** `npm run torture` plays more. */
const REQUESTS = 40;
const SEED = 20_261_123;

describe.each(storeKinds())('a fifth of everything goes wrong, on %s', (store) => {
  it('cancels each approved order once and tells each customer once', async () => {
    const desk = await startDesk({
      store,
      sources: ['forms', 'sheets'],
      world: {
        seed: SEED,
        shopify: {
          orders: generateOrders(REQUESTS, Date.now(), 1001),
          jobMs: 5,
          bucket: { maximumAvailable: 20_000, restoreRate: 2_000 },
        },
      },
    });
    try {
      breakEverything(desk);
      for (let i = 0; i < REQUESTS; i += 1) {
        const number = 1001 + i;
        desk.world.google.form.submit(`customer-${number}@customer.example`, { '1a2b3c01': `#${number}` });
      }
      const { requests } = desk.service.desk.store.records;
      await waitFor(
        `${REQUESTS} requests to wait for a decision`,
        async () => (await requests.counts()).awaiting_decision === REQUESTS,
        60_000,
      );
      await approveAll(desk);
      await waitFor(
        'every request to end',
        async () => (await requests.list({ limit: 1_000 })).every((request) => isEnded(request.status)),
        150_000,
      );
      await waitFor(
        'every mail to be sent',
        async () => (await desk.service.desk.store.records.effects.countOpen()) === 0,
        60_000,
      );
      desk.world.shopify.faults.clear();

      expect(await requests.counts()).toEqual({ cancelled: REQUESTS });
      for (const kind of ['cancel', 'refund'] as const) {
        const orders = desk.world.shopify.state.ledger
          .filter((entry) => entry.kind === kind)
          .map((entry) => entry.orderName);
        expect(orders).toHaveLength(REQUESTS);
        expect(new Set(orders).size).toBe(REQUESTS);
      }
      // A lost "250" may bring a mail twice, under one Message-ID: mail programs show it once.
      const told = desk.world.inbox.mails.filter((mail) => /is cancelled/.test(mail.subject));
      const messages = new Map(told.map((mail) => [mail.messageId, mail.to]));
      expect(messages.size).toBe(REQUESTS);
      expect(new Set(messages.values()).size).toBe(REQUESTS);
      const struck = desk.world.shopify.requests.filter((request) => request.outcome !== 'ok').length;
      expect(struck).toBeGreaterThan(REQUESTS / 2);
    } catch (error) {
      console.error(`seed ${SEED}`);
      throw error;
    } finally {
      await desk.close();
    }
  }, 240_000);
});

function breakEverything({ world }: DeskUnderTest): void {
  const shopify = [
    'throttled',
    'http_429',
    'http_500',
    'reset',
    'reset_after',
    'http_500_after',
    'garbled_after',
  ] as const;
  world.shopify.faults.set(...shopify.map((kind) => ({ kind, rate: 0.2 / shopify.length })));
  world.google.faults.set(
    { kind: 'http_503', rate: 0.1 },
    { kind: 'reset', rate: 0.05 },
    { kind: 'duplicated', rate: 0.05 },
  );
  world.inbox.faults.set({ kind: 'later', rate: 0.1 }, { kind: 'drop_after', rate: 0.1 });
}

async function approveAll({ world }: DeskUnderTest): Promise<void> {
  const approved = new Set<string>();
  await waitFor(
    `${REQUESTS} approvals`,
    async () => {
      for (const mail of [...world.inbox.mails]) {
        const number = /cancel #(\d+)\?/.exec(mail.subject)?.[1];
        if (!number || approved.has(number)) continue;
        const page = await openPage(linkIn(mail.text, 'd'));
        if (!page.buttons.includes('approve')) continue;
        const answer = await sendForm(page, { decision: 'approve', confirm: number });
        if (answer.html.includes('approved it')) approved.add(number);
      }
      return approved.size === REQUESTS;
    },
    90_000,
  );
}
