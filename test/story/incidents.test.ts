/** What refuses us, told to whoever runs the service: opened by any process, over when any process gets through. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Service } from '../../src/service.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { storeKinds } from '../support/stores.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

let desk: DeskUnderTest;
let story: Story;
afterEach(() => desk.close());

const incidents = () => desk.service.desk.store.records.incidents;
const isOver = () => waitFor('the incident to be over', async () => (await incidents().list()).length === 0);

describe.runIf(storeKinds().includes('postgres'))('an incident of a process that is gone', () => {
  let other: Service;

  async function leave(code: string): Promise<void> {
    desk = await startDesk({ store: 'postgres' });
    story = storyOf(desk);
    other = await desk.join();
    await desk.stopWorker();
    await incidents().open(code, 'as it was', desk.service.desk.now());
  }

  it.each(['smtp_denied', 'smtp_unreachable', 'shopify_denied', 'shopify_unreachable'])(
    'is over when another one gets through: %s',
    async (code) => {
      await leave(code);
      expect((await fetch(`${desk.origin}/readyz?strict`)).status).toBe(503);
      await story.mail(SAM, new RegExp(await story.respond('1001')));
      await isOver();
      expect((await fetch(`${desk.origin}/readyz?strict`)).status).toBe(200);
    },
  );

  it('and was about staff whom no mail reached is over when another one gets a mail to them', async () => {
    await leave('staff_unreached');
    await other.desk.store.records.settings.put('staff unreached', JSON.stringify([SAM]));
    await story.mail(SAM, new RegExp(await story.respond('1001')));
    await isOver();
  });
});

describe.each(storeKinds())('on %s', (store) => {
  it('an incident of a policy that was mended while the service was away is over', async () => {
    desk = await startDesk({ store });
    await incidents().open('policy_invalid', 'line 1', desk.service.desk.now());
    await desk.reopen(async () => {});
    await isOver();
  });
});

it('a process is not ready without its database, and alive all the same', async () => {
  desk = await startDesk();
  await desk.reopen(async () => {
    const answer = await fetch(`${desk.origin}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'not_ready', problems: ['store_unavailable'] });
    expect((await fetch(`${desk.origin}/healthz`)).status).toBe(200);
  });
});
