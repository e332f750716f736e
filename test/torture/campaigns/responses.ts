/** Responses twice, late, out of order and edited, by form and sheet, with the service killed in mid-poll. */
import { waitFor } from '../../support/wait-for.ts';
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish, pause } from '../finish.ts';
import { buildRig, FIRST } from '../rig.ts';

const BURST = 20;
const HOUR_MS = 60 * 60_000;

export const responses: Campaign = {
  name: 'responses-in-disorder',
  about:
    'form and sheet bring the same responses, pages come twice and in any order, some late, some edited; killed in mid-poll',
  full: 30,
  short: 1,
  async run(context) {
    const total = context.runs * BURST;
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: total,
      nobodyAnswers: true,
      world: { seed: context.seed, google: { pageSize: 7 } },
      env: { GOOGLE_SHEET_ID: '1demoSheet' },
    });
    const { form, faults } = rig.world.google;
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    let number = FIRST;
    try {
      await rig.start();
      for (let i = 0; i < context.runs; i += 1) {
        faults.set({ kind: 'duplicated', rate: 0.3 }, { kind: 'http_503', rate: 0.05 }, { kind: 'reset', rate: 0.05 });
        let left = 1 + Math.floor(random() * 6);
        rig.onCall = (outside) => {
          if (outside !== 'google' || left === 0) return;
          left -= 1;
          if (left === 0) rig.child.signal('SIGKILL');
        };
        for (let one = 0; one < BURST; one += 1, number += 1) {
          if (random() < 0.1) {
            late(number, random() * 20 * HOUR_MS);
            count(done, 'late');
          } else rig.submit(number);
        }
        await rig.child.ended;
        rig.onCall = null;
        count(done, 'kills in mid-poll');
        await rig.restart();
        // Whether the desk has seen them yet or not.
        for (let one = 0; one < BURST / 4; one += 1) {
          const response = form.responses[Math.floor(random() * form.responses.length)];
          if (!response || response.responseId.startsWith('late')) continue;
          form.edit(response.responseId, { '1a2b3c04': `Edited: ${random()}` });
          count(done, 'edits');
        }
        await pause(random() * 300);
        if (i % 10 === 9) context.progress(`${number - FIRST} responses`);
      }
      faults.clear();
      rig.people.resume();
      await waitFor('the last approval', () => rig.people.answered >= total, 600_000);
      return await finish(rig, number - 1, done);
    } finally {
      await rig.close();
    }

    /** Google shows it only now, with the moment at which it was sent. */
    function late(of: number, ms: number): void {
      const at = new Date(Date.now() - ms).toISOString();
      form.responses.push({
        responseId: `late${of}`,
        createTime: at,
        lastSubmittedTime: at,
        respondentEmail: `customer-${of}@customer.example`,
        answers: { '1a2b3c01': [`#${of}`] },
      });
    }
  },
};
