/** Work sent to a service side by side, and what a process takes. */
import { readFileSync } from 'node:fs';
import { WEBHOOK_SECRET } from '../../test/support/desk-under-test.ts';
import { sendWebhook } from '../../test/support/webhook.ts';

export { WEBHOOK_SECRET };

export async function inParallel(width: number, count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

export interface Sent {
  readonly perSecond: number;
  readonly ms: readonly number[];
  /** By the order's number, on the wall clock. */
  readonly sentAt: ReadonlyMap<number, number>;
}

/** One response for each order from `first` on, over all the services in turn. */
export async function sendResponses(
  origins: readonly string[],
  count: number,
  concurrency: number,
  first: number,
): Promise<Sent> {
  const ms: number[] = [];
  const sentAt = new Map<number, number>();
  const started = performance.now();
  await inParallel(concurrency, count, async (i) => {
    const number = first + i;
    sentAt.set(number, Date.now());
    const before = performance.now();
    const { status } = await sendWebhook(origins[i % origins.length] as string, `bench-${number}`, {
      respondentEmail: `customer-${number}@customer.example`,
      answers: { 'Order number': `#${number}` },
    });
    if (status !== 202) throw new Error(`The webhook answered ${status}`);
    ms.push(performance.now() - before);
  });
  return { perSecond: count / ((performance.now() - started) / 1000), ms, sentAt };
}

/** Linux only; elsewhere the figure is left out. */
export function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
