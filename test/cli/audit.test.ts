/** `cancel-desk audit` on a desk that has worked: the daily head, and what verify says of a history that was changed. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { readHeads } from '../../src/adapters/audit/anchor-file.ts';
import { verifyAudit } from '../../src/steps/audit.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { runSql } from '../support/raw-database.ts';
import { signIn } from '../support/staff-browser.ts';
import { storeKinds, temporaryFolder } from '../support/stores.ts';
import { SAM, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

describe.each(storeKinds())('the audit log of a desk, on %s', (store) => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  it('is sealed as the story goes, written down daily, and shown on the request', async () => {
    desk = await startDesk({ store });
    const story = storyOf(desk);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    const { records } = desk.service.desk.store;
    await waitFor('everything to be sealed', async () => (await records.audit.countOpen()) === 0);
    const file = `${desk.config.dataDir}/audit-anchors.txt`;
    await waitFor('the head to be written down', () => existsSync(file));
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    const browser = await signIn(desk);
    expect((await browser.open(`/requests/${ref}`)).html).toContain('What is shown here is as it was written');
    expect((await verifyAudit(records, readHeads(file))).faults).toEqual([]);
    await runSql(desk.config, "update events set actor = 'nobody' where type = 'approved'");
    expect((await verifyAudit(records, readHeads(file))).faults).toMatchObject([{ kind: 'edited' }]);
    expect((await browser.open(`/requests/${ref}`)).html).toContain('changed in the database');
  });

  it('makes the folder of the file that its head is written to', async () => {
    const file = `${temporaryFolder()}/not/there/heads.txt`;
    desk = await startDesk({ store, env: { AUDIT_ANCHOR_FILE: file } });
    await storyOf(desk).respond('1001');
    await waitFor('the head to be written down', () => existsSync(file));
    expect(desk.logLines.join('')).not.toContain('part failed');
  });

  it('tells operators once, in words, that its head can’t be written down, and goes on', async () => {
    const blocked = `${temporaryFolder()}/blocked`;
    writeFileSync(blocked, 'a file where a folder should be');
    const file = `${blocked}/heads.txt`;
    desk = await startDesk({ store, env: { AUDIT_ANCHOR_FILE: file } });
    const story = storyOf(desk);
    const ref = await story.respond('1001');
    const told = await story.mail(SAM, /Cancel Desk needs you/);
    expect(told.text).toContain('AUDIT_ANCHOR_FILE');
    expect(told.text).toContain(blocked);
    await story.mail(SAM, new RegExp(ref));
    const ready = await fetch(`${desk.origin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', problems: [] }]);
    rmSync(blocked);
    await waitFor('the head to be written down', () => existsSync(file));
    const { incidents } = desk.service.desk.store.records;
    await waitFor('the incident to be over', async () => (await incidents.list()).length === 0);
    expect(story.mailsTo(SAM).filter(({ subject }) => /needs you/.test(subject))).toHaveLength(1);
  });
});
