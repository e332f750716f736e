/** One request is one person's: who may be chosen, who is told, and what becomes of it when they go. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { type StaffBrowser, signIn } from '../support/staff-browser.ts';
import { storeKinds } from '../support/stores.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const KIM = 'kim@pine-and-loom.example';
const LEE = 'lee@pine-and-loom.example';

describe.each(storeKinds())('assigning, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let sam: StaffBrowser;
  let ref: string;
  async function start(policy = ''): Promise<void> {
    desk = await startDesk({ store, policy: PLAIN_POLICY + policy, env: { STAFF_EMAILS: `${SAM},${KIM},${LEE}` } });
    story = storyOf(desk);
    sam = await signIn(desk);
    ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
  }
  afterEach(() => desk.close());

  const assign = async (to: string) =>
    sam.send(await sam.open(`/requests/${ref}`), { decision: 'assign', assign_to: to });
  const listed = async () => {
    const { html } = await sam.open(`/requests/${ref}`);
    const select = /<select name="assign_to">([\s\S]*?)<\/select>/.exec(html)?.[1] ?? '';
    return [...select.matchAll(/value="([^"]+)"/g)].map(([, email]) => email);
  };
  const mailsAbout = (to: string) => story.mailsTo(to).filter(({ subject }) => /is assigned to you/.test(subject));

  it('mails whoever gets it a link of their own, and nobody else', async () => {
    await start();
    await assign(KIM);
    const { text } = await story.mail(KIM, /#1001 is assigned to you/);
    expect((await openPage(linkIn(text, 'd'))).html).toContain('Cancel #1001?');
    expect([...mailsAbout(SAM), ...mailsAbout(LEE)]).toEqual([]);
  });

  it('keeps what was being written on the page, and it can be sent then', async () => {
    await start();
    const page = await sam.open(`/requests/${ref}`);
    const after = await sam.send(page, { decision: 'assign', assign_to: KIM, reason: 'It is packed al' });
    expect(after.html).toMatch(/<details class="card" open>\s*<summary>Decline/);
    expect(after.html).toContain('It is packed al</textarea>');
    expect((await story.request(ref))?.assignedTo).toBe(KIM);
    await sam.send(after, { decision: 'decline', reason: 'It is packed already.' });
    expect((await story.request(ref))?.status).toBe('declined');
  });

  it('mails nobody who takes it on themselves', async () => {
    await start();
    await assign(SAM);
    expect((await story.request(ref))?.assignedTo).toBe(SAM);
    const { effects } = desk.service.desk.store.records;
    const owed = await effects.byRequest((await story.request(ref))?.id ?? '');
    expect(owed.filter(({ key }) => key.startsWith('staff-assigned'))).toEqual([]);
  });

  it('offers those alone who may decide it, and takes nobody else', async () => {
    await start(
      `reminders: { after: 8h, escalate: [${SAM}] }\nrules: [{ name: kims, then: staff, people: [${KIM}] }]\n`,
    );
    expect(await listed()).toEqual([KIM, SAM]);
    await assign(LEE);
    expect((await story.request(ref))?.assignedTo).toBeNull();
  });

  it('is over for whoever is removed, or may only look from now on', async () => {
    await start();
    for (const [email, changes] of [
      [KIM, { do: 'remove', sure: 'yes' }],
      [LEE, { do: 'save', role: 'view' }],
    ] as const) {
      await assign(email);
      expect((await story.request(ref))?.assignedTo).toBe(email);
      const page = await sam.open('/staff');
      const form_key = /name="form_key" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
      await sam.send(page, { form_key, email, ...changes });
      expect((await story.request(ref))?.assignedTo).toBeNull();
      expect((await sam.open(`/requests/${ref}`)).html).toContain('Assigned to nobody');
    }
    expect(await listed()).toEqual([SAM]);
  });

  it('stays written down with what is over', async () => {
    await start();
    await assign(KIM);
    await sam.send(await sam.open(`/requests/${ref}`), { decision: 'decline', reason: 'It is packed.' });
    const page = await sam.open('/staff');
    const form_key = /name="form_key" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    await sam.send(page, { form_key, email: KIM, do: 'remove', sure: 'yes' });
    await waitFor('Kim to be gone', async () => !(await desk.service.desk.store.records.staff.get(KIM))?.active);
    expect((await story.request(ref))?.assignedTo).toBe(KIM);
  });
});
