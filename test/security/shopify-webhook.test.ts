/** Attacks on POST /hooks/shopify, and what a genuine message may do: make us look, and nothing else. */
import { createHmac } from 'node:crypto';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = 'shopify-webhook-secret-of-the-shop';
const OLD_SECRET = 'shopify-webhook-secret-before-it';
const DAY = 24 * 60 * 60_000;
const EVA = 'eva@customer.example';

interface Sent {
  readonly secret?: string;
  readonly id?: string;
  readonly at?: number | string;
  readonly topic?: string;
}

describe('POST /hooks/shopify', () => {
  let desk: DeskUnderTest;
  let story: Story;
  let sent = 0;
  beforeEach(async () => {
    desk = await startDesk({
      env: { SHOPIFY_WEBHOOK_SECRET: `${SECRET} ${OLD_SECRET}` },
      policy: 'proof: { level: none }\nhold: false\n',
      // Nothing but a message makes it look again.
      timings: { recheck: DAY },
    });
    story = storyOf(desk);
  });
  afterEach(() => desk.close());

  function headersFor(body: string, { secret = SECRET, id, at = Date.now(), topic = 'orders/updated' }: Sent = {}) {
    sent += 1;
    return {
      'Content-Type': 'application/json',
      'X-Shopify-Topic': topic,
      'X-Shopify-Shop-Domain': 'pine-and-loom.myshopify.com',
      'X-Shopify-Webhook-Id': id ?? `hook-${sent}`,
      'X-Shopify-Triggered-At': typeof at === 'string' ? at : new Date(at).toISOString(),
      'X-Shopify-Hmac-Sha256': createHmac('sha256', secret).update(body).digest('base64'),
    };
  }
  const send = (body: string, headers: Record<string, string>) =>
    request(desk.origin).post('/hooks/shopify').set(headers).send(body);
  /** How often a message was believed enough to look. */
  const looks = () => desk.logLines.filter((line) => line.includes('an order changed')).length;
  const reads = () => desk.world.shopify.requests.filter((entry) => entry.operationName === 'OrderForDecision').length;

  /** A request that waits for a payment, which comes in without Shopify having said so yet. */
  async function waiting() {
    const { name, id } = desk.world.shopify.state.addOrder({ email: EVA, kind: 'pending' });
    const ref = await story.respond(name, EVA);
    await story.reaches(ref, 'waiting');
    return { ref, name, id, body: JSON.stringify({ admin_graphql_api_id: id, updated_at: `${Date.now()} ${sent}` }) };
  }
  /** What was under way is written. */
  const nextIsMatched = async () => {
    const other = await story.respond('', 'nobody@nowhere.example');
    await story.reaches(other, 'needs_match');
  };
  const settled = async (ref: string) => {
    const before = (await story.request(ref))?.revision;
    await nextIsMatched();
    expect((await story.request(ref))?.revision).toBe(before);
  };

  it.each([
    ['orders/updated', (id: string) => ({ admin_graphql_api_id: id })],
    ['fulfillments/update', (id: string) => ({ order_id: Number(id.split('/').at(-1)) })],
  ])('has the order looked at when %s says that it changed', async (topic, bodyOf) => {
    const { ref, name, id } = await waiting();
    desk.world.shopify.state.settlePaymentByHand(name, true);
    await settled(ref);
    const body = JSON.stringify(bodyOf(id));
    expect((await send(body, headersFor(body, { topic }))).status).toBe(200);
    await story.reaches(ref, 'awaiting_decision');
  });

  it('believes nothing that the message says: a "cancelled, refunded" of a genuine sender changes nothing', async () => {
    const { ref, id } = await waiting();
    const body = JSON.stringify({
      admin_graphql_api_id: id,
      cancelled_at: new Date().toISOString(),
      financial_status: 'refunded',
      email: 'mallory@evil.example',
    });
    const before = reads();
    expect((await send(body, headersFor(body, { topic: 'orders/cancelled' }))).status).toBe(200);
    await waitFor('it to ask Shopify itself', () => reads() > before);
    await nextIsMatched();
    await settled(ref);
    expect((await story.request(ref))?.status).toBe('waiting');
    expect(story.ledger()).toEqual([]);
    expect(story.mailsTo('mallory@evil.example')).toEqual([]);
  });

  it.each<[string, (body: string) => Record<string, string | undefined>]>([
    ['forged with another secret', (body) => headersFor(body, { secret: 'a guess of somebody else' })],
    ['forged with an empty secret', (body) => headersFor(body, { secret: '' })],
    ['forged for another body', (body) => headersFor(`${body} `)],
    ['forged with half a signature', (body) => ({ ...headersFor(body), 'X-Shopify-Hmac-Sha256': 'AAAA' })],
    ['unsigned', (body) => ({ ...headersFor(body), 'X-Shopify-Hmac-Sha256': undefined })],
    ['without an id', (body) => ({ ...headersFor(body), 'X-Shopify-Webhook-Id': undefined })],
    ['with an endless id', (body) => headersFor(body, { id: 'x'.repeat(5_000) })],
    ['stale: of yesterday', (body) => headersFor(body, { at: Date.now() - DAY })],
    ['stale: of tomorrow', (body) => headersFor(body, { at: Date.now() + DAY })],
    ['stale: of no time', (body) => headersFor(body, { at: 'just now' })],
    ['stale: without a time', (body) => ({ ...headersFor(body), 'X-Shopify-Triggered-At': undefined })],
  ])('refuses a message %s', async (_, headersOf) => {
    const { ref, name, body } = await waiting();
    desk.world.shopify.state.settlePaymentByHand(name, true);
    const headers = Object.entries(headersOf(body)).filter((entry): entry is [string, string] => Boolean(entry[1]));
    const answer = await send(body, Object.fromEntries(headers));
    expect(answer.status).toBe(401);
    expect(answer.body.error).toEqual(expect.any(String));
    expect(looks()).toBe(0);
    await settled(ref);
    expect(desk.logLines.join('')).not.toContain(SECRET);
  });

  it('takes the secret before this one while they are being changed', async () => {
    expect((await send('{}', headersFor('{}', { secret: OLD_SECRET }))).status).toBe(200);
  });

  it.each([
    ['as it was', {}],
    ['under another id', { id: 'a-new-id' }],
    ['under a fresh time', { at: Date.now() + 1_000 }],
  ])('looks once at a message that is replayed %s', async (_, again) => {
    const { body } = await waiting();
    await send(body, headersFor(body, { id: 'the-first' }));
    for (let i = 0; i < 20; i += 1) {
      expect((await send(body, { ...headersFor(body, { id: 'the-first', ...again }) })).status).toBe(200);
    }
    expect(looks()).toBe(1);
  });

  it.each([
    ['not JSON', '<xml/>'],
    ['null', 'null'],
    ['another kind of thing', '{"admin_graphql_api_id":"gid://shopify/Customer/1"}'],
    ['an id with a query in it', '{"admin_graphql_api_id":"gid://shopify/Order/1 OR 1=1","order_id":"1;drop"}'],
    ['a poisoned prototype', '{"__proto__":{"admin_graphql_api_id":"gid://shopify/Order/1"}}'],
  ])('does nothing by a genuine body that is %s', async (_, body) => {
    expect((await send(body, headersFor(body))).status).toBe(200);
    expect(looks()).toBe(0);
  });

  it('answers 413 to an oversize body, before it is verified', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(2_200_000) });
    expect((await send(body, headersFor(body))).status).toBe(413);
  });

  it('is verified with the client secret where no other is set, and is not there without either', async () => {
    const own = await startDesk({
      env: { SHOPIFY_ACCESS_TOKEN: '', SHOPIFY_CLIENT_ID: 'client', SHOPIFY_CLIENT_SECRET: 'of-the-client' },
    });
    const without = await startDesk();
    try {
      const post = (origin: string, secret: string) =>
        request(origin).post('/hooks/shopify').set(headersFor('{}', { secret })).send('{}');
      expect((await post(own.origin, 'of-the-client')).status).toBe(200);
      expect((await post(own.origin, SECRET)).status).toBe(401);
      expect((await post(without.origin, '')).status).toBe(404);
    } finally {
      await own.close();
      await without.close();
    }
  });
});
