import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { oweCustomerMail } from './owe-mail.ts';

const BATCH = 100;

/** Ends requests that nobody decided or answered in time; the customer is told. Returns how many ended. */
export async function expireRequests(desk: Desk): Promise<number> {
  const due = await desk.store.records.requests.expired(desk.now(), BATCH);
  for (const request of due) {
    const at = desk.now();
    await desk.store.transaction(async (records) => {
      const moved = await moveRequest(records, request, 'expired', { expiresAt: null }, { actor: 'service', at });
      if (moved !== 'moved') return;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-expired', request.fields.email, at);
    });
  }
  return due.length;
}
