/** A person is taken out of everything, to the last byte, and doesn't come back; the evidence stays. */
import { afterEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/steps/audit.ts';
import { type Erasure, erasePerson } from '../../src/steps/erase-person.ts';
import { exportPerson } from '../../src/steps/export-person.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { findBytes } from '../support/find-bytes.ts';
import { sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { runSql } from '../support/raw-database.ts';
import { runDecision } from '../support/run-decision.ts';
import { signIn } from '../support/staff-browser.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';

const MESSAGE = 'My parrot Kolibri sat on the keyboard';
const ANSWERS = { '1a2b3c01': '1001', '1a2b3c02': 'Ana Virtanen', '1a2b3c04': MESSAGE };
const CANARIES = [ANA, 'Virtanen', 'Kolibri'];

describe.each(storeKinds())('erasing a person, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  const start = async (sources: ('forms' | 'sheets')[] = ['forms', 'sheets']) => {
    desk = await startDesk({ store, sources, policy: PLAIN_POLICY });
    story = storyOf(desk);
  };
  const records = () => desk.service.desk.store.records;
  const all = () => records().requests.list({ limit: 100 });
  const found = () => findBytes(desk.config, CANARIES);
  const idle = () => waitFor('nothing to be owed', async () => (await records().effects.countOpen()) === 0);
  const erase = (email = ANA): Promise<Erasure> => erasePerson(desk.service.desk, email);

  /** What is wrong with the chain, and how many events are in none. */
  const chain = async () => {
    const { faults, notSealed } = await verifyAudit(records(), []);
    return { faults, notSealed };
  };
  const receivedBy = (name: string) =>
    waitFor('the request', async () => (await all()).find((request) => request.fields.name === name) ?? null);
  /** From the form to the mail that it is cancelled. */
  const cancelled = async () => {
    const response = desk.world.google.form.submit(ANA, ANSWERS);
    const { ref } = await receivedBy('Ana Virtanen');
    await runDecision(desk, ref);
    await story.reaches(ref, 'cancelled');
    await idle();
    // Also the sheet's row, which comes a little later.
    await waitFor('both responses', async () => {
      const request = await story.request(ref);
      return (await records().responses.byRequest(request?.id ?? '')).length === desk.service.desk.sources.length;
    });
    return { ref, response };
  };
  /** Everything is read from its beginning, twice. */
  const readAgain = async () => {
    await desk.stopWorker();
    await runSql(desk.config, 'update sources set cursor = null, last_ok_at = 0, due_at = 0');
    await desk.restartWorker();
    const since = Date.now();
    await waitFor('two polls', async () =>
      (await records().sources.list()).every(({ id, lastOkAt }) => /risk/.test(id) || (lastOkAt ?? 0) > since + 50),
    );
  };

  it('leaves no byte of them, and the evidence', async () => {
    await start();
    const { ref } = await cancelled();
    expect(await found()).not.toEqual([]);
    expect(await erase()).toMatchObject({ kind: 'erased', refs: [ref], compacted: true });
    expect(await chain()).toEqual({ faults: [], notSealed: 0 });
    expect(await found()).toEqual([]);
    expect(desk.logLines.filter((line) => CANARIES.some((word) => line.includes(word)))).toEqual([]);
    const left = await story.request(ref);
    expect(left).toMatchObject({
      status: 'cancelled',
      orderName: '#1001',
      decision: { kind: 'approve', by: 'sam@pine-and-loom.example' },
      order: { total: { amount: expect.any(String) }, email: null, shippingTo: null },
    });
    expect(await story.events(ref)).toEqual(expect.arrayContaining(['received', 'confirmed_cancelled', 'erased']));
  });

  it('does not take the same response in again, whoever brings it', async () => {
    await start(['forms']);
    const { ref } = await cancelled();
    await erase();
    await readAgain();
    const answers = { 'Order number': '1001', 'Your name': 'Ana Virtanen', 'Anything else?': MESSAGE };
    const { json } = await sendWebhook(desk.origin, 'again', { respondentEmail: ANA, answers });
    expect(json.ref).toBe(ref);
    const { json: twice } = await sendWebhook(desk.origin, 'and again', { respondentEmail: ANA, answers });
    expect(twice.ref).toBe(ref);
    expect(await all()).toHaveLength(1);
    expect(await records().quarantine.list()).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it('does not take the row of the sheet in again', async () => {
    await start(['sheets']);
    await cancelled();
    await erase();
    await readAgain();
    expect(await all()).toHaveLength(1);
    expect(await found()).toEqual([]);
  });

  it('takes what they ask anew for a request of its own', async () => {
    await start(['forms']);
    const { ref, response } = await cancelled();
    await erase();
    desk.world.google.form.edit(response.responseId, { '1a2b3c01': '1004', '1a2b3c04': 'This one too' });
    const next = await receivedBy('Ana Virtanen');
    expect(next.ref).not.toBe(ref);
    expect((await story.request(ref))?.answers).toEqual([]);
  });

  it('waits for what is open, and says what it waits for', async () => {
    await start(['forms']);
    desk.world.google.form.submit(ANA, ANSWERS);
    const { ref } = await receivedBy('Ana Virtanen');
    await story.reaches(ref, 'awaiting_decision');
    expect(await erase()).toEqual({ kind: 'hindered', requests: [{ ref, why: 'open' }] });
    expect((await story.request(ref))?.fields.email).toBe(ANA);
    expect(await erase('sam@pine-and-loom.example')).toEqual({ kind: 'staff' });
  });

  it("takes their address out of other people's words, and leaves the rest", async () => {
    await start(['forms']);
    await cancelled();
    const others = { 'Your name': 'Eino', 'Anything else?': `Ask\n${ANA.toUpperCase()} or di${ANA}, both know` };
    const ref = await story.respond('1002', 'eino@customer.example', others);
    await story.reaches(ref, 'awaiting_decision');
    await idle();
    const id = (await story.request(ref))?.id ?? '';
    await records().events.append(id, { at: Date.now(), actor: ANA, type: 'mail_failed', data: { to: ANA } });
    await records().events.append(null, {
      at: Date.now(),
      actor: 'operator',
      type: 'staff_added',
      data: { email: ANA },
    });
    expect(await erase()).toMatchObject({ kind: 'erased', compacted: true });
    expect(await findBytes(desk.config, [`"${ANA}"`, `,${ANA},`])).toEqual([]);
    expect(await chain()).toEqual({ faults: [], notSealed: 0 });
    const message = (await story.request(ref))?.fields.message;
    expect(message).toBe(`Ask\n[erased] or di${ANA}, both know`);
    expect((await story.request(ref))?.fields.email).toBe('eino@customer.example');
  });

  it.each([
    ['after a character of control', `\u0001${ANA}`, '\u0001[erased]'],
    ['in a link', `mailto:${ANA.replace('@', '%40')}?x`, 'mailto:[erased]?x'],
    ['slanted', `_${ANA}_`, '_[erased]_'],
    ['but not as the end of another', `_${ANA}`, `_${ANA}`],
    ['nor as its beginning', `${ANA}-shop`, `${ANA}-shop`],
  ])("takes it out of other people's words %s", async (_, said, left) => {
    await start(['forms']);
    await cancelled();
    const ref = await story.respond('1002', 'eino@customer.example', { 'Anything else?': said });
    await story.reaches(ref, 'awaiting_decision');
    await idle();
    await erase();
    const kept = await story.request(ref);
    expect(kept?.answers.at(-1)?.values).toEqual([left]);
  });

  it('keeps nothing of the address in what tells a webhook from its repetition', async () => {
    await start(['forms']);
    const send = () =>
      sendWebhook(desk.origin, `${ANA}-77`, { respondentEmail: ANA, answers: { 'Order number': '1001' } });
    const first = await send();
    expect((await send()).json).toEqual(first.json);
    const ref = String(first.json.ref);
    await story.reaches(ref, 'awaiting_decision');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'No such order' });
    await idle();
    await erase();
    expect(await findBytes(desk.config, [`${ANA}-77`])).toEqual([]);
  });

  it('takes out a response that could not be taken in, for good', async () => {
    await start(['forms']);
    await desk.stopWorker();
    const response = { source: 'webhook', sourceId: 'webhook', externalId: 'one', revision: '1' } as const;
    const more = { replaces: null, submittedAt: null, respondentEmail: ANA, emailVerified: false, answers: [] };
    const fault = { id: 'q1', requestId: null, reason: `Bad: ${ANA}`, nextTry: 0, now: 0 };
    await records().quarantine.keep({ ...response, ...more }, fault);
    expect(await erase()).toMatchObject({ kind: 'erased', setAside: 1 });
    expect(await found()).toEqual([]);
    expect((await records().quarantine.kept([{ ...response, ...more }])).size).toBe(1);
    expect(await records().quarantine.claimResponses(Date.now() * 2, 0)).toEqual([]);
  });

  it('keeps the evidence out of lists, and shows it to those who operate alone', async () => {
    await start(['forms']);
    const { ref } = await cancelled();
    await erase();
    await records().staff.put(
      { email: 'kim@pine-and-loom.example', role: 'decide', active: true, awayUntil: null, standIn: null },
      Date.now(),
    );
    const [sam, kim] = [await signIn(desk), await signIn(desk, 'kim@pine-and-loom.example')];
    expect((await sam.open('/queue?view=ended')).html).not.toContain(ref);
    const page = await sam.open(`/requests/${ref}`);
    expect(page.status).toBe(200);
    expect(page.html).toContain('Personal data erased');
    expect(page.html).toContain('✓ What is shown here is as it was written');
    expect((await kim.open(`/requests/${ref}`)).status).toBe(404);
    const mail = await story.mail(ANA, /is cancelled/);
    const link = /https?:\S+\/r\/[\w-]+/.exec(mail.text)?.[0];
    if (link) expect((await fetch(link)).status).toBe(404);
  });

  it('exports everything that is kept of them, and nothing of others', async () => {
    await start(['forms']);
    const { ref } = await cancelled();
    const text = JSON.stringify(await exportPerson(desk.service.desk, ANA));
    for (const word of [ref, '#1001', MESSAGE, 'Ana Virtanen', 'customer-cancelled']) expect(text).toContain(word);
    expect(text).not.toContain('sam@');
    const stranger = await story.respond('1001', 'bo@elsewhere.example', { 'Anything else?': 'Neighbour of hers' });
    await waitFor('its end or its staff', async () => (await story.request(stranger))?.status !== 'received');
    const theirs = JSON.stringify(await exportPerson(desk.service.desk, 'bo@elsewhere.example'));
    expect(theirs).toContain('Neighbour of hers');
    for (const word of CANARIES) expect(theirs).not.toContain(word);
    expect(JSON.stringify(await exportPerson(desk.service.desk, ANA))).not.toContain('Neighbour');
  });
});
