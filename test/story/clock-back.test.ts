/** A clock that was a day ahead and is set right: what it had put off doesn't wait for that day. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 24 * 60 * 60_000;

describe.each(storeKinds())('a clock that goes back a day, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let offset = 0;
  const start = async (policy?: string) => {
    offset = DAY_MS;
    desk = await startDesk({
      store,
      // The others' clocks are right.
      world: { now: Date.now },
      sources: ['forms'],
      now: () => Date.now() + offset,
      ...(policy ? { policy } : {}),
    });
    story = storyOf(desk);
  };
  afterEach(() => desk.close());
  const polls = () => desk.world.google.requests.length;
  const ask = () => desk.world.google.form.submit(ANA, { '1a2b3c01': '#1001' });

  it('doesn’t keep the poll waiting, nor the mail, nor the cancellation', async () => {
    await start();
    await waitFor('a poll', () => polls() > 2);
    offset = 0;
    ask();
    const page = await story.openFrom(SAM, /cancel #1001/);
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    await story.mail(ANA, /is cancelled/);
    expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(1);
  });

  it('is noticed by a process that starts after it, too', async () => {
    await start();
    await waitFor('a poll', async () =>
      (await desk.service.desk.store.records.sources.list()).some((one) => one.lastOkAt),
    );
    await desk.stopWorker();
    offset = 0;
    desk.service.desk.clock.last = null;
    ask();
    await desk.restartWorker();
    await story.openFrom(SAM, /cancel #1001/);
  });

  it('keeps the time to undo that the customer was told of', async () => {
    await start('proof: { level: none }\nhold: false\nundo: 1h\n');
    ask();
    await sendForm(await story.openFrom(SAM, /cancel #1001/), { decision: 'approve', confirm: '1001' });
    await story.mail(ANA, /is accepted/);
    offset = 0;
    await waitFor('it to be noticed', () => desk.logLines.some((line) => line.includes('the clock went back')));
    ask();
    await waitFor(
      'another poll',
      async () => (await desk.service.desk.store.records.requests.counts()).duplicate === 1,
    );
    expect(story.ledger()).toEqual([]);
  });
});
