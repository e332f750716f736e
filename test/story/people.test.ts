/** Who is mailed, and when: reminders in working time, escalation, quiet hours, people who are away. */
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { signIn } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const KIM = 'kim@pine-and-loom.example';
const BOSS = 'boss@pine-and-loom.example';
const HOUR = 3_600_000;
/** A Monday morning in Helsinki. */
const MONDAY = Date.parse('2026-11-23T08:00:00Z');

describe('people', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let now = MONDAY;

  async function start(policy: string, at = MONDAY, limit = 'staff_mails: 100000'): Promise<void> {
    now = at;
    desk = await startDesk({
      policy: PLAIN_POLICY.replace('staff_mails: 100000', limit) + policy,
      now: () => now,
      env: { STAFF_EMAILS: `${SAM},${KIM},${BOSS}`, TIME_ZONE: 'Europe/Helsinki' },
    });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());
  const reminders = (to: string) => story.mailsTo(to).filter((mail) => /Reminder/.test(mail.subject)).length;
  const respond = async () => {
    const body = await story.respond('1001');
    return story.reaches(body, 'awaiting_decision');
  };

  it('are reminded in working time, and from the second time on the others too', async () => {
    await start(`reminders: { after: 4h, escalate: [${BOSS}] }
rules: [{ name: sam, then: staff, people: [${SAM}] }]
`);
    const request = await respond();
    await waitFor(
      'a plan',
      async () => (await desk.service.desk.store.records.requests.toRemind(now, 10)).length === 0,
    );
    now += 5 * HOUR;
    await waitFor('the first', () => reminders(SAM) === 1);
    expect([reminders(KIM), reminders(BOSS)]).toEqual([0, 0]);
    // 15:00 on Monday; two working hours are left, so the next is at 11:00 on Tuesday.
    now = Date.parse('2026-11-24T08:59:00Z');
    await story.respond('nothing new', 'nobody@nowhere.example');
    expect(reminders(SAM)).toBe(1);
    now = Date.parse('2026-11-24T09:01:00Z');
    await waitFor('the second', () => reminders(SAM) === 2 && reminders(BOSS) === 1);
    expect(reminders(KIM)).toBe(0);
    expect(await story.events(request.ref)).toContain('reminded');
  });

  it('are each sent a list of what waits for them, the oldest first, when there is more than they want mails', async () => {
    await start(`rules: [{ name: kims, then: staff, people: [${KIM}] }]\n`, MONDAY, 'staff_mails: 1');
    const kims = await story.respond('1001');
    await story.reaches(kims, 'awaiting_decision');
    const refs: string[] = [];
    for (let i = 0; i < 52; i += 1) {
      now += 1_000;
      refs.push(await story.respond(`#${7000 + i}`, `nobody${i}@nowhere.example`));
    }
    const { requests } = desk.service.desk.store.records;
    await waitFor('all to wait', async () => (await requests.counts(['needs_match'])).needs_match === 52, 20_000);
    now += 60_000;
    const [oldest = '', newest = ''] = [refs[0], refs[51]];
    const sams = await story.mail(SAM, /52 cancellation requests wait/);
    expect(sams.text).toContain(oldest);
    expect(sams.text).not.toContain(kims);
    expect(sams.text).not.toContain(newest);
    expect(sams.text).toContain(`The 50 oldest are listed here. All of them are in the queue:\n${desk.origin}/queue`);
    const theirs = await story.mail(KIM, /53 cancellation requests wait/);
    expect(theirs.text.indexOf(kims)).toBeLessThan(theirs.text.indexOf(oldest));
    expect(theirs.text).toContain(kims);
  });

  it('are not reminded of what is decided', async () => {
    await start('reminders: { after: 1h }');
    const request = await respond();
    await desk.service.desk.store.records.requests.update(request, { status: 'declined' }, now);
    now += 6 * HOUR;
    await story.respond('something else', 'nobody@nowhere.example');
    await waitFor('the other', () => story.mailsTo(SAM).some((mail) => /which order/.test(mail.subject)));
    expect(reminders(SAM)).toBe(0);
  });

  it('are left alone in quiet hours; the customer is not kept waiting for the receipt', async () => {
    await start('quiet: { from: "20:00", until: "07:00" }', Date.parse('2026-11-23T19:00:00Z'));
    const request = await respond();
    await story.mail('ana@customer.example', /We have your/);
    const owed = await desk.service.desk.store.records.effects.byRequest(request.id);
    const toStaff = owed.filter((effect) => effect.kind === 'mail' && effect.payload.to === SAM);
    expect(toStaff.map(({ state, dueAt }) => [state, new Date(dueAt).toISOString()])).toEqual([
      ['pending', '2026-11-24T05:00:00.000Z'],
    ]);
    now = Date.parse('2026-11-24T05:00:01Z');
    await story.mail(SAM, /cancel #1001/);
  });

  it('are told in quiet hours too what was decided and can be taken back for minutes', async () => {
    await start('undo: 10m\nquiet: { from: "20:00", until: "07:00" }', Date.parse('2026-11-23T17:55:00Z'));
    const { ref } = await respond();
    const page = await story.openFrom(SAM, /cancel #1001/);
    now = Date.parse('2026-11-23T18:05:00Z');
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    const told = await story.openFrom(KIM, /#1001 Approved/);
    await sendForm(told, { decision: 'undo', undo: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
  });

  it('are left alone in quiet hours by the list as well, which comes once in the morning', async () => {
    await start('quiet: { from: "20:00", until: "07:00" }', Date.parse('2026-11-23T19:00:00Z'), 'staff_mails: 1');
    for (let i = 0; i < 3; i += 1) {
      now += HOUR;
      await story.reaches(await story.respond(`#${7000 + i}`, `nobody${i}@nowhere.example`), 'needs_match');
    }
    now = Date.parse('2026-11-24T04:59:00Z');
    await story.reaches(await story.respond('#7003', 'nobody3@nowhere.example'), 'needs_match');
    now = Date.parse('2026-11-24T04:59:30Z');
    await story.mail('nobody3@nowhere.example', /We have your/);
    expect(story.mailsTo(SAM)).toEqual([]);
    now = Date.parse('2026-11-24T05:00:01Z');
    await story.mail(SAM, /4 cancellation requests wait/);
    expect(story.mailsTo(SAM).filter(({ subject }) => /requests wait/.test(subject))).toHaveLength(1);
  });

  it('are written to one by one again as soon as few enough wait', async () => {
    await start('', MONDAY, 'staff_mails: 1');
    const first = await respond();
    const second = await story.respond('#7001', 'nobody@nowhere.example');
    await story.reaches(second, 'needs_match');
    const browser = await signIn(desk);
    for (const ref of [first.ref, second]) {
      await browser.send(await browser.open(`/requests/${ref}`), { decision: 'decline', reason: 'It is packed.' });
    }
    const third = await story.respond('1002', 'eino@customer.example');
    await story.mail(SAM, new RegExp(third));
    expect(story.mailsTo(SAM).map(({ subject }) => subject)).not.toContain(
      `${second}: which order is to be cancelled?`,
    );
  });

  it('are all asked where those whom a rule names are gone, and the history says so', async () => {
    await start(`rules: [{ name: theirs, then: staff, people: [${KIM}, gone@pine-and-loom.example], approvals: 2 }]`);
    const request = await respond();
    for (const person of [SAM, KIM, BOSS]) await story.mail(person, /cancel #1001/);
    expect(await story.events(request.ref)).toContain('named_missing');
    const page = await (await signIn(desk)).open(`/requests/${request.ref}`);
    expect(page.html).toContain('value="approve"');
    expect(page.html).toContain('too few of those whom the rule names are on the staff list');
  });

  it('are told why they are all asked once, however often the request comes back to them', async () => {
    await start(`rules: [{ name: theirs, then: staff, people: [gone@pine-and-loom.example] }]`);
    const { ref } = await respond();
    const sam = await signIn(desk);
    for (const question of ['Which colour?', 'And which size?']) {
      await sam.send(await sam.open(`/requests/${ref}`), { decision: 'ask', question });
      await story.reaches(ref, 'needs_customer');
      const mail = await desk.world.inbox.waitFor(question, ({ to, text }) => to === ANA && text.includes(question));
      await sendForm(await openPage(linkIn(mail.text, 'r')), { action: 'answer', answer: 'Blue' });
      await story.reaches(ref, 'awaiting_decision');
    }
    expect((await story.events(ref)).filter((type) => type === 'named_missing')).toHaveLength(1);
  });

  it('are told of it as well when one of them has chosen the order', async () => {
    await start(`rules: [{ name: theirs, then: staff, people: [gone@pine-and-loom.example] }]`);
    const ref = await story.respond('something I bought', 'nobody@nowhere.example');
    await story.reaches(ref, 'needs_match');
    expect(await story.events(ref)).not.toContain('named_missing');
    const sam = await signIn(desk);
    await sam.send(await sam.open(`/requests/${ref}`), { decision: 'choose', order_name: '1001' });
    await story.reaches(ref, 'awaiting_decision');
    expect(await story.events(ref)).toContain('named_missing');
  });

  it('are not told so while those whom a rule names may decide', async () => {
    await start(`rules: [{ name: theirs, then: staff, people: [${KIM}, gone@pine-and-loom.example] }]`);
    const { ref } = await respond();
    await story.mail(KIM, /cancel #1001/);
    expect(story.mailsTo(SAM)).toEqual([]);
    expect(await story.events(ref)).not.toContain('named_missing');
  });

  /** Each away until the end of the day, and who stands in. */
  const away = async (standIns: Record<string, string>) => {
    const { staff } = desk.service.desk.store.records;
    for (const [email, standIn] of Object.entries(standIns)) {
      const member = await staff.get(email);
      if (!member) throw new Error(`no ${email}`);
      await staff.put({ ...member, awayUntil: MONDAY + 14 * HOUR, standIn }, now);
    }
  };

  it('who are away are stood in for along a chain, and whoever stands in may approve', async () => {
    await start(`rules: [{ name: sam, then: staff, people: [${SAM}] }]`);
    await away({ [SAM]: KIM, [KIM]: BOSS });
    const { ref } = await respond();
    const page = await story.openFrom(BOSS, /cancel #1001/);
    expect([...story.mailsTo(SAM), ...story.mailsTo(KIM)]).toEqual([]);
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    expect((await story.request(ref))?.decision?.by).toBe(BOSS);
  });

  it('who are away are stood in for when it is escalated to them, and whoever stands in may approve', async () => {
    await start(`reminders: { after: 1h, escalate: [${BOSS}] }
rules: [{ name: sam, then: staff, people: [${SAM}] }]
`);
    await away({ [BOSS]: KIM });
    const { ref } = await respond();
    for (const time of [1, 2]) {
      now += 2 * HOUR;
      await waitFor(`reminder ${time}`, () => reminders(SAM) === time);
    }
    const page = await story.openFrom(KIM, /Reminder/);
    expect(reminders(BOSS)).toBe(0);
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    expect((await story.request(ref))?.decision?.by).toBe(KIM);
  });

  it('who are away are stood in for', async () => {
    await start(`rules: [{ name: sam, then: staff, people: [${SAM}] }]`);
    const { staff } = desk.service.desk.store.records;
    const sam = await staff.get(SAM);
    if (!sam) throw new Error('no Sam');
    await staff.put({ ...sam, awayUntil: now + HOUR, standIn: KIM }, now);
    await respond();
    await story.mail(KIM, /cancel #1001/);
    expect(story.mailsTo(SAM)).toEqual([]);
    now += 2 * HOUR;
    await story.respond('1002', 'eino@customer.example');
    await story.mail(SAM, /cancel #1002/);
  });
});
