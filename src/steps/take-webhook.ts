import type { IncomingResponse } from '../domain/response.ts';
import { ConflictError } from '../records.ts';
import type { Desk } from './desk.ts';
import { takeResponse } from './intake.ts';
import { keepResponse } from './quarantine.ts';

/**
 * Stores a response that was pushed to us and returns the request's ref, only after the commit.
 * The same webhook id again, or the same response, gives the same ref.
 */
export async function takeWebhook(desk: Desk, webhookId: string, response: IncomingResponse): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const ref = await desk.store.transaction(async (records) => {
        await records.lock(`webhook ${webhookId}`);
        const earlier = await records.responses.requestOfDelivery(webhookId);
        const requestId = earlier ?? (await storeOnce());
        if (!earlier) await records.responses.insertDelivery(webhookId, requestId, desk.now());
        return (await records.requests.get(requestId))?.ref;

        async function storeOnce(): Promise<string> {
          const stored = await records.responses.stored(response.source, response.sourceId, [response]);
          const known = stored.has(`${response.externalId} ${response.revision}`)
            ? await records.responses.knownRequest(response.source, response.sourceId, response.externalId)
            : null;
          return known?.requestId ?? takeResponse(desk, records, response);
        }
      });
      if (!ref) throw new Error('The request of a stored response is missing');
      desk.wake();
      return ref;
    } catch (error) {
      // Two deliveries of one response at the same moment: the loser finds the winner's.
      if (error instanceof ConflictError && attempt < 3) continue;
      // The sender is told that it failed, and may send it again; it is kept all the same.
      await keepResponse(desk, response, error);
      throw error;
    }
  }
}
