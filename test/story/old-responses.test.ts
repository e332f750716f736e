/** What was sent long ago and comes to us now is decided by a person, and its customer hears nothing before that. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { runSql } from '../support/raw-database.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ORDER = '1a2b3c01';
const MORE = '1a2b3c04';
const POLICY = 'proof: { level: none }\nhold: false\n';
const APPROVE_ALL = `${POLICY}rules:\n  - { name: everything, then: approve }\n`;

describe.each(storeKinds())('on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  let passed = 0;
  afterEach(() => desk.close());

  async function start(sources: ('forms' | 'sheets')[], policy = POLICY): Promise<void> {
    passed = 0;
    desk = await startDesk({ store, policy, sources, now: () => Date.now() + passed });
    story = storyOf(desk);
  }

  const form = () => desk.world.google.form;
  const records = () => desk.service.desk.store.records;
  const all = () => records().requests.list({ limit: 100 });
  const idle = () => waitFor('nothing to be owed', async () => (await records().effects.countOpen()) === 0);
  const asks = async () =>
    (await all()).map(({ orderName, status, doubt }) => `${orderName} ${status} ${doubt}`).sort();
  const reach = (...wanted: string[]) =>
    waitFor(wanted.join(', '), async () => (await asks()).join() === wanted.sort().join());
  /** Made anew, a request has its ref again. */
  const lastTo = (to: string) => story.mailsTo(to).at(-1)?.text ?? '';
  const subjects = (to: string) => story.mailsTo(to).map(({ subject }) => subject.replace(/ ?\(?CR-\w+\)?/, ''));

  /** What was done to the sheet is read, and worked off. */
  async function isRead(): Promise<void> {
    const reads = () => desk.world.google.requests.filter(({ path }) => path.includes('/values/')).length;
    const before = reads();
    await waitFor('two whole polls', () => reads() >= before + 3);
  }

  async function declined(): Promise<void> {
    form().submit(ANA, { [ORDER]: '#1001', [MORE]: 'please' });
    const page = await story.openFrom(SAM, /cancel #1001/);
    await sendForm(page, { decision: 'decline', reason: 'It is being packed', confirm_decline: '1001' });
    await reach('#1001 declined null');
    await idle();
  }

  /** From now on a rule approves whatever it is given, so that the ledger tells. */
  async function approveAll(): Promise<void> {
    writeFileSync(desk.policyFile, APPROVE_ALL);
    // The file is looked at every two seconds.
    passed += 3_000;
    await waitFor('the rule', async () => (await desk.service.desk.policies.current()).rules.length === 1);
  }

  const DECLINED = ['We have your cancellation request', 'About your cancellation request'];
  const nobodyHeard = () => {
    expect(subjects(ANA)).toEqual(DECLINED);
    expect(story.ledger()).toEqual([]);
  };

  async function letGo(days: number): Promise<void> {
    passed = days * DAY + MINUTE;
    desk.service.desk.housekeeping.letGoAt = 0;
    const [{ id } = { id: '' }] = await all();
    await waitFor('the answers to go', async () => {
      const { responses } = await records().privacy.keptBeside(id);
      return responses.every(({ answers }) => answers.length === 0);
    });
    if (days > 400) await waitFor('the person to go', async () => (await all())[0]?.erasedAt !== null);
  }

  const renameQuestion = () => {
    form().questions = form().questions.map((one, i) => (i === 3 ? { ...one, title: 'More? (optional)' } : one));
  };
  const addColumn = (title: string) => {
    form().questions = [...form().questions, { questionId: 'x', title, kind: 'text' } as never];
  };

  const HISTORIES: [number, string, ('forms' | 'sheets')[]][] = [
    [31, 'a sheet', ['sheets']],
    [0, 'a sheet', ['sheets']],
    [401, 'a sheet', ['sheets']],
    [0, 'a sheet whose form is read too', ['forms', 'sheets']],
    [401, 'a sheet whose form is read too', ['forms', 'sheets']],
  ];

  // What the rows say is compared in memory: one of them shows that PostgreSQL keeps what that wants.
  it.each(store === 'sqlite' ? HISTORIES : HISTORIES.slice(0, 1))(
    '%d days after the end a renamed header and notes of staff’s do nothing in %s',
    async (days, _, sources) => {
      await start(sources);
      await declined();
      await approveAll();
      if (days > 0) await letGo(days);
      await isRead();
      renameQuestion();
      await isRead();
      addColumn('Staff notes');
      form().rows[0]?.push('called her, done');
      await isRead();
      form().rows[0]?.splice(-1, 1, 'called her again');
      await isRead();
      expect(await asks()).toEqual(['#1001 declined null']);
      nobodyHeard();
    },
  );

  it('what retention let go of doesn’t come back with a header', async () => {
    await start(['sheets']);
    await declined();
    await letGo(31);
    renameQuestion();
    await isRead();
    const [{ id } = { id: '' }] = await all();
    const { responses } = await records().privacy.keptBeside(id);
    expect(JSON.stringify(responses)).not.toContain('please');
    expect(JSON.stringify(responses)).not.toContain(ANA);
  });

  it('a column of timestamps that is made text changes nothing for what is over', async () => {
    await start(['sheets']);
    await declined();
    await approveAll();
    form().rows[0]?.splice(0, 1, '23/11/2026 10:00:00');
    await isRead();
    expect(await asks()).toEqual(['#1001 declined null']);
    nobodyHeard();
  });

  it('another order in the row of a request that is over is a person’s, who is told why', async () => {
    await start(['sheets']);
    await declined();
    await approveAll();
    form().rows[0]?.splice(2, 1, '#1002');
    await waitFor('a second request', async () => (await all()).length === 2);
    await waitFor('it to wait for staff', async () => (await all())[0]?.status !== 'received');
    expect((await all())[0]).toMatchObject({ doubt: 'edited_row', hold: null });
    const { text } = await story.mail(SAM, /which order|cancel #1002/);
    expect(text).toContain('Somebody changed a row of the sheet');
    await idle();
    nobodyHeard();
  });

  it('an old row that is pasted in again is a person’s; a new one is taken as ever', async () => {
    await start(['sheets']);
    form().submit(ANA, { [ORDER]: '#1001' });
    await reach('#1001 awaiting_decision null');
    const [old = []] = form().rows;
    passed = 10 * MINUTE;
    form().submit('eino@customer.example', { [ORDER]: '#1002' });
    await reach('#1001 awaiting_decision null', '#1002 awaiting_decision null');
    const { name } = desk.world.shopify.state.addOrder({ email: 'maria@customer.example' });
    form().rows.push([Number(old[0]) - 1, 'maria@customer.example', name]);
    await reach('#1001 awaiting_decision null', '#1002 awaiting_decision null', `${name} awaiting_decision old_row`);
    await idle();
    expect(subjects('maria@customer.example')).toEqual([]);
    expect(story.mailsTo('eino@customer.example')).toHaveLength(1);
  });

  it('many old rows at once are held, and staff are told once; put right, all is as it was', async () => {
    await start(['sheets']);
    await declined();
    const stamp = Number(form().rows[0]?.[0]);
    passed = 10 * MINUTE;
    const pasted = Array.from({ length: 21 }, (_, i) => [stamp - 1 - i, `x${i}@customer.example`, '#1002']);
    form().rows.push(...pasted);
    const open = () => records().incidents.get('sheet_changed');
    await waitFor('the incident', async () => (await open()) !== null);
    form().submit('eino@customer.example', { [ORDER]: '#1002' });
    await reach('#1001 declined null', '#1002 awaiting_decision null');
    const { text } = await story.mail(SAM, /needs you/);
    expect(text).toContain('Undo the change in the sheet');
    form().rows.splice(1, 21);
    await waitFor('the incident to be over', async () => (await open()) === null);
    expect(await asks()).toEqual(['#1001 declined null', '#1002 awaiting_decision null']);
  });

  describe('a database that begins beside a form which was running', () => {
    async function anew(): Promise<void> {
      passed += 10 * MINUTE;
      await desk.reopen(async () => {
        const { dataDir } = desk.config;
        // With what was written down of the history, or it would pass for a database that was put back.
        for (const file of readdirSync(dataDir)) if (/sqlite|audit-anchors/.test(file)) rmSync(`${dataDir}/${file}`);
        if (store === 'postgres') await runSql(desk.config, 'drop schema public cascade; create schema public');
      });
    }

    it.each<[string, ('forms' | 'sheets')[]]>([
      ['a form', ['forms']],
      ['a sheet', ['sheets']],
      ['a form and its sheet', ['forms', 'sheets']],
    ])('leaves what it finds in %s to staff, and holds no parcel', async (_, sources) => {
      await start(sources);
      await declined();
      writeFileSync(desk.policyFile, APPROVE_ALL.replace('hold: false', 'hold: true'));
      await anew();
      await reach('#1001 awaiting_decision before_start');
      await idle();
      nobodyHeard();
      const [request] = await all();
      expect(request).toMatchObject({ hold: null, assessment: { outcome: 'staff', reason: 'in_doubt' } });
      expect(lastTo(SAM)).toContain('sent before the service began');
      // What comes from now on is as ever.
      form().submit('eino@customer.example', { [ORDER]: '#1002' });
      await reach('#1001 awaiting_decision before_start', '#1002 cancelled null');
    });

    it('lets staff approve it, and tells the customer then', async () => {
      await start(['forms']);
      await declined();
      await anew();
      await reach('#1001 awaiting_decision before_start');
      await idle();
      const page = await openPage(linkIn(lastTo(SAM), 'd'));
      await sendForm(page, { decision: 'approve', confirm: '1001' });
      await story.mail(ANA, /#1001 is cancelled/);
      expect(story.ledger()).toEqual(['cancel', 'refund', 'restock']);
    });

    it('ends by itself what staff leave, and the customer hears nothing', async () => {
      await start(['forms']);
      await declined();
      await anew();
      await reach('#1001 awaiting_decision before_start');
      passed += 15 * DAY;
      await reach('#1001 expired before_start');
      await idle();
      nobodyHeard();
    });

    it('tells the customer of the end whom staff have asked something', async () => {
      await start(['forms']);
      await declined();
      await anew();
      await reach('#1001 awaiting_decision before_start');
      await idle();
      const values = { decision: 'ask', question: 'Do you still want that?', confirm_ask: '1001' };
      await sendForm(await openPage(linkIn(lastTo(SAM), 'd')), values);
      await sendForm(await story.openFrom(ANA, /question/), { action: 'answer', answer: 'Yes' });
      await reach('#1001 awaiting_decision before_start');
      passed += 15 * DAY;
      await reach('#1001 expired before_start');
      await idle();
      expect(subjects(ANA).slice(DECLINED.length)).toEqual([
        expect.stringMatching(/question/),
        expect.stringMatching(/not decided|cancellation request/i),
      ]);
    });

    it('says nothing to the customer of an order that is cancelled already', async () => {
      await start(['forms']);
      form().submit(ANA, { [ORDER]: '#1001' });
      await sendForm(await story.openFrom(SAM, /cancel #1001/), { decision: 'approve', confirm: '1001' });
      await story.mail(ANA, /#1001 is cancelled/);
      await idle();
      const before = story.mailsTo(ANA).length;
      await anew();
      await reach('#1001 cancelled before_start');
      await idle();
      expect(story.mailsTo(ANA)).toHaveLength(before);
      expect(story.ledger()).toEqual(['cancel', 'refund', 'restock']);
    });

    it('takes what the script in the form sends late as what it is', async () => {
      await start(['forms']);
      const send = (id: string, order: string, submittedAt: number) => {
        const body = { responseId: id, submittedAt: new Date(submittedAt).toISOString() };
        const answers = { 'Order number': order };
        return sendWebhook(desk.origin, id, { ...body, respondentEmail: ANA, answers }, Date.now());
      };
      await send('late', '#1001', Date.now() - DAY);
      await send('now', '#1002', Date.now());
      await waitFor('both', async () => (await all()).length === 2);
      expect(new Set((await all()).map(({ doubt }) => doubt))).toEqual(new Set(['before_start', null]));
    });

    it('mails staff a list where there are many, not one by one', async () => {
      await start(['forms'], `${POLICY}limits: { staff_mails: 5 }\n`);
      await desk.stopWorker();
      for (let i = 0; i < 60; i += 1) form().submit(`x${i}@customer.example`, { [ORDER]: `#${5000 + i}` });
      await anew();
      await waitFor(
        'all to wait for staff',
        async () => (await records().requests.counts()).needs_match === 60,
        60_000,
      );
      await idle();
      const mails = story.mailsTo(SAM).map(({ subject }) => subject);
      expect(mails.filter((subject) => subject.startsWith('CR-')).length).toBeLessThanOrEqual(5);
      expect(desk.world.inbox.mails.filter(({ to }) => to !== SAM)).toEqual([]);
    }, 90_000);
  });
});
