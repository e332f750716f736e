/** Too many requests, too large ones, too slow ones. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newToken } from '../../src/steps/ids.ts';
import { type DeskUnderTest, startDesk, WEBHOOK_SECRET } from '../support/desk-under-test.ts';
import { linkIn } from '../support/page.ts';
import { ANA, SAM, storyOf } from '../support/story.ts';
import { signWebhook } from '../support/webhook.ts';

describe('token brute force', () => {
  let desk: DeskUnderTest;
  beforeEach(async () => {
    desk = await startDesk({ env: { SHOPIFY_WEBHOOK_SECRET: 'shopify-webhook-secret-of-the-shop' } });
  });
  afterEach(() => desk.close());

  /** Guesses until it is stopped; how many were looked at. */
  async function guess(
    path: () => string,
    from: (i: number) => string,
  ): Promise<{ looked: number; last: request.Response }> {
    for (let looked = 0; ; looked += 1) {
      const last = await request(desk.origin).get(path()).set('X-Forwarded-For', from(looked));
      if (last.status !== 404 || looked > 200) return { looked, last };
    }
  }

  it.each([
    ['decision links', () => `/d/${newToken()}`],
    ["customers' links", () => `/r/${newToken()}`],
    ['sign-in links', () => `/sign-in/${newToken()}`],
  ])('of %s ends after 60 guesses a minute, with a clear 429', async (_, path) => {
    const { looked, last } = await guess(path, () => '198.51.100.1');
    expect(looked).toBe(60);
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(last.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(last.text).toContain('Too many tries. Wait a minute.');
    expect((await request(desk.origin).get(path()).set('X-Forwarded-For', '198.51.100.2')).status).toBe(404);
  });

  it.each([
    ['forged X-Forwarded-For', (i: number) => `203.0.113.${i}, 198.51.100.1`],
    ['the addresses of one IPv6 network', (i: number) => `2001:db8:1:2::${(i + 1).toString(16)}`],
  ])('is not helped by %s', async (_, from) => {
    expect((await guess(() => `/d/${newToken()}`, from)).looked).toBe(60);
  });

  it('by a thousand addresses finds nothing: every guess looks the same, and a token has 256 bits', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 1_000; i += 1) {
      const answer = await request(desk.origin)
        .get(`/${i % 2 ? 'd' : 'r'}/${newToken()}`)
        .set('X-Forwarded-For', `10.${i >> 8}.${i & 255}.1`);
      seen.add(`${answer.status} ${answer.text}`);
    }
    expect(seen.size).toBe(1);
    expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32);
  });

  it.each(['en', 'fi', 'sv', 'de', 'fr', 'es'])('is told to wait in the reader’s language: %s', async (locale) => {
    const { renderer } = desk.service.desk;
    await guess(
      () => `/d/${newToken()}`,
      () => '198.51.100.1',
    );
    const answer = await request(desk.origin)
      .get('/r/x')
      .set({ 'X-Forwarded-For': '198.51.100.1', 'Accept-Language': `xx, ${locale}-XX;q=0.9, en;q=0.1` });
    expect(answer.status).toBe(429);
    expect(answer.text).toContain(`lang="${locale}"`);
    expect(answer.text).toContain(renderer.sentence('error.too_many', locale).replaceAll("'", '&#x27;'));
  });

  it.each(['/intake/webhook', '/intake/bounce', '/hooks/shopify'])(
    'of signatures at %s ends in a 429 that says so',
    async (path) => {
      for (let i = 0; i < 60; i += 1) expect((await request(desk.origin).post(path).send('{}')).status).toBe(401);
      const answer = await request(desk.origin).post(path).send('{}');
      expect(answer.status).toBe(429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.body).toEqual({ error: 'Too many tries. Wait a minute.', code: 'too_many' });
    },
  );

  it('doesn’t count what was right: 200 genuine messages and 200 pages in a minute are answered', async () => {
    const body = JSON.stringify({ respondentEmail: ANA, answers: { 'Order number': '1001' } });
    for (let i = 0; i < 200; i += 1) {
      const sent = await request(desk.origin).post('/intake/webhook').set(signWebhook('one', body)).send(body);
      expect(sent.status).toBe(202);
    }
    const mail = await storyOf(desk).mail(SAM, /cancel #1001/);
    const path = new URL(linkIn(mail.text, 'd')).pathname;
    for (let i = 0; i < 200; i += 1) expect((await request(desk.origin).get(path)).status).toBe(200);
  });

  /** @param agent keeps the cookie of a browser */
  const askToSignIn = (from: string, agent = request.agent(desk.origin)) =>
    agent.post('/sign-in').type('form').set({ Origin: desk.origin, 'X-Forwarded-For': from }).send({ email: SAM });
  const allSent = () => expect.poll(() => desk.service.desk.store.records.effects.countOpen()).toBe(0);

  it('signing in is asked for at most 20 times a minute, and mailed at most 5 times an hour, from one address', async () => {
    for (let i = 0; i < 20; i += 1) expect((await askToSignIn('198.51.100.1')).status).toBe(200);
    expect((await askToSignIn('198.51.100.1')).status).toBe(429);
    await allSent();
    expect(desk.world.inbox.mails).toHaveLength(5);
  });

  it('signing in is mailed to one person at most 60 times an hour, however many addresses ask', async () => {
    for (let i = 0; i < 80; i += 1) expect((await askToSignIn(`198.51.100.${i}`)).status).toBe(200);
    await allSent();
    expect(desk.world.inbox.mails).toHaveLength(60);
  });

  it('signing in is not taken from a person by strangers who ask in their name', async () => {
    for (let i = 0; i < 12; i += 1) {
      for (let tries = 0; tries < 4; tries += 1) await askToSignIn(`198.51.100.${i}`);
    }
    await allSent();
    const before = desk.world.inbox.mails.length;
    const sams = request.agent(desk.origin);
    await askToSignIn('203.0.113.9', sams);
    const mail = await desk.world.inbox.waitFor('the link', ({ number, to }) => number > before && to === SAM);
    const { pathname } = new URL(linkIn(mail.text, 'sign-in'));
    const answer = await sams.post(pathname).set('Origin', desk.origin).type('form').send({ me: 'yes' });
    expect([answer.status, answer.headers.location]).toEqual([303, `${desk.origin}/queue`]);
  });
});

