/** Attacks on POST /intake/pubsub. A genuine push makes us read the form, and nothing else. */
import { createHmac } from 'node:crypto';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const AUDIENCE = 'https://desk.example.com/intake/pubsub';
const PUSHER = 'pusher@demo-project.iam.gserviceaccount.example';
const MINE = { aud: AUDIENCE, email: PUSHER };
const BODY = { message: { attributes: { eventType: 'RESPONSES', formId: 'x' }, messageId: '1' }, subscription: 'y' };

describe('POST /intake/pubsub', () => {
  let desk: DeskUnderTest;
  beforeEach(async () => {
    desk = await startDesk({
      sources: ['forms'],
      env: { GOOGLE_PUBSUB_AUDIENCE: AUDIENCE, GOOGLE_PUBSUB_SERVICE_ACCOUNT: PUSHER },
      // Nothing but a push makes it read again.
      timings: { pollInterval: 60 * 60_000 },
    });
    await waitFor('the first poll', async () =>
      (await desk.service.desk.store.records.sources.list()).some((one) => one.lastOkAt !== null),
    );
  });
  afterEach(() => desk.close());

  const google = () => desk.world.google;
  const push = (token: string | null, body: object = BODY) =>
    request(desk.origin)
      .post('/intake/pubsub')
      .set(token === null ? {} : { Authorization: token })
      .send(body);
  const polls = () => google().requests.filter(({ path }) => path.endsWith('/responses')).length;
  const count = async () => (await desk.service.desk.store.records.requests.list({ limit: 10 })).length;

  it('has the form read, and takes the responses from there', async () => {
    google().form.submit('ana@customer.example', { 'Order number': '1001' });
    expect(await count()).toBe(0);
    expect((await push(`Bearer ${google().signPush(MINE)}`)).status).toBe(204);
    await waitFor('the response', async () => (await count()) === 1);
  });

  it('reads nothing in the message: forged answers in a genuine push make no request', async () => {
    const before = polls();
    const data = Buffer.from(JSON.stringify({ answers: { 'Order number': '1001' } })).toString('base64');
    expect((await push(`Bearer ${google().signPush(MINE)}`, { message: { data }, answers: {} })).status).toBe(204);
    await waitFor('a poll', () => polls() > before);
    expect(await count()).toBe(0);
    expect(storyOf(desk).ledger()).toEqual([]);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const forgedBy = (header: object, sign: (signed: string) => string) => {
    const claims = {
      iss: 'https://accounts.google.com',
      iat: now(),
      exp: now() + 3_600,
      email_verified: true,
      ...MINE,
    };
    const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `Bearer ${signed}.${sign(signed)}`;
  };

  it.each<[string, () => string | null]>([
    ['no token', () => null],
    ['another scheme', () => `Basic ${google().signPush(MINE)}`],
    ['something that is no token', () => 'Bearer abc'],
    ['a token for the wrong audience', () => `Bearer ${google().signPush({ ...MINE, aud: 'https://evil.example' })}`],
    ['a token for no audience', () => `Bearer ${google().signPush({ email: PUSHER })}`],
    ["somebody else's account", () => `Bearer ${google().signPush({ ...MINE, email: 'mallory@evil.example' })}`],
    ['an account like ours in capitals', () => `Bearer ${google().signPush({ ...MINE, email: PUSHER.toUpperCase() })}`],
    ['an account that is not verified', () => `Bearer ${google().signPush({ ...MINE, email_verified: false })}`],
    ['"true" as a text for verified', () => `Bearer ${google().signPush({ ...MINE, email_verified: 'true' })}`],
    ['another issuer', () => `Bearer ${google().signPush({ ...MINE, iss: 'https://evil.example' })}`],
    ['an expired token', () => `Bearer ${google().signPush({ ...MINE, iat: now() - 9_000, exp: now() - 5_400 })}`],
    ['a token of tomorrow', () => `Bearer ${google().signPush({ ...MINE, iat: now() + 80_000, exp: now() + 83_600 })}`],
    ['a token for ever', () => `Bearer ${google().signPush({ ...MINE, exp: now() + 10_000_000 })}`],
    ['an unknown key', () => `Bearer ${google().signPush(MINE, { kid: 'mine' })}`],
    ['a key named like a built-in', () => `Bearer ${google().signPush(MINE, { kid: '__proto__' })}`],
    ['alg none', () => forgedBy({ alg: 'none', kid: 'push-key' }, () => 'AA')],
    [
      'the public key used as a secret (HS256)',
      () =>
        forgedBy({ alg: 'HS256', kid: 'push-key' }, (text) =>
          createHmac('sha256', 'pem').update(text).digest('base64url'),
        ),
    ],
    [
      'claims changed after signing',
      () => {
        const [header, , signature] = google()
          .signPush({ ...MINE, aud: 'https://evil.example' })
          .split('.');
        const [, claims] = google().signPush(MINE).split('.');
        return `Bearer ${header}.${claims}.${signature}`;
      },
    ],
  ])('refuses %s', async (_, tokenOf) => {
    const before = polls();
    const token = tokenOf();
    const answer = await push(token);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toEqual(expect.any(String));
    if (token) expect(desk.logLines.join('')).not.toContain(token.split(' ')[1]);
    // A genuine one afterwards is the only one that is read for.
    await push(`Bearer ${google().signPush(MINE)}`);
    await waitFor('one poll', () => polls() > before);
    expect(polls()).toBe(before + 1);
  });

  it("asks to come again while Google's keys can't be had, and takes nothing meanwhile", async () => {
    google().faults.set({ kind: 'http_503', only: ['/oauth2/v1/certs'] });
    const before = polls();
    expect((await push(`Bearer ${google().signPush(MINE)}`)).status).toBe(503);
    expect(polls()).toBe(before);
    google().faults.clear();
    expect((await push(`Bearer ${google().signPush(MINE)}`)).status).toBe(204);
  });

  it('can’t be used to hurry a poll that Google has asked to wait with', async () => {
    google().faults.set({ kind: 'http_429', only: [`/v1/forms/${google().form.formId}/responses`] });
    await push(`Bearer ${google().signPush(MINE)}`);
    await waitFor('the failed poll', async () =>
      (await desk.service.desk.store.records.sources.list()).some((one) => one.lastError !== null),
    );
    const before = polls();
    for (let i = 0; i < 10; i += 1) expect((await push(`Bearer ${google().signPush(MINE)}`)).status).toBe(204);
    expect(polls()).toBe(before);
  });

  it('is not there where it was not turned on', async () => {
    const without = await startDesk({ sources: ['forms'] });
    try {
      const token = without.world.google.signPush(MINE);
      const answer = await request(without.origin)
        .post('/intake/pubsub')
        .set('Authorization', `Bearer ${token}`)
        .send(BODY);
      expect(answer.status).toBe(404);
    } finally {
      await without.close();
    }
  });
});
