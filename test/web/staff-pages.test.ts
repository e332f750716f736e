/** Signed-in staff: the queue, several at once, one request with its history. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelKey } from '../../src/domain/effect.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm, unread } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { codeOn, signIn, staffBrowser } from '../support/staff-browser.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const KIM = 'kim@pine-and-loom.example';

describe('signing in', () => {
  let desk: DeskUnderTest;
  beforeEach(async () => {
    desk = await startDesk();
  });
  afterEach(() => desk.close());
  const linkPath = async () => {
    const mail = await desk.world.inbox.waitFor('the link', (one) => /Sign in/.test(one.subject));
    return new URL(/https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? '').pathname;
  };

  it('says the same to an address that may and one that may not, and mails only the first', async () => {
    const browser = staffBrowser(desk);
    const page = await browser.open('/sign-in');
    const [yes, no] = [await browser.send(page, { email: SAM }), await browser.send(page, { email: ANA })];
    expect(yes.html).toBe(no.html);
    await linkPath();
    expect(desk.world.inbox.mails.map((mail) => mail.to)).toEqual([SAM]);
  });

  it('works once, by a person: opening the link and sending its form as it is change nothing', async () => {
    const browser = staffBrowser(desk);
    await browser.send(await browser.open('/sign-in'), { email: SAM });
    const path = await linkPath();
    for (let i = 0; i < 3; i += 1) expect((await browser.open(path)).status).toBe(200);
    expect((await browser.send(await browser.open(path), {})).status).toBe(422);
    const inside = await browser.send(await browser.open(path), { me: 'yes' });
    expect(inside.path).toBe('/queue');
    const other = staffBrowser(desk);
    expect((await other.open(path)).status).toBe(404);
    expect((await other.send({ status: 200, html: '', path }, { me: 'yes' })).status).toBe(404);
  });

  it('leads back to the request that was asked for', async () => {
    const story = storyOf(desk);
    const ref = await story.respond('1001');
    const browser = staffBrowser(desk);
    const asked = await browser.open(`/requests/${ref}`);
    expect(asked.path).toBe('/sign-in');
    const missing = await browser.send(asked, { email: '' });
    await browser.send(missing, { email: SAM });
    const mail = await desk.world.inbox.waitFor('the link', (one) => /Sign in/.test(one.subject));
    const link = new URL(/https?:\S+\/sign-in\/\S+/.exec(mail.text)?.[0] ?? '');
    const button = await browser.open(link.pathname + link.search);
    const inside = await browser.send(button, { me: 'yes' }, link.pathname + link.search);
    expect([inside.path, inside.status]).toEqual([`/requests/${ref}`, 200]);
  });

  it('leads there from each of two links, in a browser that never asked with the number that the other shows, and a page that asks again for it keeps it', async () => {
    const ref = await storyOf(desk).respond('1001');
    const asking = staffBrowser(desk);
    const ask = async () => codeOn(await asking.send(await asking.open(`/requests/${ref}`), { email: SAM }));
    const [code, same] = [await ask(), await ask()];
    expect([code.length, same]).toEqual([6, code]);
    const links = () => desk.world.inbox.mails.filter((one) => /Sign in/.test(one.subject));
    await waitFor('both links', () => links().length === 2);
    for (const { text } of links()) {
      const link = new URL(/https?:\S+\/sign-in\/\S+/.exec(text)?.[0] ?? '');
      const other = staffBrowser(desk);
      const untyped = await other.send(await other.open(link.pathname + link.search), { me: 'yes' });
      expect([untyped.status, untyped.html.includes(code)]).toEqual([422, false]);
      expect((await other.send(untyped, { code: String(Number(code) + 1) })).status).toBe(422);
      const inside = await other.send(untyped, { code });
      expect([inside.path, inside.status]).toEqual([`/requests/${ref}`, 200]);
    }
  });

  it('leads to the queue where a ref is sent several times over', async () => {
    const browser = staffBrowser(desk);
    const asked = await browser.open('/sign-in?ref=CR-AAAAAAA&ref=CR-BBBBBBB');
    expect([asked.status, asked.html.includes('name="ref"')]).toEqual([200, false]);
    await browser.send(asked, { email: SAM, ref: ['CR-AAAAAAA', 'CR-BBBBBBB'] });
    const path = await linkPath();
    const inside = await browser.send(await browser.open(path), { me: 'yes' });
    expect(inside.path).toBe('/queue');
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    'CR-1/../../x',
    'CR-AAAAAAA\r\nX: y',
    'CR-AAAAAAA\0',
    'cr-aaaaaaa',
  ])('leads nowhere else, whatever an address says: %j', async (ref) => {
    const browser = staffBrowser(desk);
    const query = `?ref=${encodeURIComponent(ref)}`;
    expect((await browser.open(`/sign-in${query}`)).html).not.toContain('name="ref"');
    const code = codeOn(await browser.send(await browser.open('/sign-in'), { email: SAM, ref }));
    const mail = await desk.world.inbox.waitFor('the link', (one) => /Sign in/.test(one.subject));
    const path = new URL(/https?:\S+\/sign-in\/\S+/.exec(mail.text)?.[0] ?? '');
    expect(path.search).toBe('');
    const answer = await request(desk.origin)
      .post(path.pathname + query)
      .set('Origin', desk.origin)
      .type('form')
      .send({ code });
    expect([answer.status, answer.headers.location]).toEqual([303, `${desk.origin}/queue`]);
  });

  it('is over at once when the person is removed, and after signing out', async () => {
    const browser = await signIn(desk);
    expect((await browser.open('/queue')).path).toBe('/queue');
    await browser.send({ status: 200, html: '', path: '/sign-out' }, {});
    expect((await browser.open('/queue')).path).toBe('/sign-in');
    const again = await signIn(desk);
    await desk.service.desk.store.records.staff.put(
      { email: SAM, role: 'decide', active: false, awayUntil: null, standIn: null },
      Date.now(),
    );
    expect((await again.open('/queue')).path).toBe('/sign-in');
  });

  it('is needed for every page of staff', async () => {
    for (const path of ['/queue', '/queue.csv', '/requests/CR-AAAAAAA', '/requests/new', '/staff']) {
      const answer = await request(desk.origin).get(path);
      const back = path.includes('CR-') ? '?ref=CR-AAAAAAA' : '';
      expect([answer.status, answer.headers.location]).toEqual([303, `${desk.origin}/sign-in${back}`]);
    }
    expect((await request(desk.origin).post('/queue').set('Origin', desk.origin)).status).toBe(403);
  });
});

describe('the queue', () => {
  let desk: DeskUnderTest;
  let story: Story;
  beforeEach(async () => {
    desk = await startDesk({ env: { STAFF_EMAILS: `${SAM},${KIM}` } });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  async function three(): Promise<string[]> {
    const refs = [
      await story.respond('1001', ANA),
      await story.respond('1002', 'eino@customer.example'),
      await story.respond('1006', 'aino@customer.example'),
    ];
    for (const ref of refs) await story.reaches(ref, 'awaiting_decision');
    return refs;
  }

  it('shows what waits, with counts, and finds by order, reference and address', async () => {
    const [first = '', second = ''] = await three();
    const browser = await signIn(desk);
    const all = await browser.open('/queue');
    expect(all.html).toMatch(/To do <span class="count">3</);
    expect(all.html).toContain('#1001');
    for (const text of ['1002', second.toLowerCase(), 'EINO@customer', 'eino sal', 'SALO']) {
      const found = await browser.open(`/queue?q=${encodeURIComponent(text)}`);
      expect(found.html).toContain(second);
      expect(found.html).not.toContain(first);
    }
    expect((await browser.open('/queue?view=ended')).html).toContain('Nothing here.');
    expect((await browser.open(`/queue?q=${encodeURIComponent('%')}`)).html).toContain('Nothing here.');
  });

  it('approves several after a summary, and none of which has changed since', async () => {
    const refs = await three();
    const browser = await signIn(desk);
    const summary = await browser.send(await browser.open('/queue'), { ref: refs, bulk: 'approve' });
    expect(summary.html).toContain('Nothing is done yet.');
    expect(story.ledger()).toEqual([]);
    // Somebody else is faster with one of them.
    const mail = await story.mail(KIM, new RegExp(refs[0] ?? ''));
    await sendForm(await openPage(linkIn(mail.text, 'd')), { decision: 'decline', reason: 'no' });
    const done = await browser.send(summary, {}, '/queue/decide');
    expect(done.html.match(/: decided</g)).toHaveLength(2);
    expect(done.html).toContain('was decided already');
    await story.reaches(refs[1] ?? '', 'cancelled');
    await story.reaches(refs[2] ?? '', 'cancelled');
    expect(story.ledger().filter((kind) => kind === 'cancel')).toHaveLength(2);
  });

  it('declines several, never without a reason', async () => {
    const refs = await three();
    const browser = await signIn(desk);
    const summary = await browser.send(await browser.open('/queue'), { ref: refs.slice(0, 2), bulk: 'decline' });
    const again = await browser.send(summary, { reason: ' ' }, '/queue/decide');
    expect(again.status).toBe(422);
    await browser.send(again, { reason: 'Too late, sorry' }, '/queue/decide');
    await story.reaches(refs[0] ?? '', 'declined');
    expect((await story.mail(ANA, /About your/)).text).toContain('Too late, sorry');
    expect((await story.request(refs[2] ?? ''))?.status).toBe('awaiting_decision');
  });

  it('gives a table that no spreadsheet takes for formulas', async () => {
    await story.respond('1001', ANA, { 'Reason for cancelling': '=HYPERLINK("http://evil.example","x")' });
    await story.reaches(
      (await desk.service.desk.store.records.requests.list({ limit: 1 }))[0]?.ref ?? '',
      'awaiting_decision',
    );
    const browser = await signIn(desk);
    const { html } = await browser.open('/queue.csv');
    expect(html).toContain('"\'=HYPERLINK(""http://evil.example"",""x"")"');
    expect(html).toMatch(/^\ufeffref,status,order,customer,email,amount,currency,/);
  });

  it('lets somebody who may only look, look', async () => {
    const [ref = ''] = await three();
    await desk.service.desk.store.records.staff.put(
      { email: KIM, role: 'view', active: true, awayUntil: null, standIn: null },
      Date.now(),
    );
    const browser = await signIn(desk, KIM);
    const page = await browser.open(`/requests/${ref}`);
    expect(page.html).toContain('#1001');
    expect(page.html).not.toContain('value="approve"');
    expect((await browser.send(page, { decision: 'approve' })).status).toBe(403);
    expect((await browser.send(await browser.open('/queue'), { ref, bulk: 'approve' })).status).toBe(403);
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
  });

  it('refuses forms that were made for another session', async () => {
    const [ref = ''] = await three();
    const [sam, kim] = [await signIn(desk), await signIn(desk, KIM)];
    const page = await kim.open(`/requests/${ref}`);
    expect((await sam.send(page, { decision: 'approve' })).status).toBe(403);
    expect((await sam.send({ ...page, html: '' }, { decision: 'approve' })).status).toBe(403);
  });
});

describe('one request', () => {
  let desk: DeskUnderTest;
  let story: Story;
  async function start(policy = PLAIN_POLICY): Promise<void> {
    desk = await startDesk({ policy, env: { STAFF_EMAILS: `${SAM},${KIM}` } });
    story = storyOf(desk);
  }
  afterEach(() => desk.close());

  it('shows its whole history, and is approved without typing by somebody signed in', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'approve' });
    await story.reaches(ref, 'cancelled');
    const { html } = await browser.open(`/requests/${ref}`);
    for (const line of ['Came in', 'To staff', 'Approved', 'Shopify has cancelled the order', 'Mail: Cancelled']) {
      expect(html).toContain(line);
    }
  });

  it('all who were to decide are told what was decided', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await sendForm(page, { decision: 'decline', reason: 'It is packed.' });
    for (const person of [SAM, KIM]) {
      const { text } = await story.mail(person, /#1001 Declined/);
      expect(text).toContain(`${SAM} declined`);
      expect(text).toContain('It is packed.');
    }
  });

  it('an approval can be taken back within the window, and nothing is sent before it ends', async () => {
    await start(`${PLAIN_POLICY}undo: 1h\n`);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    expect((await story.mail(ANA, /is accepted/)).text).toContain('We’ll carry it out after');
    const page = await openPage(linkIn((await story.mail(KIM, /#1001 Approved/)).text, 'd'));
    expect((await sendForm(unread(page), { decision: 'undo' })).status).toBe(422);
    await sendForm(page, { decision: 'undo' });
    await story.reaches(ref, 'awaiting_decision');
    expect(story.ledger()).toEqual([]);
    // And approved again, it is cancelled once the window has passed.
    const again = await waitFor('a new link', () =>
      desk.world.inbox.mails.filter((mail) => mail.to === SAM && /cancel #1001\?/.test(mail.subject)).at(1),
    );
    await sendForm(await openPage(linkIn(again.text, 'd')), { decision: 'approve', confirm: '1001' });
    expect((await story.request(ref))?.status).toBe('approved');
  });

  it('can be withdrawn by the customer within the window, and nothing is cancelled', async () => {
    await start(`${PLAIN_POLICY}undo: 1h\n`);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    const page = await story.openFrom(ANA, /is accepted/);
    await sendForm(page, { action: 'withdraw', confirm: ref.slice(-4) });
    expect(await story.reaches(ref, 'withdrawn')).toMatchObject({ decision: null });
    const owed = await desk.service.desk.store.records.effects.byKey(
      cancelKey(desk.world.shopify.state.order('#1001').id),
    );
    expect(owed?.state).toBe('skipped');
    // Asked for and approved again, it can be cancelled.
    const again = await story.respond('1001', ANA, { Message: 'now really' });
    await story.reaches(again, 'awaiting_decision');
    const mail = await story.mail(SAM, new RegExp(`${again}: cancel`));
    await sendForm(await openPage(linkIn(mail.text, 'd')), { decision: 'approve', confirm: '1001' });
    expect((await story.request(again))?.status).toBe('approved');
  });

  it('is cancelled when the window has passed, and can’t be undone then', async () => {
    let offset = 0;
    desk = await startDesk({ policy: `${PLAIN_POLICY}undo: 10m\n`, now: () => Date.now() + offset });
    story = storyOf(desk);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    const link = linkIn((await story.mail(SAM, /#1001 Approved/)).text, 'd');
    offset = 11 * 60_000;
    await story.reaches(ref, 'cancelled');
    const late = await openPage(link);
    expect(late.buttons).not.toContain('undo');
  });

  it('gets an offer of staff; refused, it comes back', async () => {
    await start();
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    expect((await sendForm(page, { decision: 'offer' })).status).toBe(422);
    await sendForm(page, { decision: 'offer', offer: 'A 15 % discount if you keep it.' });
    const offer = await story.openFrom(ANA, /Before we cancel/);
    expect(offer.html).toContain('A 15 % discount if you keep it.');
    await sendForm(offer, { action: 'offer', offer: 'refuse' });
    await story.reaches(ref, 'awaiting_decision');
  });

  it('can be assigned and snoozed, and comes back by itself', async () => {
    let offset = 0;
    desk = await startDesk({ now: () => Date.now() + offset, timings: { sessionIdle: 1e12 } });
    story = storyOf(desk);
    const ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'assign', assign_to: SAM });
    expect((await browser.open('/queue?mine=yes')).html).toContain(ref);
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'snooze', days: '1' });
    expect((await browser.open('/queue')).html).not.toContain(ref);
    expect((await browser.open('/queue?view=snoozed')).html).toContain(ref);
    offset = 25 * 60 * 60_000;
    await waitFor('another mail', () => story.mailsTo(SAM).filter((mail) => mail.subject.includes(ref)).length === 2);
    expect((await story.request(ref))?.snoozedUntil).toBeNull();
  });

  it('comes back as soon as the customer has answered, and is counted where it is, though it was put off before', async () => {
    await start();
    const ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    const browser = await signIn(desk);
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'ask', question: 'Which colour?' });
    await story.reaches(ref, 'needs_customer');
    await browser.send(await browser.open(`/requests/${ref}`), { decision: 'snooze', days: '7' });
    const counted = async (view: string) =>
      new RegExp(`view=${view}"[^>]*>[^<]*<span class="count">(\\d+)`).exec((await browser.open('/queue')).html)?.[1];
    expect([await counted('snoozed'), await counted('customer')]).toEqual(['0', '1']);
    await sendForm(await story.openFrom(ANA, /A question/), { action: 'answer', answer: 'Blue' });
    await story.reaches(ref, 'awaiting_decision');
    expect((await browser.open('/queue')).html).toContain(ref);
    expect([await counted('snoozed'), await counted('to_do')]).toEqual(['0', '1']);
  });
});
