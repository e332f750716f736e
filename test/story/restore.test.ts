/** An old backup never cancels, refunds or tells again. The world's ledger judges. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUpPostgres, backUpSqlite, restoreSqlite } from '../../src/adapters/store/backup.ts';
import { openStore } from '../../src/adapters/store/store.ts';
import { markRestored } from '../../src/steps/after-restore.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendAgreed, sendForm } from '../support/page.ts';
import { runSql } from '../support/raw-database.ts';
import { storeKinds, temporaryFolder } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const NO_PROOF = 'proof: { level: none }\nhold: false\n';
const HOLDING = 'proof: { level: none }\n';
const UNDO = `${HOLDING}undo: 10m\nrules:\n  - { name: everything, then: approve }\n`;
const LESS = `${NO_PROOF}defaults: { amount: { less_percent: 10 } }\n`;

describe.each(storeKinds())('a backup that is restored, on %s', (store) => {
  let desk: DeskUnderTest;
  let story: Story;
  const folder = temporaryFolder();
  let backups = 0;
  let file: string;
  beforeEach(() => {
    backups += 1;
    file = `${folder}/backup-${backups}`;
  });
  afterEach(() => desk.close());

  const start = async (policy = NO_PROOF, env: Record<string, string> = {}) => {
    desk = await startDesk({ store, policy, sources: ['forms'], env });
    story = storyOf(desk);
  };
  const backUp = () => {
    const { databaseUrl, dataDir } = desk.config;
    if (databaseUrl) backUpPostgres(databaseUrl, file);
    else backUpSqlite(dataDir, file);
  };
  const restore = async () => {
    const { databaseUrl, dataDir } = desk.config;
    await desk.reopen(async () => {
      if (!databaseUrl) {
        await restoreSqlite(dataDir, file, { force: true, now: Date.now(), prepare: markRestored });
        return;
      }
      const { status, stderr } = spawnSync('pg_restore', ['--clean', '--if-exists', '-d', databaseUrl, file], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
      const marked = await openStore({ databaseUrl, dataDir });
      await markRestored(marked);
      await marked.close();
    });
  };
  const count = (kind: string) => story.ledger().filter((one) => one === kind).length;
  const idle = () =>
    waitFor('nothing to be open', async () => {
      const { records } = desk.service.desk.store;
      return (await records.effects.countOpen()) === 0 && !(await records.requests.counts()).received;
    });
  const approve = async (ref: string) => {
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(page, { decision: 'approve', confirm: '1001' });
  };
  const differentMails = (subject: RegExp) =>
    new Set(
      desk.world.inbox.mails.filter((mail) => mail.to === ANA && subject.test(mail.subject)).map((m) => m.messageId),
    ).size;

  it('knows an order that was approved before, and cancelled and refunded after', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.mail(SAM, new RegExp(ref));
    const page = await story.openFrom(SAM, new RegExp(ref));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    backUp();
    await desk.restartWorker();
    await story.reaches(ref, 'cancelled');
    await story.mail(ANA, /is cancelled/);
    await restore();
    expect((await story.request(ref))?.status).not.toBe('awaiting_decision');
    await story.reaches(ref, 'cancelled');
    await idle();
    expect([count('cancel'), count('refund')]).toEqual([1, 1]);
    expect(differentMails(/is cancelled/)).toBe(1);
  });

  it('knows an order whose request waited for staff when it was made', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.mail(SAM, new RegExp(ref));
    await idle();
    backUp();
    await approve(ref);
    await story.mail(ANA, /is cancelled/);
    await restore();
    await story.reaches(ref, 'cancelled');
    await idle();
    expect([count('cancel'), count('refund')]).toEqual([1, 1]);
    expect(differentMails(/is cancelled/)).toBe(1);
  });

  it('gives no refund in a second step a second time', async () => {
    await start(LESS);
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    backUp();
    await desk.restartWorker();
    await story.mail(ANA, /is cancelled/);
    const refunds = () => desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'refund');
    expect(refunds()).toHaveLength(1);
    await restore();
    await story.reaches(ref, 'cancelled');
    await idle();
    expect(refunds()).toHaveLength(1);
    expect(differentMails(/is cancelled/)).toBe(1);
    expect((await story.request(ref))?.payback).toBeNull();
  });

  it('knows that its refund in a second step was made, though its key is forgotten', async () => {
    await start(LESS);
    desk.world.shopify.faults.set({ kind: 'http_500', only: ['RefundOrder'] });
    const ref = await story.respond('1001');
    await approve(ref);
    await story.reaches(ref, 'cancelled');
    await waitFor('the refund to be owed', async () => (await desk.service.desk.store.records.effects.countOpen()) > 0);
    backUp();
    desk.world.shopify.faults.clear();
    await story.mail(ANA, /is cancelled/);
    expect(count('refund')).toBe(1);
    const calls = () => desk.world.shopify.requests.filter((one) => one.operationName === 'RefundOrder').length;
    const before = calls();
    await restore();
    await idle();
    expect(count('refund')).toBe(1);
    expect(calls()).toBe(before);
    expect(differentMails(/is cancelled/)).toBe(1);
  });

  it('changes nothing again that somebody has changed back since', async () => {
    await start();
    desk.world.shopify.faults.set({ kind: 'timeout_after', only: ['CommitEdit'], times: 1 });
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    const line = () => desk.world.shopify.state.order('#1001').lines[0];
    await sendAgreed(page, { decision: 'change', [`keep ${line()?.id}`]: '1', confirm_change: '1001' });
    await waitFor('the change', () => count('edit') === 1);
    backUp();
    const changed = line();
    if (changed) Object.assign(changed, { currentQuantity: 2, unfulfilledQuantity: 2 });
    await restore();
    await story.reaches(ref, 'awaiting_decision');
    await idle();
    expect([count('edit'), count('refund'), line()?.currentQuantity]).toEqual([1, 0, 2]);
  });

  it('knows that a part was taken off', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    const line = desk.world.shopify.state.order('#1001').lines[0]?.id ?? '';
    await desk.stopWorker();
    await sendAgreed(page, { decision: 'part', [`take ${line}`]: '1', confirm_part: '1001' });
    backUp();
    await desk.restartWorker();
    await story.mail(ANA, /Part of order #1001 is cancelled/);
    await restore();
    await story.reaches(ref, 'part_cancelled');
    await idle();
    expect([count('cancel'), count('refund')]).toEqual([0, 1]);
    expect(differentMails(/is cancelled/)).toBe(1);
  });

  it('carries out no approval that it only remembers: staff approve again, by a new link', async () => {
    await start();
    const ref = await story.respond('1001');
    const { text } = await story.mail(SAM, new RegExp(ref));
    const page = await openPage(linkIn(text, 'd'));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    backUp();
    await restore();
    const again = await story.reaches(ref, 'awaiting_decision');
    expect(again.trouble?.reason).toBe('restored');
    expect(count('cancel')).toBe(0);
    expect((await openPage(linkIn(text, 'd'))).status).toBe(404);
    const mail = await waitFor('a new mail', () => story.mailsTo(SAM).filter((one) => one.subject.includes(ref))[1]);
    const anew = await openPage(linkIn(mail.text, 'd'));
    expect(anew.html).toContain('restored from a backup');
    await sendForm(anew, { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    await idle();
    expect([count('cancel'), count('refund')]).toEqual([1, 1]);
  });

  it('lets no rule approve what a customer may have withdrawn since', async () => {
    await start(
      `proof: { level: none }\nhold: false\nrules:\n  - { name: all, when: { amount: { under: 100000 } }, then: approve }\n`,
    );
    await desk.stopWorker();
    const ref = await story.respond('1001');
    backUp();
    await restore();
    await story.reaches(ref, 'awaiting_decision');
    const later = await story.respond('1002', 'eino@customer.example');
    await story.reaches(later, 'cancelled');
    expect(count('cancel')).toBe(1);
  });

  it('makes the same one request of a response that came after it, and tells nobody a second time', async () => {
    await start();
    backUp();
    desk.world.google.form.submit(ANA, { '1a2b3c01': '1001' });
    const mail = await story.mail(SAM, /CR-/);
    const ref = /CR-\w+/.exec(mail.subject)?.[0] ?? '';
    await approve(ref);
    await story.mail(ANA, /is cancelled/);
    await restore();
    await story.reaches(ref, 'cancelled');
    await idle();
    expect(await desk.service.desk.store.records.requests.counts()).toEqual({ cancelled: 1 });
    expect([count('cancel'), count('refund')]).toEqual([1, 1]);
    expect(differentMails(/is cancelled/)).toBe(1);
  });

  const holds = () =>
    desk.world.shopify.state.order('#1001').fulfillmentOrders.flatMap((one) => one.holds.map(({ handle }) => handle));
  const decline = async (ref: string) => {
    await waitFor('nothing to be owed', async () => (await desk.service.desk.store.records.effects.countOpen()) === 0);
    const { text } = story.mailsTo(SAM).findLast(({ subject }) => subject.includes(ref)) ?? { text: '' };
    await sendForm(await openPage(linkIn(text, 'd')), {
      decision: 'decline',
      reason: 'Packed',
      confirm_decline: '1001',
    });
    await story.reaches(ref, 'declined');
  };
  const held = async (ref: string) =>
    waitFor(`${ref} to hold`, async () => (await story.request(ref))?.hold?.state === 'held');

  it('lets go of a parcel that a version held which the backup does not know', async () => {
    await start(HOLDING);
    const { form } = desk.world.google;
    const { responseId } = form.submit(ANA, { '1a2b3c01': '1001' });
    const ref = /CR-\w+/.exec((await story.mail(SAM, /CR-/)).subject)?.[0] ?? '';
    await held(ref);
    await idle();
    backUp();
    for (const text of ['soon please', 'today please', 'now please']) {
      form.edit(responseId, { '1a2b3c04': text });
      await waitFor(text, async () => JSON.stringify((await story.request(ref))?.answers).includes(text));
      await held(ref);
      await idle();
    }
    desk.world.shopify.state.holdByHand('#1001', `cancel-desk-${ref}-by-hand`);
    expect(holds()).toEqual([`cancel-desk-${ref}-4`, `cancel-desk-${ref}-by-hand`]);
    await restore();
    await waitFor('the edit', async () => JSON.stringify((await story.request(ref))?.answers).includes('now please'));
    await held(ref);
    await decline(ref);
    await waitFor('all of ours to be let go', () => holds().length === 1);
    expect(holds()).toEqual([`cancel-desk-${ref}-by-hand`]);
    await waitFor('that to be known', async () => (await story.request(ref))?.hold?.state === 'released');
  });

  it('holds a parcel anew that was let go of after it', async () => {
    await start(HOLDING);
    const ref = await story.respond('1001');
    await held(ref);
    await idle();
    backUp();
    await decline(ref);
    await waitFor('the release', () => holds().length === 0);
    await restore();
    await story.reaches(ref, 'awaiting_decision');
    await held(ref);
    expect(holds()).toEqual([`cancel-desk-${ref}-2`]);
    await decline(ref);
    await waitFor('the release', () => holds().length === 0);
  });

  it('holds anew what it remembers as approved, which goes back to staff', async () => {
    let passed = 0;
    desk = await startDesk({ store, policy: UNDO, now: () => Date.now() + passed });
    story = storyOf(desk);
    const ref = await story.respond('1001');
    await story.reaches(ref, 'approved');
    await held(ref);
    backUp();
    const page = await openPage(linkIn((await story.mail(ANA, /./)).text, 'r'));
    await sendForm(page, { action: 'withdraw', confirm: ref });
    await story.reaches(ref, 'withdrawn');
    await waitFor('the release', () => holds().length === 0);
    await restore();
    passed = 11 * 60_000;
    await story.reaches(ref, 'awaiting_decision');
    await waitFor('the hold', () => holds().length === 1);
    expect(story.ledger()).not.toContain('cancel');
    await decline(ref);
    await waitFor('the release', () => holds().length === 0);
  });

  /** Without what our own backup writes into it. */
  const copy = async () => {
    if (store === 'postgres') backUp();
    else await runSql(desk.config, `vacuum into '${file}'`);
  };
  const audit = () => desk.service.desk.store.records.audit;
  /** As a copy of the file or a dump is put back by who knows nothing of `cancel-desk restore`. */
  const putBackByHand = async () => {
    const { databaseUrl, dataDir } = desk.config;
    await desk.reopen(async () => {
      if (databaseUrl) {
        expect(spawnSync('pg_restore', ['--clean', '--if-exists', '-d', databaseUrl, file]).status).toBe(0);
        return;
      }
      const database = `${dataDir}/cancel-desk.sqlite`;
      for (const end of ['-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
      copyFileSync(file, database);
    });
  };

  it('cancels nothing that the customer has withdrawn since, though it was put back by hand', async () => {
    let passed = 0;
    desk = await startDesk({ store, policy: `${UNDO}hold: false\n`, now: () => Date.now() + passed });
    story = storyOf(desk);
    const ref = await story.respond('1001');
    await story.reaches(ref, 'approved');
    await waitFor('all to be sealed', async () => (await audit().countOpen()) === 0);
    const { position: copied } = await audit().head();
    await copy();
    const page = await openPage(linkIn((await story.mail(ANA, /./)).text, 'r'));
    await sendForm(page, { action: 'withdraw', confirm: ref });
    await story.reaches(ref, 'withdrawn');
    await putBackByHand();
    passed = 11 * 60_000;
    const again = await story.reaches(ref, 'awaiting_decision');
    expect(again.trouble?.reason).toBe('restored');
    await idle();
    expect([count('cancel'), count('refund')]).toEqual([0, 0]);
    expect((await story.mail(SAM, /Cancel Desk needs you/)).text).toContain('cancel-desk restore --mark');
    expect((await fetch(`${desk.origin}/readyz`)).status).toBe(200);
    const { store: all } = desk.service.desk;
    await waitFor('all to be sealed', async () => (await all.records.audit.countOpen()) === 0);
    // As `cancel-desk restore --mark` has it: the head that the copy had, not today's.
    expect((await markRestored(all)).position).toBe(copied);
    expect(await all.records.incidents.list()).toEqual([]);
  });

  it('is found out once: what was decided after that stands at the next start', async () => {
    await start();
    await copy();
    await story.mail(SAM, new RegExp(await story.respond('1001')));
    await idle();
    await putBackByHand();
    expect(desk.logLines.join('')).toContain('older than what was written down');
    const later = await story.respond('1001', ANA, { Reason: 'anew' });
    const { version } = await story.reaches(later, 'awaiting_decision');
    await idle();
    await desk.reopen(async () => {});
    await desk.reopen(async () => {});
    expect(await story.request(later)).toMatchObject({ status: 'awaiting_decision', version });
  });

  it('signs everybody out', async () => {
    await start();
    const { sessions } = desk.service.desk.store.records;
    const session = {
      kind: 'staff',
      person: SAM,
      requestId: null,
      linkHash: null,
      createdAt: 1,
      seenAt: 1,
      expiresAt: 9e15,
    } as const;
    await sessions.insert('hash', session);
    backUp();
    await restore();
    expect(await desk.service.desk.store.records.sessions.find('hash')).toBeNull();
    rmSync(folder, { recursive: true, force: true });
  });
});
