/** Fills a store with made-up requests, for benchmarks of pages over many: one in a hundred still wants staff. */
import type { Order } from '../src/domain/order.ts';
import type { Store } from '../src/records.ts';

const BATCH = 1_000;

export async function fillStore(store: Store, count: number, order: Order): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    await store.transaction(async (records) => {
      for (let i = start; i < Math.min(count, start + BATCH); i += 1) {
        const id = `filled-${i}`;
        const at = Date.parse('2026-01-01T00:00:00Z') + i * 60_000;
        await records.requests.insert({
          id,
          ref: `CR-F${i}`,
          locale: 'en',
          fields: {
            orderReference: `#${i}`,
            email: `customer-${i}@customer.example`,
            name: null,
            phone: null,
            postcode: null,
            reason: null,
            message: null,
          },
          answers: [{ questionId: null, question: 'Order number', values: [`#${i}`] }],
          emailVerified: false,
          origin: 'customer',
          submittedAt: at,
          sourceSubmittedAt: null,
          receivedAt: at,
          digest: id,
          follows: null,
          dueAt: Number.MAX_SAFE_INTEGER,
        });
        const end = i % 100 === 0 ? 'awaiting_decision' : 'declined';
        const created = await records.requests.get(id);
        if (!created) throw new Error(`${id} is missing`);
        const known = { order: { ...order, name: `#${i}` }, orderName: `#${i}` };
        await records.requests.update(created, { status: end, ...known }, at);
      }
    });
  }
}
