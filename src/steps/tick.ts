/** The story's parts in order. Each moves on whatever is due and says how much that was. */

import { EFFECT_KINDS } from '../domain/effect.ts';
import { sealEvents } from './audit.ts';
import type { Desk } from './desk.ts';
import { expireRequests } from './expire.ts';
import { letGo } from './let-go.ts';
import { matchRequests } from './match-requests.ts';
import { noticeClock } from './notice-clock.ts';
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

export function partsOf(desk: Desk): Part[] {
  return [
    {
      name: 'clock',
      run: async () => {
        await noticeClock(desk);
        return 0;
      },
    },
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
    ...EFFECT_KINDS.map((kind) => ({ name: kind, run: () => runEffects(desk, kind) })),
    { name: 'seal', run: () => sealEvents(desk) },
    { name: 'remind', run: () => remindStaff(desk) },
    { name: 'expire', run: () => expireRequests(desk) },
    { name: 'let go', run: () => letGo(desk) },
  ];
}
