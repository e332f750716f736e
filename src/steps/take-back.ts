import type { Records } from '../records.ts';

const DOES_SOMETHING = new Set(['shopify_cancel', 'shopify_part', 'shopify_return', 'shopify_change']);

/**
 * Takes an approval's effect back, as long as nobody has begun on it. The fence is raised by every claim, so whoever has
 * claimed it meanwhile makes this fail.
 */
export async function takeBack(records: Records, requestId: string, at: number): Promise<boolean> {
  const owed = await records.effects.byRequest(requestId);
  const effect = owed.find((one) => DOES_SOMETHING.has(one.kind) && one.state === 'pending');
  if (!effect || (effect.kind === 'shopify_cancel' && effect.outcome.calls > 0)) return false;
  return records.effects.settle(effect, { state: 'skipped', lastError: 'taken back' }, at);
}
