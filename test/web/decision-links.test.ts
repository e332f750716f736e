/** What a link may and may not do, by the names of the attacks. */
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { linkIn, openPage, sendForm, unread } from '../support/page.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';

const SAM = 'sam@pine-and-loom.example';
const SOL = 'sol@pine-and-loom.example';

describe('decision links', () => {
  let desk: DeskUnderTest;
  let ref: string;

  beforeEach(async () => {
    desk = await startDesk({ env: { STAFF_EMAILS: `${SAM}, sue@pine-and-loom.example` } });
    const { json } = await sendWebhook(desk.origin, 'msg-1', {
      respondentEmail: 'ana@customer.example',
      answers: { 'Order number': '1001' },
    });
    ref = String(json.ref);
  });
  afterEach(() => desk.close());

  const linkOf = async (person: string) =>
    linkIn((await desk.world.inbox.waitFor(`to ${person}`, (mail) => mail.to === person)).text, 'd');
  const path = (link: string) => new URL(link).pathname;
  const current = () => desk.service.desk.store.records.requests.byRef(ref);
  const cancels = () => desk.world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel').length;

  it('change nothing on GET, HEAD, OPTIONS and prefetch, and still work afterwards', async () => {
    const link = await linkOf(SAM);
    const before = await current();
    for (let i = 0; i < 40; i += 1) {
      for (const method of ['get', 'head', 'options'] as const) {
        await request(desk.service.app)[method](path(link)).set('Sec-Purpose', 'prefetch');
      }
    }
    expect(await current()).toEqual(before);
    const page = await openPage(link);
    expect((await sendForm(page, { decision: 'approve', confirm: '1001' })).html).toContain('approved it');
  });

  it('are not decided by a scanner that submits every button of the form as it stands', async () => {
    const link = await linkOf(SAM);
    for (let i = 0; i < 5; i += 1) {
      const page = unread(await openPage(link));
      for (const decision of [...page.buttons, '']) await sendForm(page, { decision });
    }
    expect((await current())?.status).toBe('awaiting_decision');
    expect(cancels()).toBe(0);
    expect((await openPage(link)).buttons).toContain('approve');
  });

  it('belong to one person each; the second to click sees who decided', async () => {
    const [sams, sues] = [await openPage(await linkOf(SAM)), await openPage(await linkOf('sue@pine-and-loom.example'))];
    await sendForm(sams, { decision: 'decline', reason: 'Too late' });
    const late = await sendForm(sues, { decision: 'approve', confirm: '1001' });
    expect(late.status).toBe(409);
    expect(late.html).toContain(`${SAM} declined it`);
    expect((await openPage(sues.url)).html).toContain(`${SAM} declined it`);
    expect(cancels()).toBe(0);
  });

  it('give one decision however many click at once', async () => {
    const pages = [await openPage(await linkOf(SAM)), await openPage(await linkOf('sue@pine-and-loom.example'))];
    const clicks = Array.from({ length: 40 }, (_, i) => {
      const page = pages[i % 2] as (typeof pages)[0];
      return sendForm(
        page,
        i % 4 < 2 ? { decision: 'approve', confirm: '1001' } : { decision: 'decline', reason: 'No' },
      );
    });
    const answers = await Promise.all(clicks);
    expect(answers.every((answer) => [200, 409, 429].includes(answer.status))).toBe(true);
    const events = await desk.service.desk.store.records.events.byRequest((await current())?.id ?? '');
    expect(events.filter((event) => event.type === 'approved' || event.type === 'declined')).toHaveLength(1);
    await waitFor('the end', async () => ['cancelled', 'declined'].includes((await current())?.status ?? ''));
    expect(cancels()).toBe((await current())?.status === 'cancelled' ? 1 : 0);
  });

  it.each([
    ['made up', () => `/d/${'A'.repeat(43)}`],
    ['cut short', (link: string) => path(link).slice(0, -1)],
    ['of the wrong kind', (link: string) => path(link).replace('/d/', '/r/')],
  ])('that are %s look dead, all alike', async (_, forge) => {
    const answer = await request(desk.service.app).get(forge(await linkOf(SAM)));
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('This link doesn’t work');
    expect(answer.text).not.toContain('1001');
  });

  it('die with the person who is removed', async () => {
    const link = await linkOf(SAM);
    const { store, now } = desk.service.desk;
    await store.records.staff.put({ email: SAM, role: 'decide', active: false, awayUntil: null, standIn: null }, now());
    expect((await openPage(link)).status).toBe(404);
  });

  it('of somebody who may only look decide nothing', async () => {
    const link = await linkOf(SAM);
    const { store, now } = desk.service.desk;
    await store.records.staff.put({ email: SAM, role: 'view', active: true, awayUntil: null, standIn: null }, now());
    expect((await openPage(link)).status).toBe(404);
    expect(SOL).not.toBe(SAM);
  });

  it('die when the response is edited, and a new one comes', async () => {
    const link = await linkOf(SAM);
    const page = await openPage(link);
    await sendWebhook(desk.origin, 'msg-2', {
      responseId: 'r9',
      respondentEmail: 'eino@customer.example',
      answers: { 'Order number': '1002' },
    });
    const first = await desk.world.inbox.waitFor(
      'about #1002',
      (mail) => mail.to === SAM && mail.subject.includes('#1002'),
    );
    await sendWebhook(desk.origin, 'msg-3', {
      responseId: 'r9',
      respondentEmail: 'eino@customer.example',
      answers: { 'Order number': '1002', Message: 'and hurry' },
    });
    await waitFor(
      'a second mail about #1002',
      () => desk.world.inbox.mails.filter((mail) => mail.to === SAM && mail.subject.includes('#1002')).length === 2,
    );
    expect((await openPage(linkIn(first.text, 'd'))).status).toBe(404);
    expect((await openPage(page.url)).status).toBe(200);
  });

  it('expire', async () => {
    await desk.close();
    desk = await startDesk({ timings: { staffLink: 1 } });
    const { json } = await sendWebhook(desk.origin, 'msg-1', {
      respondentEmail: 'ana@customer.example',
      answers: { 'Order number': '1001' },
    });
    ref = String(json.ref);
    expect((await openPage(await linkOf(SAM))).status).toBe(404);
  });

  it('refuse a form that comes from another site', async () => {
    const link = await linkOf(SAM);
    const body = { decision: 'decline', reason: 'x', revision: '2' };
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const answer = await request(desk.service.app).post(path(link)).type('form').set(headers).send(body);
      expect(answer.status).toBe(403);
    }
    expect((await current())?.status).toBe('awaiting_decision');
  });

  it('are built from BASE_URL, whatever Host a request claims', async () => {
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const answer = await request(desk.service.app)
      .get(path(await linkOf(SAM)))
      .set(evil);
    expect(answer.text).not.toContain('evil.example');
  });

  it('are answered with headers that keep the page to itself', async () => {
    const { headers } = await request(desk.service.app).get(path(await linkOf(SAM)));
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('leave no token in the store, the log or an error', async () => {
    const link = await linkOf(SAM);
    await openPage(link);
    const token = link.split('/').at(-1) ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(desk.logLines.join('')).not.toContain(token);
    const effects = await desk.service.desk.store.records.effects.byRequest((await current())?.id ?? '');
    expect(JSON.stringify(effects)).not.toContain(token);
    expect(await desk.service.desk.store.records.tokens.find(token)).toBeNull();
  });

  it('show hostile answers as text', async () => {
    const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>{{constructor}}';
    const { json } = await sendWebhook(desk.origin, 'msg-x', {
      respondentEmail: 'x@y.example',
      answers: { [evil]: evil, 'Order number': '=cmd()' },
    });
    const mail = await desk.world.inbox.waitFor(
      'about the hostile one',
      (one) => one.to === SAM && one.subject.includes(String(json.ref)),
    );
    const page = await openPage(linkIn(mail.text, 'd'));
    for (const html of [page.html, mail.html]) {
      expect(html).not.toMatch(/<script|<img/);
      expect(html).toContain('&lt;script&gt;');
    }
    expect(mail.subject).not.toContain('script');
  });
});

describe('behind a proxy with a path of its own', () => {
  it.each(['/desk', ''])('links and styles work when the proxy leaves "%s" in front', async (kept) => {
    const desk = await startDesk({ env: { BASE_URL: 'https://shop.example/desk/' } });
    try {
      await sendWebhook(desk.origin, 'msg-1', {
        respondentEmail: 'ana@customer.example',
        answers: { 'Order number': '1001' },
      });
      const mail = await desk.world.inbox.waitFor('to Sam', (one) => one.to === SAM);
      const link = linkIn(mail.text, 'd');
      expect(link).toMatch(/^https:\/\/shop\.example\/desk\/d\//);
      const opened = await request(desk.service.app).get(kept + new URL(link).pathname.replace('/desk', ''));
      expect(opened.status).toBe(303);
      const clean = String(opened.headers.location);
      expect(clean).toMatch(/^https:\/\/shop\.example\/desk\/requests\/CR-\w{7}$/);
      const [cookie = ''] = opened.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/^__Host-desk-CR-\w{7}=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      const page = await request(desk.service.app)
        .get(kept + new URL(clean).pathname.replace('/desk', ''))
        .set('Cookie', cookie.split(';')[0] ?? '');
      expect(page.status).toBe(200);
      expect(page.text).toContain('href="/desk/style.css"');
      expect((await request(desk.service.app).get(`${kept}/style.css`)).status).toBe(200);
    } finally {
      await desk.close();
    }
  });
});
