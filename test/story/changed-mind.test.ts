/** A customer who writes again about an order: by editing the response, or by another one. "Do not cancel" must not be too late by our doing. */
import { afterEach, describe, expect, it } from 'vitest';
import { erasePerson } from '../../src/steps/erase-person.ts';
import { exportPerson } from '../../src/steps/export-person.ts';
import { takeBack } from '../../src/steps/take-back.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { openPage, type PageForm, sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const PLAIN = 'proof: { level: none }\nhold: false\n';
const APPROVES_WHOLE_REASONS = `${PLAIN}undo: 10m\nrules:\n  - { name: mistakes, when: { reason: [mistake] }, then: approve }\n`;
const KEEP = { 'Anything else?': 'I changed my mind, please do NOT cancel' };
const MISTAKE = { 'Why do you want to cancel?': 'Ordered by mistake' };

describe.each(storeKinds())('a customer who writes again, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let passed = 0;
  afterEach(() => desk.close());

  async function start(policy = PLAIN): Promise<void> {
    passed = 0;
    desk = await startDesk({ store, policy, sources: ['forms'], now: () => Date.now() + passed });
    story = storyOf(desk);
  }
  const only = async () => (await desk.service.desk.store.records.requests.list({ limit: 1 }))[0];
  const cancelled = () =>
    desk.world.shopify.state.ledger.flatMap(({ kind, orderName }) => (kind === 'cancel' ? [orderName] : []));
  const wroteAgain = () => story.mail(SAM, /has written again about/);
  const open = (ref: string) => story.openFrom(SAM, new RegExp(`${ref}: cancel`));
  const approve = (page: PageForm) => sendForm(page, { decision: 'approve', confirm: '1001' });

  describe('by editing the response', () => {
    const submit = (order: string, text: string) =>
      desk.world.google.form.submit(ANA, { '1a2b3c01': order, '1a2b3c04': text }).responseId;
    const edit = (id: string, order: string, text: string) =>
      desk.world.google.form.edit(id, { '1a2b3c01': order, '1a2b3c04': text });

    it('in the undo window: what was approved is not carried out, the order that is meant now is looked at', async () => {
      await start(`${PLAIN}undo: 10m\nrules:\n  - { name: everything, then: approve }\n`);
      const { name } = desk.world.shopify.state.addOrder({ email: ANA });
      const id = submit('#1001', 'Please cancel');
      await waitFor('the approval', async () => (await only())?.status === 'approved');
      await story.mail(ANA, /is accepted/);
      edit(id, name, `I meant ${name}`);
      await waitFor('the other order', async () => (await only())?.orderName === name);
      passed = 11 * 60_000;
      desk.service.desk.wake();
      await waitFor('the cancellation', () => cancelled().length > 0);
      expect(cancelled()).toEqual([name]);
      expect(desk.world.shopify.state.order('#1001').cancelledAt).toBeNull();
      await story.mail(ANA, /is being looked at again/);
    });

    it('while Shopify is away: as long as nothing was sent, the edit is in time', async () => {
      await start();
      const id = submit('#1001', 'Please cancel');
      await waitFor('a request', async () => (await only())?.status === 'awaiting_decision');
      const { ref = '' } = (await only()) ?? {};
      const page = await open(ref);
      desk.world.shopify.faults.set({ kind: 'http_503' });
      await approve(page);
      await story.reaches(ref, 'approved');
      edit(id, '#1001', 'Please do NOT cancel, I keep it');
      await story.reaches(ref, 'received');
      desk.world.shopify.faults.clear();
      const again = await story.reaches(ref, 'awaiting_decision');
      expect(again.answers.map(({ values }) => values[0])).toContain('Please do NOT cancel, I keep it');
      expect(cancelled()).toEqual([]);
    });

    it('after it was done: staff read it, by a link to the request', async () => {
      await start();
      const id = submit('#1001', 'Please cancel');
      await waitFor('a request', async () => (await only())?.status === 'awaiting_decision');
      const { ref = '' } = (await only()) ?? {};
      await approve(await open(ref));
      await story.reaches(ref, 'cancelled');
      edit(id, '#1001', 'Please do NOT cancel');
      const { text } = await wroteAgain();
      expect(text).toContain('Please do NOT cancel');
      expect(text).toContain('What was done stays as it is');
      expect((await openPage(/https?:\S+\/d\/[\w-]+/.exec(text)?.[0] ?? '')).html).toContain('Please do NOT cancel');
    });
  });

  describe('by another response', () => {
    it('is read by staff with the first, and an open page approves nothing more', async () => {
      await start();
      const ref = await story.respond('1001');
      const page = await open(ref);
      const second = await story.respond('1001', ANA, KEEP);
      await story.reaches(second, 'duplicate');
      expect((await wroteAgain()).text).toContain('please do NOT cancel');
      const refused = await approve(page);
      expect(refused.status).toBe(409);
      expect(refused.html).toContain('please do NOT cancel');
      expect(refused.html).toContain(second);
      expect(await story.events(ref)).toContain('wrote_again');
      expect(cancelled()).toEqual([]);
    });

    it('in the undo window: staff decide', async () => {
      await start(APPROVES_WHOLE_REASONS);
      const ref = await story.respond('1001', ANA, MISTAKE);
      await story.reaches(ref, 'approved');
      await story.respond('1001', ANA, KEEP);
      await story.reaches(ref, 'awaiting_decision');
      await wroteAgain();
      passed = 11 * 60_000;
      desk.service.desk.wake();
      expect((await approve(await openPage(linkOf((await wroteAgain()).text)))).html).toContain('approved it');
    });

    it('while a worker has the cancellation in hand: what was taken back doesn’t come to life again', async () => {
      await start(`${PLAIN}undo: 10m\n`);
      const ref = await story.respond('1001');
      await approve(await open(ref));
      const { id } = await story.reaches(ref, 'approved');
      const { effects } = desk.service.desk.store.records;
      const claimed = await waitFor('the effect', async () =>
        (await effects.byRequest(id)).find(({ kind }) => kind === 'shopify_cancel'),
      );
      expect(await takeBack(desk.service.desk.store.records, id, Date.now())).toBe(true);
      expect(await effects.settle(claimed, { state: 'pending', dueAt: 0 }, Date.now())).toBe(false);
      expect((await effects.byKey(claimed.key))?.state).toBe('skipped');
    });

    it('after the person was erased is nothing that is kept with the old one', async () => {
      await start();
      const ref = await story.respond('1001');
      await approve(await open(ref));
      await story.reaches(ref, 'cancelled');
      await waitFor(
        'nothing to be owed',
        async () => (await desk.service.desk.store.records.effects.countOpen()) === 0,
      );
      expect((await erasePerson(desk.service.desk, ANA)).kind).toBe('erased');
      await story.reaches(await story.respond('1001', ANA, KEEP), 'duplicate');
      expect((await story.request(ref))?.answers).toEqual([]);
    });

    it('from another address: its words go with the one who wrote them, and are in no one else’s export', async () => {
      await start();
      desk.world.shopify.state.order('#1001').email = 'ana.virtanen@gmail.com';
      const ref = await story.respond('1001', 'ana.virtanen@gmail.com');
      await story.reaches(ref, 'awaiting_decision');
      const second = await story.respond('1001', 'anavirtanen@gmail.com', KEEP);
      await story.reaches(second, 'duplicate');
      const said = async () => JSON.stringify((await story.request(ref))?.answers);
      expect(await said()).toContain('do NOT cancel');
      expect(JSON.stringify(await exportPerson(desk.service.desk, 'ana.virtanen@gmail.com'))).not.toContain('do NOT');
      await waitFor(
        'nothing to be owed',
        async () => (await desk.service.desk.store.records.effects.countOpen()) === 0,
      );
      expect((await erasePerson(desk.service.desk, 'anavirtanen@gmail.com')).kind).toBe('erased');
      expect(await said()).not.toContain('do NOT cancel');
    });

    it('that says the same changes nothing: no mail to staff, and the page that is open decides', async () => {
      await start();
      const ref = await story.respond('1001', ANA, MISTAKE);
      const page = await open(ref);
      await story.reaches(
        await story.respond('#1001', ANA, { ...MISTAKE, 'Anything else?': ' ordered  BY mistake ' }),
        'duplicate',
      );
      await approve(page);
      await story.reaches(ref, 'cancelled');
      expect(story.mailsTo(SAM).filter(({ subject }) => /written again/.test(subject))).toEqual([]);
    });

    it('again and again: all of it is kept, and staff get no more than five mails about it in an hour', async () => {
      await start();
      const ref = await story.respond('1001');
      await story.reaches(ref, 'awaiting_decision');
      for (let i = 0; i < 7; i += 1) {
        await story.reaches(await story.respond('1001', ANA, { 'Anything else?': `Thought number ${i}` }), 'duplicate');
      }
      const said = (await story.request(ref))?.answers.map(({ values }) => values[0]) ?? [];
      expect(said.filter((text) => text?.startsWith('Thought'))).toHaveLength(7);
      await waitFor(
        'five mails',
        () => story.mailsTo(SAM).filter(({ subject }) => /written again/.test(subject)).length === 5,
      );
    });
  });

  const linkOf = (text: string) => /https?:\S+\/d\/[\w-]+/.exec(text)?.[0] ?? '';
});
