import { setImmediate } from 'node:timers/promises';
import type { IncomingResponse } from '../domain/response.ts';
import { ConflictError } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { hashToken } from './ids.ts';
import { takeResponses } from './intake.ts';
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
    const refs = await takeDeliveries(desk, batch);
    desk.wake();
    for (const { webhookId, resolve } of batch) resolve(refs.get(webhookId) as string);
  } catch (error) {
    if (desk.store.isAway(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    const [only] = batch;
    if (batch.length === 1) return void (await takeAlone(desk, only as Waiting, error));
    // One that can't be stored must not keep the others out.
    for (const one of batch) await takeBatch(desk, [one]);
  }
}

/** Two deliveries of one response at the same moment: the loser finds the winner's. */
async function takeAlone(desk: Desk, one: Waiting, first: unknown): Promise<void> {
  const { webhookId, response, resolve, reject } = one;
  let error = first;
  for (let attempt = 2; attempt <= 3 && error instanceof ConflictError; attempt += 1) {
    try {
      resolve((await takeDeliveries(desk, [one])).get(webhookId) as string);
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

/** Refs by webhook id. */
async function takeDeliveries(desk: Desk, batch: readonly Waiting[]): Promise<Map<string, string>> {
  const keys = new Map(batch.map(({ webhookId }) => [webhookId, hashToken(webhookId)]));
  const refs = await takeKeyed(desk, new Map(batch.map((one) => [keys.get(one.webhookId) as string, one.response])));
  return new Map([...keys].map(([webhookId, key]) => [webhookId, refs.get(key) as string]));
}

/** By the digests of their ids: a sender may make ids of addresses, and these are kept beyond an erasure. */
async function takeKeyed(desk: Desk, responses: ReadonlyMap<string, IncomingResponse>): Promise<Map<string, string>> {
  const ids = [...responses.keys()];
  return desk.store.transaction(async (records) => {
    await records.lock(...ids.map((id) => `webhook ${id}`));
    const requestsOf = await records.responses.requestsOfDeliveries(ids);
    const fresh = ids.filter((id) => !requestsOf.has(id));
    const taken = await takeResponses(
      desk,
      records,
      fresh.map((id) => responses.get(id) as IncomingResponse),
    );
    const made = new Map(fresh.map((id, i) => [id, taken[i] as string]));
    await records.responses.insertDeliveries(made, desk.now());
    const refs = await records.requests.refs([...requestsOf.values(), ...made.values()]);
    return new Map(
      ids.map((id) => {
        const ref = refs.get(requestsOf.get(id) ?? made.get(id) ?? '');
        if (!ref) throw new Error('The request of a stored response is missing');
        return [id, ref];
      }),
    );
  });
}
