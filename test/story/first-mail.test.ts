/** The receipt is owed before the order is known. It waits a moment for it, and for nobody longer. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskOptions, type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const EINO = 'eino@customer.example';
const MALLORY = 'mallory@evil.example';
const FINNISH = /^Olemme saaneet peruutuspyyntösi/;
const ENGLISH = /^We have your/;
const NEVER = 24 * 60 * 60_000;

describe('the first mail', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(options: DeskOptions): Promise<void> {
    desk = await startDesk({ policy: null, ...options });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  it.each([
    ['Google vouches for the address', 'VERIFIED'],
    ['the address is only typed', 'RESPONDER_INPUT'],
  ] as const)('is in the order’s language as soon as the order is known, when %s', async (_, emailCollectionType) => {
    await start({ sources: ['forms'], world: { google: { emailCollectionType } }, timings: { receipt: NEVER } });
    desk.world.google.form.submit(EINO, { '1a2b3c01': '#1002' });
    expect((await story.mail(EINO, FINNISH)).html).toContain('<html lang="fi">');
  });

  it('is in the language of the orders to choose from, when none was named', async () => {
    await start({ timings: { receipt: NEVER } });
    await story.respond('', EINO, { Message: 'please cancel' });
    await story.mail(EINO, FINNISH);
  });

  it('is in the order’s language too when somebody has asked for the same order before', async () => {
    await start({ timings: { receipt: NEVER } });
    await story.respond('#1002', EINO);
    const ref = await story.respond('#1002', EINO, { Message: 'again' });
    await story.reaches(ref, 'duplicate');
    await waitFor('both', () => story.mailsTo(EINO).filter((mail) => FINNISH.test(mail.subject)).length === 2);
  });

  it('waits as long for a stranger whether there is such an order or not, and is in the language of the form', async () => {
    const receipt = 1_500;
    await start({ timings: { receipt } });
    for (const order of ['#1002', '#7002']) await story.respond(order, MALLORY);
    const owed = await Promise.all(
      (await desk.service.desk.store.records.requests.list({ limit: 10 })).map(async ({ id, receivedAt }) => {
        const mails = await desk.service.desk.store.records.effects.byRequest(id);
        return mails.filter(({ kind }) => kind === 'mail').map(({ dueAt }) => dueAt - receivedAt);
      }),
    );
    await waitFor('both', () => story.mailsTo(MALLORY).length === 2);
    const mails = story.mailsTo(MALLORY);
    expect(mails.map(({ subject }) => ENGLISH.test(subject))).toEqual([true, true]);
    expect(owed).toEqual([[receipt], [receipt]]);
    for (const request of await desk.service.desk.store.records.requests.list({ limit: 10 })) {
      const mail = mails.find(({ subject }) => subject.includes(request.ref));
      expect((mail?.at ?? 0) - request.receivedAt).toBeGreaterThanOrEqual(receipt);
    }
  });

  it('goes without the order while Shopify is away, also after a restart', async () => {
    await start({ timings: { receipt: 300 } });
    desk.world.shopify.faults.set({ kind: 'http_503' });
    await desk.stopWorker();
    await story.respond('#1002', EINO);
    await desk.restartWorker();
    await story.mail(EINO, ENGLISH);
    desk.world.shopify.faults.clear();
    await story.mail(EINO, /^Olitko se sinä/);
    expect(story.mailsTo(EINO).filter(({ subject }) => FINNISH.test(subject))).toEqual([]);
  });
});
