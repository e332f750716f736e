import { setImmediate } from 'node:timers/promises';
import type { IncomingResponse } from '../domain/response.ts';
import { ConflictError, type Records } from '../records.ts';
import type { Desk } from './desk.ts';
import { takeResponse } from './intake.ts';
import { keepResponse } from './quarantine.ts';

/** Stored in one transaction, as many as have come while the one before it was written. */
const BATCH = 50;

/**
 * Stores a response that was pushed to us and returns the request's ref, only after the commit.
 * The same webhook id again, or the same response, gives the same ref.
 */
export type TakeWebhook = (webhookId: string, response: IncomingResponse) => Promise<string>;

interface Waiting {
  readonly webhookId: string;
  readonly response: IncomingResponse;
  readonly resolve: (ref: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A commit is what a database is slow at: many callers at once share one. Nobody waits for others to come. */
export function createTakeWebhook(desk: Desk): TakeWebhook {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      // Whoever has sent already is let in: the embedded database never leaves a turn to the network by itself.
      await setImmediate();
      await takeBatch(desk, waiting.splice(0, BATCH));
    }
    isWriting = false;
  }

  return (webhookId, response) =>
    new Promise((resolve, reject) => {
      waiting.push({ webhookId, response, resolve, reject });
      if (!isWriting) void writeAll();
    });
}

/** Never rejects: each caller is told what became of their own. */
async function takeBatch(desk: Desk, batch: readonly Waiting[]): Promise<void> {
  try {
    const refs = await desk.store.transaction(async (records) => {
      const taken: string[] = [];
      for (const { webhookId, response } of batch) taken.push(await takeOne(desk, records, webhookId, response));
      return taken;
    });
    desk.wake();
    for (const [i, { resolve }] of batch.entries()) resolve(refs[i] as string);
  } catch (error) {
    const [only] = batch;
    if (batch.length === 1) return void (await takeAlone(desk, only as Waiting, error));
    // One that can't be stored must not keep the others out.
    for (const one of batch) await takeBatch(desk, [one]);
  }
}

/** Two deliveries of one response at the same moment: the loser finds the winner's. */
async function takeAlone(desk: Desk, { webhookId, response, resolve, reject }: Waiting, first: unknown): Promise<void> {
  let error = first;
  for (let attempt = 2; attempt <= 3 && error instanceof ConflictError; attempt += 1) {
    try {
      resolve(await desk.store.transaction((records) => takeOne(desk, records, webhookId, response)));
      desk.wake();
      return;
    } catch (next) {
      error = next;
    }
  }
  // The sender is told that it failed, and may send it again; it is kept all the same.
  await keepResponse(desk, response, error).then(
    () => reject(error),
    (another: unknown) => reject(another),
  );
}

async function takeOne(desk: Desk, records: Records, webhookId: string, response: IncomingResponse): Promise<string> {
  await records.lock(`webhook ${webhookId}`);
  const earlier = await records.responses.requestOfDelivery(webhookId);
  const requestId = earlier ?? (await storeOnce(desk, records, response));
  if (!earlier) await records.responses.insertDelivery(webhookId, requestId, desk.now());
  const request = await records.requests.get(requestId);
  if (!request) throw new Error('The request of a stored response is missing');
  return request.ref;
}

async function storeOnce(desk: Desk, records: Records, response: IncomingResponse): Promise<string> {
  const stored = await records.responses.stored(response.source, response.sourceId, [response]);
  const known = stored.has(`${response.externalId} ${response.revision}`)
    ? await records.responses.knownRequest(response.source, response.sourceId, response.externalId, null)
    : null;
  return known?.requestId ?? takeResponse(desk, records, response);
}
