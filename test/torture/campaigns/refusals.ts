/** At each write of a story once, the database has no room: what it refused is written later, and nothing left without it. */
import { linkIn, openPage } from '../../support/page.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Campaign } from '../campaign.ts';
import { command } from '../command.ts';
import { count, finish } from '../finish.ts';
import { buildRig, FIRST, LONG_POLICY, type Rig } from '../rig.ts';

const MOST_POINTS = 120;
/** Events are sealed within a second or two after the story. */
const LAST_WRITES_MS = 3_000;

export const failAtWrites: Campaign = {
  name: 'fail-at-every-write',
  about: 'the database refuses a write or commit of a story, each once, and takes the next one',
  full: MOST_POINTS,
  short: 1,
  async run(context) {
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: MOST_POINTS + 1,
      policy: LONG_POLICY,
    });
    const done: Record<string, number> = {};
    let number = FIRST;
    try {
      await rig.start();
      for (let point = 1; point <= Math.min(context.runs, MOST_POINTS); point += 1, number += 1) {
        const what = await refuseOne(rig, number, point);
        if (!what) break;
        count(done, what === 'commit' ? 'commits refused' : 'writes refused');
        if (!rig.child.alive) {
          count(done, 'ended by itself and was started again');
          await rig.restart();
        }
        if (point % 20 === 0) context.progress(`${point} points`);
      }
      rig.child.tell('refuse 0');
      await rig.allTold(FIRST, number - 1, 60_000).catch(() => {});
      const deadLinks = await deadLinksOf(rig);
      const setAside = await command<{ what: string; reason: string }[]>(rig, 'dead', 'list');
      const violations = [...deadLinks, ...setAside.map(({ what, reason }) => `${what} was set aside: ${reason}`)];
      const { verdict } = await finish(rig, number - 1, done);
      return { done, verdict: { ...verdict, violations: [...violations, ...verdict.violations] } };
    } finally {
      await rig.close();
    }
  },
};

/** null: the story had fewer writes. */
async function refuseOne(rig: Rig, number: number, point: number): Promise<string | null> {
  const { child } = rig;
  const before = child.refused.length;
  child.tell(`refuse ${point}`);
  rig.submit(number);
  const isOver = () => !child.alive || rig.told(number).size > 0;
  await waitFor(`#${number}`, isOver, 60_000).catch(() => {});
  const refused = () => child.refused[before] ?? (child.alive ? null : 'the last one');
  return refused() ?? waitFor('the last writes', refused, LAST_WRITES_MS).catch(() => null);
}

/** A link's key is written before its mail goes: one without it would lead nowhere. */
async function deadLinksOf(rig: Rig): Promise<string[]> {
  const found: string[] = [];
  for (const { to, subject, text } of rig.world.inbox.mails) {
    if (!text.includes('/r/')) continue;
    const { status } = await openPage(linkIn(text, 'r'));
    if (status !== 200) found.push(`the link in "${subject}" to ${to} answers ${status}`);
  }
  return found;
}
