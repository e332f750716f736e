/** A request straight in a store, without a story before it. */
import type { CancellationRequest } from '../../src/domain/cancellation-request.ts';
import type { Records } from '../../src/records/store.ts';

export const NOW = Date.parse('2026-11-23T08:00:00Z');

export function insertRequest(records: Records, id: string): Promise<void> {
  return records.requests.insert({
    id,
    ref: `CR-${id}`,
    locale: 'en',
    fields: {
      orderReference: '#1001',
      email: 'ana@customer.example',
      name: null,
      phone: null,
      postcode: null,
      reason: null,
      message: null,
    },
    answers: [{ questionId: null, question: 'Order', values: ['#1001', 'ä "quoted" '] }],
    emailVerified: true,
    submittedAt: NOW - 5,
    sourceSubmittedAt: NOW - 5,
    receivedAt: NOW,
    origin: 'customer',
    dueAt: NOW,
    digest: 'd',
    follows: null,
  });
}

export async function mustGet(records: Records, id: string): Promise<CancellationRequest> {
  const request = await records.requests.get(id);
  if (!request) throw new Error(`no request ${id}`);
  return request;
}
