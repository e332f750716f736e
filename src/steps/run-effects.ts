import { delayBefore } from '../domain/backoff.ts';
import type { Effect } from '../domain/effect.ts';
import { OutsideError } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';
import { executeCancel } from './execute-cancel.ts';
import { executeChange } from './execute-change.ts';
import { executePart } from './execute-part.ts';
import { executeReturn } from './execute-return.ts';
import { executeHold, executeRelease } from './holds.ts';
import { keepClaim } from './keep-claim.ts';
import { noteRejection } from './note-rejection.ts';
import { isPaused, noteAnswered, noteFailure } from './outages.ts';
import { noteOverdue } from './overdue.ts';
import { noteEffectFault } from './quarantine.ts';
import { executeDiscount, executeRefund, executeTidy } from './refund-and-tidy.ts';
import { sendChat } from './send-chat.ts';
import { sendMail } from './send-mail.ts';
import { sentByNow } from './settling.ts';

/** Claimed and run side by side; SMTP connections and Shopify's bucket are the narrower doors behind. */
const BATCH: Record<Effect['kind'], number> = {
  mail: 16,
  chat: 8,
  shopify_cancel: 8,
  shopify_hold: 8,
  shopify_release: 8,
  shopify_refund: 4,
  shopify_part: 4,
  shopify_return: 4,
  shopify_change: 4,
  shopify_discount: 4,
  shopify_tidy: 4,
};

/** Runs what is due of one kind. Returns how many effects were looked at. */
export async function runEffects(desk: Desk, kind: Effect['kind']): Promise<number> {
  if (kind.startsWith('shopify_') && isPaused(desk, 'shopify')) return 0;
  const { effects } = desk.store.records;
  const claimed = await effects.claim(desk.now(), desk.timings.lease, BATCH[kind], [kind]);
  await Promise.all(claimed.map((effect) => runOne(desk, effect)));
  if (claimed.length > 0) desk.wake();
  return claimed.length;
}

/** A bug in one effect must not stop the others. */
async function runOne(desk: Desk, effect: Effect): Promise<void> {
  try {
    await keepClaim(
      desk,
      (until) => desk.store.records.effects.renew(effect, until),
      () => execute(desk, asOfNow(effect, desk.now())),
    );
    await noteOverdue(desk, effect);
  } catch (error) {
    await noteEffectFault(desk, effect, error);
  }
}

function asOfNow(effect: Effect, now: number): Effect {
  return 'outcome' in effect ? ({ ...effect, outcome: sentByNow(effect.outcome, now) } as Effect) : effect;
}

function execute(desk: Desk, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case 'mail':
      return sendMail(desk, effect);
    case 'chat':
      return sendChat(desk, effect);
    case 'shopify_cancel':
      return executeCancel(desk, effect);
    case 'shopify_hold':
      return retryLater(desk, effect, () => executeHold(desk, effect));
    case 'shopify_release':
      return retryLater(desk, effect, () => executeRelease(desk, effect));
    case 'shopify_refund':
      return retryLater(desk, effect, () => executeRefund(desk, effect));
    case 'shopify_part':
      return retryLater(desk, effect, () => executePart(desk, effect));
    case 'shopify_return':
      return retryLater(desk, effect, () => executeReturn(desk, effect));
    case 'shopify_change':
      return retryLater(desk, effect, () => executeChange(desk, effect));
    case 'shopify_discount':
      return retryLater(desk, effect, () => executeDiscount(desk, effect));
    case 'shopify_tidy':
      return retryLater(desk, effect, () => executeTidy(desk, effect));
  }
}

/** For what can simply be run again: whatever came of the last try, the next one looks first. */
async function retryLater(desk: Desk, effect: Effect, work: () => Promise<void>): Promise<void> {
  try {
    await noteAnswered(desk, work);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await noteFailure(desk, error);
    if (error.fault === 'rejected' && (await noteRejection(desk, effect, error))) return;
    // Asked to wait, it was not tried.
    const attempts = error.fault === 'throttled' ? effect.attempts : effect.attempts + 1;
    const wait = error.retryAfter ?? delayBefore(effect.attempts + 1, desk.timings.retry, Math.random());
    // The state as it was: what has been sent is not as if it never had.
    const result = { state: effect.state, attempts, dueAt: desk.now() + wait, lastError: error.message };
    await desk.store.records.effects.settle(effect, result, desk.now());
  }
}
