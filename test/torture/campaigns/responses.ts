/** Responses twice, late, out of order and edited, by form, sheet and script, with the service killed in mid-poll. */
import { seededRandom } from '../../world/faults.ts';
import type { Campaign } from '../campaign.ts';
import { count, finish, pause, untilNoneIsLeft } from '../finish.ts';
import { withStore } from '../judge.ts';
import { APPROVING, CONFIRMING } from '../people.ts';
import { buildRig, FIRST } from '../rig.ts';
import { startScript } from '../script-in-form.ts';

const BURST = 20;
const HOUR_MS = 60 * 60_000;

export const responses: Campaign = {
  name: 'responses-in-disorder',
  about:
    'form, sheet and, half of the time, the script bring the same responses; twice, in any order, some late or edited, twenty in one second; killed in mid-poll',
  full: 100,
  short: 1,
  async run(context) {
    const total = context.runs * BURST;
    const rig = await buildRig({
      databaseUrl: await context.newDatabase(),
      orders: total,
      answering: [APPROVING, CONFIRMING],
      nobodyAnswers: true,
      world: { seed: context.seed, google: { pageSize: 7 } },
      env: { GOOGLE_SHEET_ID: '1demoSheet' },
    });
    const { form, faults } = rig.world.google;
    const random = seededRandom(context.seed);
    const done: Record<string, number> = {};
    const script = startScript(form, rig.env.BASE_URL ?? '');
    let number = FIRST;
    try {
      await rig.start();
      for (let i = 0; i < context.runs; i += 1) {
        faults.set(
          { kind: 'duplicated', rate: 0.3 },
          { kind: 'http_503', rate: 0.05 },
          { kind: 'http_429', rate: 0.02 },
          { kind: 'reset', rate: 0.05 },
        );
        const isScriptOn = random() < 0.5;
        const push = (responseId: string, what: string) => {
          if (!isScriptOn) return;
          script.onResponse(responseId);
          count(done, `${what} by script too`);
        };
        const lateAt = Date.now() - random() * 20 * HOUR_MS;
        let left = 1 + Math.floor(random() * 6);
        rig.onCall = (outside) => {
          if (outside !== 'google' || left === 0) return;
          left -= 1;
          if (left === 0) rig.child.signal('SIGKILL');
        };
        for (let one = 0; one < BURST; one += 1, number += 1) {
          if (random() < 0.1) {
            late(number, lateAt);
            count(done, 'late');
          } else push(rig.submit(number), 'sent');
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
          push(response.responseId, 'edited');
        }
        await pause(random() * 300);
        if (i % 10 === 9) context.progress(`${number - FIRST} responses`);
      }
      faults.clear();
      await untilNoneIsLeft('the script to be rid of one more', () => script.waiting);
      rig.people.resume();
      const result = await finish(rig, number - 1, done);
      const counts = await withStore(rig, ({ records }) => records.requests.counts());
      count(done, 'edits seen before what they edit, and joined', counts.duplicate ?? 0);
      return result;
    } finally {
      await script.stop();
      await rig.close();
    }

    /** Google shows it only now, with the moment at which it was sent. */
    function late(of: number, sentAt: number): void {
      const at = new Date(sentAt).toISOString();
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
