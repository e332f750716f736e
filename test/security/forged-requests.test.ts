/** Requests that a browser is made to send by another site, or that lie about where they came to. */
import { connect } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintSignInLink, openSession, signIn } from '../../src/steps/sessions.ts';
import { formKeyOf } from '../../src/web/session-cookie.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { SAM, type Story, storyOf } from '../support/story.ts';

describe('CSRF', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let ref: string;
  let session: { cookie: string; formKey: string };
  let other: { cookie: string; formKey: string };

  beforeAll(async () => {
    desk = await startDesk();
    story = storyOf(desk);
    ref = await story.respond('1001');
    await story.reaches(ref, 'awaiting_decision');
    session = await startSession();
    other = await startSession();
  });
  afterAll(() => desk.close());

  async function startSession() {
    const { url } = await mintSignInLink(desk.service.desk, { to: SAM });
    const token = (await signIn(desk.service.desk, url.split('/').at(-1) ?? '')) ?? '';
    const opened = await openSession(desk.service.desk, token);
    return { cookie: `desk=${token}`, formKey: opened ? formKeyOf(opened) : '' };
  }

  const ROUTES: [string, () => string, () => Record<string, string>][] = [
    ['one decision', () => `/requests/${ref}`, () => ({ decision: 'decline', reason: 'forged', revision: '3' })],
    ['many decisions', () => '/queue/decide', () => ({ bulk: 'decline', reason: 'forged', seen: `${ref} 3 -` })],
    ['a summary', () => '/queue', () => ({ bulk: 'decline', ref })],
    ['a new request', () => '/requests/new', () => ({ order_name: '#1002', message: 'forged' })],
    ['a new colleague', () => '/staff', () => ({ do: 'add', email: 'mallory@evil.example', role: 'operate' })],
    ['signing out', () => '/sign-out', () => ({})],
  ];
  // The cookie is there in every one of them, as if SameSite did not exist; and the right key, as if it had leaked.
  const ORIGINS: [string, () => Record<string, string>][] = [
    ['another site', () => ({ Origin: 'https://evil.example' })],
    ['a site that hides where it is', () => ({ Origin: 'null' })],
    ['a host that begins like ours', () => ({ Origin: `${desk.origin}.evil.example` })],
    ['our host at another port', () => ({ Origin: desk.origin.replace(/\d+$/, '1') })],
    ['our host by another scheme', () => ({ Origin: desk.origin.replace('http:', 'https:') })],
    ['another site, by Sec-Fetch-Site alone', () => ({ 'Sec-Fetch-Site': 'cross-site' })],
    ['a neighbour of our site', () => ({ 'Sec-Fetch-Site': 'same-site', Origin: desk.origin })],
    ['a Sec-Fetch-Site that lies', () => ({ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' })],
    ['an Origin that lies', () => ({ 'Sec-Fetch-Site': 'cross-site', Origin: desk.origin })],
  ];

  const untouched = async () => {
    expect((await story.request(ref))?.status).toBe('awaiting_decision');
    expect(await desk.service.desk.store.records.requests.list({ limit: 10 })).toHaveLength(1);
    expect(await desk.service.desk.store.records.staff.get('mallory@evil.example')).toBeNull();
    expect((await request(desk.origin).get('/queue').set('Cookie', session.cookie)).status).toBe(200);
    expect(story.ledger()).toEqual([]);
  };

  describe.each(ROUTES)('%s', (_, pathOf, bodyOf) => {
    it.each(ORIGINS)('is refused from %s', async (_name, headersOf) => {
      const answer = await request(desk.origin)
        .post(pathOf())
        .type('form')
        .set({ Cookie: session.cookie, 'X-Forwarded-For': '198.51.100.9', ...headersOf() })
        .send({ ...bodyOf(), form_key: session.formKey });
      expect(answer.status).toBe(403);
      await untouched();
    });
  });

  const KEYS: [string, () => { type: string; body: string }][] = [
    ['no key', () => form({})],
    ['an empty key', () => form({ form_key: '' })],
    ['a key cut short', () => form({ form_key: session.formKey.slice(0, -1) })],
    ["another session's key", () => form({ form_key: other.formKey })],
    ['the cookie as a key', () => form({ form_key: session.cookie.slice(5) })],
    ['two keys', () => ({ type: 'application/x-www-form-urlencoded', body: `form_key=x&form_key=${session.formKey}` })],
    ['a key in JSON', () => ({ type: 'application/json', body: JSON.stringify({ form_key: session.formKey }) })],
    ['a key in plain text', () => ({ type: 'text/plain', body: `form_key=${session.formKey}` })],
    [
      'a key in parts',
      () => ({
        type: 'multipart/form-data; boundary=x',
        body: `--x\r\nContent-Disposition: form-data; name="form_key"\r\n\r\n${session.formKey}\r\n--x--\r\n`,
      }),
    ],
  ];
  function form(values: Record<string, string>) {
    return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(values).toString() };
  }

  describe.each(ROUTES.slice(0, 5))('%s', (_, pathOf, bodyOf) => {
    it.each(KEYS)('is refused with %s, though the origin is ours', async (_name, keyOf) => {
      const { type, body } = keyOf();
      const more = type.endsWith('urlencoded') ? `&${new URLSearchParams(bodyOf()).toString()}` : '';
      const answer = await request(desk.origin)
        .post(pathOf())
        .set({ Cookie: session.cookie, Origin: desk.origin, 'Content-Type': type, 'X-Forwarded-For': '198.51.100.8' })
        .send(body + more);
      expect(answer.status).toBe(403);
      await untouched();
    });

    it('would be taken with the right key from our own page', async () => {
      const answer = await request(desk.origin)
        .post(pathOf())
        .type('form')
        .set({ Cookie: session.cookie, Origin: desk.origin })
        .send({ form_key: session.formKey });
      expect([200, 303, 400, 422]).toContain(answer.status);
      await untouched();
    });
  });

  it.each([
    ['a method in a header', { 'X-HTTP-Method-Override': 'POST' }, ''],
    ['a method in the address', {}, '?_method=POST&decision=decline&reason=x'],
  ])('a GET can’t be turned into a POST by %s', async (_, headers, query) => {
    const answer = await request(desk.origin)
      .get(`/requests/${ref}${query}`)
      .set({ Cookie: session.cookie, ...headers });
    expect(answer.status).toBe(200);
    await untouched();
  });
});

describe('a spoofed Host', () => {
  let desk: DeskUnderTest;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.close());

  const LIES: Record<string, string>[] = [
    { Host: 'evil.example' },
    { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
    { Forwarded: 'host=evil.example;proto=https' },
    { 'X-Original-URL': 'https://evil.example/queue', 'X-Rewrite-URL': '/evil.example' },
    { 'X-Forwarded-Prefix': '//evil.example', 'X-Forwarded-Server': 'evil.example' },
  ];

  it.each(LIES)('%j reaches no page, no redirect and no mail', async (lies) => {
    const before = desk.world.inbox.mails.length;
    const asked = await request(desk.origin)
      .post('/sign-in')
      .type('form')
      .set({ Origin: desk.origin, ...lies })
      .send({ email: SAM });
    expect(asked.status).toBe(200);
    const mail = await desk.world.inbox.waitFor('the link', (one) => desk.world.inbox.mails.indexOf(one) >= before);
    for (const text of [mail.text, mail.html, mail.subject]) expect(text).not.toContain('evil.example');
    for (const path of ['/queue', '/sign-in', '/nowhere', '//evil.example/%2e%2e', '/d/x']) {
      const answer = await request(desk.origin).get(path).set(lies);
      expect(`${answer.headers.location ?? ''} ${answer.text}`).not.toContain('evil.example');
    }
  });

  it('nor does a whole address in the first line, and two Hosts are refused', async () => {
    const whole = await rawRequest(desk.origin, 'GET http://evil.example/queue HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    expect(whole).not.toMatch(/Location: .*evil/i);
    const two = await rawRequest(desk.origin, 'GET /queue HTTP/1.1\r\nHost: a.example\r\nHost: evil.example\r\n\r\n');
    expect(two).not.toContain('evil.example');
  });
});

/** What a server says to exactly these bytes. */
function rawRequest(origin: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk;
      socket.end();
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
