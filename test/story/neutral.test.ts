/** What somebody learns who types a number into a form: nothing. Neither from what they get, nor from how fast. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { readMails, sendPairs, withoutOwn } from '../support/neutral-pairs.ts';
import { linkIn, openPage, sendForm } from '../support/page.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const PAIRS = 60;

describe('a stranger', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ policy: 'limits: { staff_mails: 100000, confirmations_per_order: 100000 }' });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  it(`gets the same answer, mail and page for an order that exists and one that doesn't, ${PAIRS} times each`, async () => {
    const seen = await sendPairs(desk.origin, PAIRS);
    const { requests, effects } = desk.service.desk.store.records;
    await waitFor('all to be looked at', async () => !(await requests.counts()).received, 30_000);
    await waitFor('every mail', async () => (await effects.countOpen()) === 0, 30_000);
    await readMails(desk.world.inbox, PAIRS, seen);
    expect(seen.hit).toEqual(seen.miss);
    expect([...seen.hit].map((text) => text.split('\n')[0])).toEqual(['202 {"ref":"CR-XXXXXXX"}', '1 mails']);
  }, 90_000);

  it('sees the same page to the end, though the owner confirms and the order is cancelled', async () => {
    const ref = await story.respond('1001', 'mallory@evil.example');
    const pageUrl = linkIn((await story.mail('mallory@evil.example', /We have your/)).text, 'r');
    const before = await openPage(pageUrl);
    await sendForm(await story.openFrom(ANA, /Was it you/), { action: 'confirm', was_me: 'yes' });
    await story.reaches(ref, 'awaiting_decision');
    await sendForm(await story.openFrom(SAM, /cancel #1001/), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    expect((await openPage(pageUrl)).html).toBe(before.html);
    // Withdrawing it looks as it does for an order that isn't there, and changes nothing.
    const missing = await story.respond('7001', 'mallory@evil.example');
    const missingMail = await story.mail('mallory@evil.example', new RegExp(`We have your.*${missing}`));
    const hit = await sendForm(before, { action: 'withdraw', confirm: ref.slice(-4) });
    const miss = await sendForm(await openPage(linkIn(missingMail.text, 'r')), {
      action: 'withdraw',
      confirm: missing.slice(-4),
    });
    expect(withoutOwn(hit.html)).toBe(withoutOwn(miss.html));
    await waitFor('both mails', () => story.mailsTo('mallory@evil.example').length === 4);
    const told = story.mailsTo('mallory@evil.example').filter((mail) => /You take back/.test(mail.subject));
    expect(new Set(told.map((mail) => withoutOwn(mail.text))).size).toBe(1);
    expect((await story.request(ref))?.status).toBe('cancelled');
  });

  it('still learns nothing when the owner of the order stops it', async () => {
    const ref = await story.respond('1001', 'mallory@evil.example');
    const pageUrl = linkIn((await story.mail('mallory@evil.example', /We have your/)).text, 'r');
    const before = (await openPage(pageUrl)).html;
    const owner = await story.openFrom(ANA, /Was it you/);
    await sendForm(owner, { action: 'confirm', was_me: 'no' });
    await story.reaches(ref, 'withdrawn');
    const told = (html: string) => /<p class="lead">[^<]*/.exec(html)?.[0];
    expect(told((await openPage(pageUrl)).html)).toBe(told(before));
    expect(story.mailsTo('mallory@evil.example')).toHaveLength(1);
  });
});

describe('limits', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  async function start(policy: string): Promise<void> {
    desk = await startDesk({ policy });
    story = storyOf(desk);
  }
  const settled = () =>
    waitFor('all to be done', async () => {
      const { requests, effects } = desk.service.desk.store.records;
      return !(await requests.counts()).received && (await effects.countOpen()) === 0;
    });

  it('one address is not mailed more often than the policy lets a form do it; every request is kept', async () => {
    await start('limits: { mails_per_address: 3 }');
    for (let i = 0; i < 8; i += 1) await story.respond(`#${7000 + i}`, 'victim@customer.example', { Message: `${i}` });
    await settled();
    expect(story.mailsTo('victim@customer.example')).toHaveLength(3);
    expect(await desk.service.desk.store.records.requests.list({ limit: 100 })).toHaveLength(8);
  });

  it('one form can’t be made to mail the world', async () => {
    await start('limits: { mails_per_source: 4 }');
    for (let i = 0; i < 9; i += 1) await story.respond(`#${7000 + i}`, `victim${i}@customer.example`);
    await settled();
    expect(desk.world.inbox.mails.filter((mail) => mail.to.startsWith('victim'))).toHaveLength(4);
    expect(await desk.service.desk.store.records.requests.list({ limit: 100 })).toHaveLength(9);
  });

  it('the owner of one order is not asked again and again', async () => {
    await start('limits: { confirmations_per_order: 2 }');
    for (let i = 0; i < 6; i += 1) await story.respond('#1001', `mallory${i}@evil.example`);
    await settled();
    expect(story.mailsTo(ANA).filter((mail) => /Was it you/.test(mail.subject))).toHaveLength(2);
  });

  it('a flood comes to staff as one list, with a link to each that waits', async () => {
    await start('limits: { staff_mails: 3 }');
    const refs: string[] = [];
    for (let i = 0; i < 12; i += 1) refs.push(await story.respond(`#${7000 + i}`, `nobody${i}@nowhere.example`));
    await settled();
    const digest = await story.mail(SAM, /cancellation requests wait/);
    await settled();
    const mails = story.mailsTo(SAM);
    expect(mails.filter((mail) => /which order/.test(mail.subject))).toHaveLength(3);
    const lists = mails.filter((mail) => /requests? waits?/.test(mail.subject));
    const last = lists.at(-1) ?? digest;
    for (const ref of refs) expect(last.text).toContain(ref);
    expect((await openPage(linkIn(last.text, 'd'))).status).toBe(200);
  });
});
