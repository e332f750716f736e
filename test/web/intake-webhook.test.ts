import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk, WEBHOOK_SECRET } from '../support/desk-under-test.ts';
import { runSql } from '../support/raw-database.ts';
import { storeKinds } from '../support/stores.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook, signWebhook } from '../support/webhook.ts';

const GOOD = { respondentEmail: 'ana@customer.example', answers: { 'Order number': '1001' } };

describe('POST /intake/webhook', () => {
  let desk: DeskUnderTest;
  const OLD_SECRET = 'an-old-secret-that-is-being-rotated-out';

  beforeAll(async () => {
    desk = await startDesk({ env: { INTAKE_WEBHOOK_SECRET: `${WEBHOOK_SECRET} ${OLD_SECRET}` } });
  });
  afterAll(() => desk.close());

  const count = async () =>
    Object.values(await desk.service.desk.store.records.requests.counts()).reduce((sum, n) => sum + n, 0);
  const post = (body: string, headers: Record<string, string>) =>
    request(desk.service.app).post('/intake/webhook').set(headers).send(body);

  it('answers 202 with a ref once the response is durable', async () => {
    const { status, json } = await sendWebhook(desk.origin, 'first', GOOD);
    expect(status).toBe(202);
    expect(json.ref).toMatch(/^CR-[0-9A-Z]{7}$/);
    expect(await desk.service.desk.store.records.requests.byRef(String(json.ref))).toMatchObject({
      fields: { email: 'ana@customer.example', orderReference: '1001' },
    });
  });

  it('gives the same ref for the same webhook id, and for the same responseId', async () => {
    const body = { ...GOOD, responseId: 'resp-7', submittedAt: '2026-11-23T08:00:00Z' };
    const first = await sendWebhook(desk.origin, 'id-a', body);
    const before = await count();
    const again = await sendWebhook(desk.origin, 'id-a', body);
    const other = await sendWebhook(desk.origin, 'id-b', body);
    expect([again.json.ref, other.json.ref]).toEqual([first.json.ref, first.json.ref]);
    expect(await count()).toBe(before);
  });

  it('takes an edit for one though the sender gives it the time of the first', async () => {
    const body = { ...GOOD, responseId: 'resp-77', submittedAt: '2026-11-23T08:00:00Z' };
    const first = await sendWebhook(desk.origin, 'id-77a', body);
    const edited = { ...body, answers: { ...GOOD.answers, 'Order number': '1042' } };
    expect((await sendWebhook(desk.origin, 'id-77b', edited)).json.ref).toBe(first.json.ref);
    const request = await desk.service.desk.store.records.requests.byRef(String(first.json.ref));
    expect(request?.fields.orderReference).toBe('1042');
  });

  it('makes one request of a response that is delivered twenty times at once', async () => {
    const before = await count();
    const body = { ...GOOD, responseId: 'resp-8', answers: { 'Order number': '1010' } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => sendWebhook(desk.origin, `storm-${i % 3}`, body)),
    );
    expect(new Set(answers.map((answer) => answer.json.ref)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it.each(storeKinds())(
    'gives a response whose ref is another request’s already one of its own (%s)',
    async (store) => {
      const { json } = await sendWebhook(desk.origin, 'refs', { ...GOOD, responseId: 'refs' });
      const other = await startDesk({ store });
      await sendWebhook(other.origin, 'earlier', { respondentEmail: 'eino@customer.example', answers: GOOD.answers });
      await other.stopWorker();
      await runSql(other.config, `update requests set ref = '${json.ref}'`);
      const answer = await sendWebhook(other.origin, 'refs', { ...GOOD, responseId: 'refs' });
      expect(answer).toEqual({ status: 202, json: { ref: expect.not.stringMatching(String(json.ref)) } });
      const { requests } = other.service.desk.store.records;
      expect((await requests.byRef(String(json.ref)))?.fields.email).toBe('eino@customer.example');
      expect((await requests.byRef(String(answer.json.ref)))?.fields.email).toBe('ana@customer.example');
      await other.close();
    },
  );

  it.each(storeKinds())('takes many at once, each for itself, whatever becomes of one of them (%s)', async (store) => {
    const busy = await startDesk({ store });
    // PostgreSQL takes no text with a NUL in it.
    const odd = { respondentEmail: 'a\u0000@customer.example', answers: { 'Order number': '1003' } };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        sendWebhook(
          busy.origin,
          `many-${i}`,
          i === 20 ? odd : { ...GOOD, answers: { 'Order number': `#${5000 + i}` } },
        ),
      ),
    );
    const good = answers.filter((_, i) => i !== 20);
    expect(good.map(({ status }) => status)).toEqual(good.map(() => 202));
    for (const [i, { json }] of answers.entries()) {
      if (i === 20) continue;
      const request = await busy.service.desk.store.records.requests.byRef(String(json.ref));
      expect(request?.fields.orderReference).toBe(`#${5000 + i}`);
    }
    await busy.close();
  });

  it('takes a signature by either secret while they are being changed', async () => {
    const body = JSON.stringify(GOOD);
    expect((await post(body, signWebhook('rot', body, { secret: OLD_SECRET }))).status).toBe(202);
  });

  it('takes a response without an order number: staff see it', async () => {
    const { status, json } = await sendWebhook(desk.origin, 'no-order', { answers: { 'Your name': 'Ana' } });
    expect(status).toBe(202);
    await waitFor(
      'it to wait for a match',
      async () => (await desk.service.desk.store.records.requests.byRef(String(json.ref)))?.status === 'needs_match',
    );
  });

  it('leaves fields it does not know alone', async () => {
    const { status } = await sendWebhook(desk.origin, 'unknown', {
      ...GOOD,
      formTitle: 'x',
      nested: { __proto__: { evil: true } },
    });
    expect(status).toBe(202);
  });

  it.each([
    ['not JSON', '{"answers":', ''],
    ['not an object', '[]', ''],
    ['without answers', '{}', 'answers'],
    ['answers of the wrong kind', '{"answers":{"Order":7}}', 'answers.Order'],
    ['an id with a NUL', '{"answers":{},"responseId":"a\\u0000b"}', 'responseId'],
    ['a time that is none', '{"answers":{},"submittedAt":"yesterday"}', 'submittedAt'],
  ])('answers 400 and names the field: %s', async (_, body, field) => {
    const before = await count();
    const answer = await post(body, signWebhook(`bad-${field}`, body));
    expect(answer.status).toBe(400);
    expect(answer.body.fields).toContainEqual({ field, problem: expect.any(String) });
    expect(await count()).toBe(before);
  });

  it.each([
    [
      'signed with another secret',
      (body: string) => signWebhook('x', body, { secret: 'whsec_bm90IHRoZSByaWdodCBvbmUgYXQgYWxs' }),
    ],
    ['for another body', (body: string) => signWebhook('x', `${body} `)],
    ['for another id', (body: string) => ({ ...signWebhook('x', body), 'webhook-id': 'y' })],
    ['six minutes old', (body: string) => signWebhook('x', body, { at: Date.now() - 6 * 60_000 })],
    ['six minutes ahead', (body: string) => signWebhook('x', body, { at: Date.now() + 6 * 60_000 })],
    ['unsigned', () => ({ 'content-type': 'application/json' })],
    ['with an empty signature', (body: string) => ({ ...signWebhook('x', body), 'webhook-signature': 'v1,' })],
  ])('answers 401 to a message %s', async (_, sign) => {
    const body = JSON.stringify(GOOD);
    const before = await count();
    const answer = await post(body, sign(body) as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toEqual(expect.any(String));
    expect(await count()).toBe(before);
  });

  it('answers 413 to more than 64 KB', async () => {
    const body = JSON.stringify({ answers: { Message: 'x'.repeat(70_000) } });
    const answer = await post(body, signWebhook('big', body));
    expect(answer.status).toBe(413);
  });

  it('answers 429 with Retry-After to a flood of forged messages, and still takes genuine ones before that', async () => {
    const own = await startDesk();
    try {
      const body = JSON.stringify(GOOD);
      const forged = signWebhook('x', body, { secret: 'somebody-else-entirely-somebody-else' });
      const statuses = [];
      for (let i = 0; i < 70; i += 1) {
        const answer = await request(own.service.app).post('/intake/webhook').set(forged).send(body);
        statuses.push(answer.status);
        if (answer.status === 429) {
          expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
          break;
        }
      }
      expect(statuses[0]).toBe(401);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await own.close();
    }
  });
});
