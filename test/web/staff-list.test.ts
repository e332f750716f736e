/** The staff list on its page: who may change it, and what a change does at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOfDay } from '../../src/domain/policy/calendar.ts';
import type { StaffMember } from '../../src/domain/staff.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage } from '../support/page.ts';
import { type Page, signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';

const KIM = 'kim@pine-and-loom.example';
const VIC = 'vic@pine-and-loom.example';

describe('the staff list', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ env: { STAFF_EMAILS: SAM } });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());
  const member = async (email: string): Promise<StaffMember | null> => desk.service.desk.store.records.staff.get(email);
  /** The key of a session is the same in each of the page's forms. */
  const oneKey = (page: Page): Record<string, string> => ({
    form_key: /name="form_key" value="([^"]*)"/.exec(page.html)?.[1] ?? '',
  });

  it('adds somebody, who gets the next mail and may decide', async () => {
    const sam = await signIn(desk);
    const page = await sam.open('/staff');
    const after = await sam.send(page, {
      ...oneKey(page),
      do: 'add',
      email: ' Kim <KIM@pine-and-loom.example>',
      role: 'decide',
    });
    expect(after.html).toContain(KIM);
    const ref = await story.respond('1001');
    const mail = await story.mail(KIM, new RegExp(ref));
    expect((await openPage(linkIn(mail.text, 'd'))).status).toBe(200);
  });

  it('removes somebody at once: session and mailed links are dead', async () => {
    const sam = await signIn(desk);
    const page = await sam.open('/staff');
    await sam.send(page, { ...oneKey(page), do: 'add', email: KIM, role: 'decide' });
    const kim = await signIn(desk, KIM);
    const link = linkIn((await story.respond('1001').then((ref) => story.mail(KIM, new RegExp(ref)))).text, 'd');
    const values = { ...oneKey(page), email: KIM, do: 'remove' };
    expect((await sam.send(page, values)).status).toBe(422);
    expect((await member(KIM))?.active).toBe(true);
    await sam.send(page, { ...values, sure: 'yes' });
    expect((await kim.open('/queue')).path).toBe('/sign-in');
    expect((await openPage(link)).status).toBe(404);
  });

  it('notes who is away, and who stands in for them', async () => {
    const sam = await signIn(desk);
    const page = await sam.open('/staff');
    await sam.send(page, { ...oneKey(page), do: 'add', email: KIM, role: 'decide' });
    const values = {
      ...oneKey(page),
      email: SAM,
      do: 'save',
      role: 'operate',
      away_until: '2100-01-01',
      stand_in: KIM,
    };
    expect((await sam.send(page, values)).status).toBe(200);
    const saved = await sam.open('/staff');
    expect(saved.html).toContain('value="2100-01-01"');
    expect((await member(SAM))?.awayUntil).toBe(endOfDay('2100-01-01', desk.service.desk.timeZone));
    const ref = await story.respond('1001');
    await story.mail(KIM, new RegExp(ref));
    expect(story.mailsTo(SAM).filter(({ subject }) => subject.includes(ref))).toEqual([]);
  });

  it.each([
    ['the last who keeps it can’t leave', { email: SAM, do: 'remove', sure: 'yes' }, 'Somebody has to be left'],
    ['the last who keeps it can’t step down', { email: SAM, do: 'save', role: 'decide' }, 'Somebody has to be left'],
    ['an address is wanted', { email: 'nonsense', do: 'add', role: 'decide' }, 'Write one e-mail address'],
    ['a role is wanted', { email: KIM, do: 'add', role: 'owner' }, 'Choose one'],
    ['a stranger can’t be changed', { email: ANA, do: 'save', role: 'view' }, 'not in the list'],
    [
      'nobody is away until a day that is past',
      { email: SAM, do: 'save', role: 'operate', away_until: '2020-01-01' },
      'Choose today or a later day',
    ],
    [
      'nobody is away until a day that there isn’t',
      { email: SAM, do: 'save', role: 'operate', away_until: '2100-02-30' },
      'Choose today or a later day',
    ],
    [
      'a stranger can’t stand in',
      { email: SAM, do: 'save', role: 'operate', away_until: '2100-01-01', stand_in: ANA },
      'Only somebody who may decide',
    ],
  ])('%s', async (_name, values, sentence) => {
    const sam = await signIn(desk);
    const page = await sam.open('/staff');
    const answer = await sam.send(page, { ...oneKey(page), ...values });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain(sentence);
    expect(await member(SAM)).toMatchObject({ role: 'operate', active: true, awayUntil: null });
  });

  it.each(['view', 'decide'] as const)('is not for those who may only %s', async (role) => {
    await desk.service.desk.store.records.staff.put(
      { email: VIC, role, active: true, awayUntil: null, standIn: null },
      Date.now(),
    );
    const vic = await signIn(desk, VIC);
    const queue = await vic.open('/queue');
    expect(queue.html).not.toContain('/staff');
    expect((await vic.open('/staff')).status).toBe(403);
    const key = oneKey(queue);
    const sent = await vic.send(
      { status: 200, html: '', path: '/staff' },
      { ...key, do: 'add', email: ANA, role: 'operate' },
    );
    expect(sent.status).toBe(403);
    expect(await member(ANA)).toBeNull();
  });

  it('is not changed from another site, nor with another session’s form', async () => {
    const sam = await signIn(desk);
    await sam.open('/staff');
    const forged = await sam.send(
      { status: 200, html: '', path: '/staff' },
      { form_key: 'x', do: 'add', email: ANA, role: 'operate' },
    );
    expect(forged.status).toBe(403);
    expect(await member(ANA)).toBeNull();
  });
});