describe('oversize', () => {
  let desk: DeskUnderTest;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.close());
  const count = async () => (await desk.service.desk.store.records.requests.list({ limit: 10 })).length;

  it.each([
    ['a webhook', '/intake/webhook', 65 * 1024],
    ['a mail that came back', '/intake/bounce', 513 * 1024],
    ['a form of a link', '/d/x', 65 * 1024],
    ['the form to sign in', '/sign-in', 9 * 1024],
  ])('bodies are refused with 413: %s', async (_, path, size) => {
    const answer = await request(desk.origin)
      .post(path)
      .set({ Origin: desk.origin, 'Content-Type': 'application/x-www-form-urlencoded' })
      .send(`a=${'x'.repeat(size)}`);
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('too much text');
  });

  it('bodies are refused with 413: a compressed one that would unpack to 20 MB', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 'x'));
    expect(bomb.length).toBeLessThan(64 * 1024);
    const answer = await request(desk.origin)
      .post('/intake/webhook')
      .set({ ...signWebhook('bomb', bomb.toString('latin1'), { secret: WEBHOOK_SECRET }), 'Content-Encoding': 'gzip' })
      .serialize((data: unknown) => data as string)
      .send(bomb as never);
    expect(answer.status).toBe(413);
    expect(await count()).toBe(0);
  });

  it.each([
    [
      '1,500 fields in a form',
      '/sign-in',
      Array.from({ length: 1_500 }, (_, i) => `a${i}=1`)
        .join('&')
        .slice(0, 8_000),
    ],
    ['names that nest', '/sign-in', `${'a[b]'.repeat(500)}=1`],
  ])('forms do no harm: %s', async (_, path, body) => {
    const answer = await request(desk.origin)
      .post(path)
      .set({ Origin: desk.origin, 'Content-Type': 'application/x-www-form-urlencoded' })
      .send(body);
    expect(answer.status).toBeLessThan(500);
  });

  it('JSON that nests 30,000 deep is refused, and the next message is taken', async () => {
    const deep = `{"answers":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const answer = await request(desk.origin).post('/intake/webhook').set(signWebhook('deep', deep)).send(deep);
    expect(answer.status).toBe(400);
    const good = JSON.stringify({ answers: { 'Order number': '1001' } });
    expect((await request(desk.origin).post('/intake/webhook').set(signWebhook('g', good)).send(good)).status).toBe(
      202,
    );
  });

  it('headers of more than 16 KB are refused with 431', async () => {
    const answer = await request(desk.origin).get('/').set('X-Long', 'x'.repeat(20_000));
    expect(answer.status).toBe(431);
  });
});

describe('slow', () => {
  let desk: DeskUnderTest;
  beforeEach(async () => {
    desk = await startDesk({
      patience: { headersTimeout: 200, requestTimeout: 400, keepAliveTimeout: 200, connectionsCheckingInterval: 50 },
    });
  });
  afterEach(() => desk.close());

  /** Sends a little at a time until the other end hangs up; what it said before, and after how long it did. */
  function drip(first: string, drop: string): Promise<{ said: string; after: number }> {
    return new Promise((resolve) => {
      const started = performance.now();
      let said = '';
      let dripping: NodeJS.Timeout | undefined;
      // Dripping before the connection stands would put the drops ahead of the first line.
      const socket = connect(Number(new URL(desk.origin).port), '127.0.0.1', () => {
        socket.write(first);
        dripping = setInterval(() => socket.write(drop), 20);
      });
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        said += chunk;
      });
      socket
        .on('error', () => undefined)
        .on('close', () => {
          clearInterval(dripping);
          resolve({ said, after: performance.now() - started });
        });
    });
  }

  it('headers are cut off (slowloris)', async () => {
    const { said, after } = await drip('GET / HTTP/1.1\r\nHost: desk\r\n', 'X-A: b\r\n');
    expect(said).toContain('408 Request Timeout');
    expect(after).toBeLessThan(5_000);
  });

  it.each(['/intake/webhook', '/d/x', '/sign-in'])('bodies are cut off: %s', async (path) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: desk\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000\r\n\r\n`;
    const { said, after } = await drip(head, 'x');
    expect(said).toContain('408 Request Timeout');
    expect(after).toBeLessThan(5_000);
  });

  it('bodies in chunks without an end are cut off', async () => {
    const head = 'POST /intake/webhook HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect((await drip(head, '1\r\nx\r\n')).said).toContain('408 Request Timeout');
  });

  it('200 of them at once keep nobody else waiting', async () => {
    const slow = Array.from({ length: 200 }, () => drip('GET / HTTP/1.1\r\nHost: desk\r\n', 'X-A: b\r\n'));
    expect((await request(desk.origin).get('/healthz')).status).toBe(200);
    for (const { said } of await Promise.all(slow)) expect(said).toContain('408 Request Timeout');
  });

  it('a length and chunks at once (request smuggling) are refused', async () => {
    const both =
      'POST /sign-in HTTP/1.1\r\nHost: desk\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect((await drip(both, '')).said).toContain('400 Bad Request');
  });
});
