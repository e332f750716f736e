/** The story's parts in order. Each moves on whatever is due and says how much that was. */
import type { Desk } from './desk.ts';
import { expireRequests } from './expire.ts';
import { matchRequests } from './match-requests.ts';
import { pollSource } from './poll-source.ts';
import { retakeResponses } from './quarantine.ts';
import { remindStaff } from './remind.ts';
import { runEffects } from './run-effects.ts';
import { sweepRisk } from './sweep-risk.ts';

export interface Part {
  readonly name: string;
  /** Returns how much was done; above zero it is asked again at once. */
  readonly run: () => Promise<number>;
}

const SHOP_EFFECTS = [
  'shopify_hold',
  'shopify_cancel',
  'shopify_part',
  'shopify_return',
  'shopify_refund',
  'shopify_tidy',
  'shopify_release',
] as const;

export function partsOf(desk: Desk): Part[] {
  return [
    ...desk.sources.map((source) => ({
      name: `poll ${source.kind}`,
      // A poll takes everything there is: asking again at once would only find it not due.
      run: async () => {
        await pollSource(desk, source);
        return 0;
      },
    })),
    { name: 'retake', run: () => retakeResponses(desk) },
    { name: 'match', run: () => matchRequests(desk) },
    { name: 'sweep', run: () => sweepRisk(desk) },
    ...SHOP_EFFECTS.map((kind) => ({ name: kind, run: () => runEffects(desk, kind) })),
    { name: 'mail', run: () => runEffects(desk, 'mail') },
    { name: 'remind', run: () => remindStaff(desk) },
    { name: 'expire', run: () => expireRequests(desk) },
  ];
}
