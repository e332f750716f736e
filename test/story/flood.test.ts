/** Many ask at once, most of them for nothing that is theirs: who does ask for their own order isn't kept waiting for it. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { totalsByOperation } from '../world/ledger.ts';

describe.each(storeKinds())('in a flood, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  async function start(policy: string): Promise<void> {
    desk = await startDesk({ store, policy });
    story = storyOf(desk);
  }
  const settled = () =>
    waitFor('all to be done', async () => {
      const { requests, effects } = desk.service.desk.store.records;
      return !(await requests.counts()).received && (await effects.countOpen()) === 0;
    });
  const callsOf = (operation: string) => totalsByOperation(desk.world.shopify.requests).get(operation)?.requests ?? 0;
  const strangers = async (count: number) => {
    for (let i = 0; i < count; i += 1) await story.respond(`#${7000 + i}`, `nobody${i}@nowhere.example`);
  };
  const confirm = async () => sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });

  it('staff are told at once of a customer who has confirmed, however many mails strangers have used up', async () => {
    await start('limits: { staff_mails: 3 }');
    await strangers(8);
    await story.respond('#1001');
    await confirm();
    await settled();
    const mails = story.mailsTo(SAM).map(({ subject }) => subject);
    expect(mails.filter((subject) => /which order/.test(subject))).toHaveLength(3);
    expect(mails.filter((subject) => /cancel #1001/.test(subject))).toHaveLength(1);
  });

  it('who has confirmed doesn’t queue a second time behind those who came meanwhile', async () => {
    await start('limits: { staff_mails: 1000 }');
    await story.respond('#1001');
    await story.mail(ANA, /Was it you/);
    await desk.stopWorker();
    await strangers(120);
    await confirm();
    await desk.restartWorker();
    await settled();
    const mails = story.mailsTo(SAM).map(({ subject }) => subject);
    expect(mails).toHaveLength(121);
    // Those that are looked at together, fifty, are told of side by side.
    expect(mails.findIndex((subject) => /cancel #1001/.test(subject))).toBeLessThan(60);
  });

  it('fifty who name nothing of theirs are looked up in a few searches, not one each', async () => {
    await start('limits: { staff_mails: 1000 }');
    await desk.stopWorker();
    await strangers(50);
    await desk.restartWorker();
    await settled();
    expect(callsOf('FindOrders')).toBeLessThan(8);
    expect(story.mailsTo(SAM)).toHaveLength(50);
  });

  it('who asks for one order again and again is joined to the first, and the order read once', async () => {
    await start('proof: { level: none }');
    await story.respond('#1001');
    await story.mail(SAM, /cancel #1001/);
    const reads = callsOf('OrderForDecision');
    for (let i = 0; i < 20; i += 1) await story.respond('#1001', ANA, { Message: `Please! ${i}` });
    await settled();
    expect(await desk.service.desk.store.records.requests.counts()).toEqual({ awaiting_decision: 1, duplicate: 20 });
    expect(callsOf('OrderForDecision')).toBe(reads);
  });

  it('a thousand responses that one poll brings keep nobody waiting until the last of them is stored', async () => {
    desk = await startDesk({ store, sources: ['forms'] });
    await desk.stopWorker();
    for (let i = 0; i < 1_000; i += 1) {
      desk.world.google.form.submit(`nobody${i}@nowhere.example`, { '1a2b3c01': `#${7000 + i}` });
    }
    await desk.restartWorker();
    const { requests } = desk.service.desk.store.records;
    const stored = async () => Object.values(await requests.counts()).reduce((sum, some) => sum + some, 0);
    expect(await waitFor('the first ones', stored)).toBeLessThan(1_000);
    await waitFor('the last ones', async () => (await stored()) === 1_000, 30_000);
  });
});
