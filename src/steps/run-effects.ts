import type { Effect } from '../domain/effect.ts';
import type { Desk } from './desk.ts';
import { executeCancel } from './execute-cancel.ts';
import { isPaused } from './outages.ts';
import { sendMail } from './send-mail.ts';

/** Claimed and run side by side; SMTP connections and Shopify's bucket are the narrower doors behind. */
const BATCH = { mail: 16, shopify_cancel: 8 } as const;

/** Runs what is due of one kind. Returns how many effects were looked at. */
export async function runEffects(desk: Desk, kind: Effect['kind']): Promise<number> {
  if (kind === 'shopify_cancel' && isPaused(desk, 'shopify')) return 0;
  const { effects } = desk.store.records;
  const claimed = await effects.claim(desk.now(), desk.timings.lease, BATCH[kind], [kind]);
  await Promise.all(claimed.map((effect) => runOne(desk, effect)));
  if (claimed.length > 0) desk.wake();
  return claimed.length;
}

/** A bug in one effect must not stop the others: it is logged, and its row is looked at again when the lease ends. */
async function runOne(desk: Desk, effect: Effect): Promise<void> {
  try {
    await (effect.kind === 'mail' ? sendMail(desk, effect) : executeCancel(desk, effect));
  } catch (error) {
    desk.log.error({ effect: effect.id, kind: effect.kind, error: describe(error) }, 'effect failed unexpectedly');
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
