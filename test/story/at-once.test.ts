/**
 * Somebody writes to a request in the moment in which the service does, or makes it wait: no write is lost, and none comes
 * late. PostgreSQL only: the embedded database has one writer at a time.
 */
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import type { IncomingResponse } from '../../src/domain/response.ts';
import { createTakeWebhook } from '../../src/steps/take-webhook.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook, signWebhook } from '../support/webhook.ts';
import { deliveryReport } from '../world/mail/delivery-report.ts';

const KIM = 'kim@pine-and-loom.example';

const LEASE = 400;

describe.runIf(storeKinds().includes('postgres'))('at the same moment', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  async function start(policy: string, timings = {}): Promise<void> {
    desk = await startDesk({ store: 'postgres', policy, timings });
    story = storyOf(desk);
  }

  const assignDuring = <T>(ref: string, work: () => Promise<T>) =>
    during('update requests set assigned_to = $1, revision = revision + 1 where ref = $2', [KIM, ref], work);

  /** Begun before the work reads the request, and committed when the work waits to write it and `meanwhile` is over. */
  async function during<T>(
    statement: string,
    values: readonly string[],
    work: () => Promise<T>,
    meanwhile = async () => {},
  ): Promise<T> {
    const client = new pg.Client({ connectionString: desk.config.databaseUrl ?? '' });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(statement, [...values]);
      const done = work();
      const waiting =
        'select count(*)::int as count from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';
      await waitFor('the service to wait for the row', async () => {
        const { rows } = await client.query<{ count: number }>(waiting);
        return (rows[0]?.count ?? 0) > 0;
      });
      await meanwhile();
      await client.query('commit');
      return await done;
    } finally {
      await client.end();
    }
  }

  it('a colleague takes a request on while a refund is given up: staff have the money to pay back, and the customer is told', async () => {
    await start('proof: { level: none }\nhold: false\nrules:\n  - { name: fee, then: approve, amount: { less: 5 } }\n');
    desk.world.shopify.faults.set({ kind: 'http_503', only: ['RefundOrder'] });
    const ref = await story.respond('1001');
    await story.reaches(ref, 'cancelled');
    await assignDuring(ref, async () => desk.world.shopify.faults.set({ kind: 'bad_request', only: ['RefundOrder'] }));
    await story.mail(SAM, /pay .* back/);
    await story.mail(ANA, /is cancelled/);
    expect(await story.request(ref)).toMatchObject({
      assignedTo: KIM,
      payback: { done: null },
      trouble: { reason: 'refund_failed' },
    });
    expect(await desk.service.desk.store.records.quarantine.list()).toEqual([]);
  });

  it('a colleague takes a request on while a mail comes back: the task is there', async () => {
    await start('proof: { level: none }\nhold: false\n');
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    const raw = deliveryReport(await story.mail(ANA, /is cancelled/));
    await story.reaches(ref, 'cancelled');
    const headers = signWebhook('bounce', raw);
    const { status } = await assignDuring(ref, () =>
      fetch(`${desk.origin}/intake/bounce`, { method: 'POST', headers, body: raw }),
    );
    expect(status).toBe(202);
    await story.mail(SAM, /could not be told/);
    expect(await story.request(ref)).toMatchObject({ assignedTo: KIM, undelivered: { address: ANA } });
  });

  it('a colleague takes a request on while the mail with a question comes back: nobody waits for its answer', async () => {
    await start('hold: false\n');
    const ref = await story.respond('1001');
    const raw = deliveryReport(await story.mail(ANA, /Was it you/));
    await story.reaches(ref, 'needs_customer');
    const headers = signWebhook('bounce', raw);
    await assignDuring(ref, () => fetch(`${desk.origin}/intake/bounce`, { method: 'POST', headers, body: raw }));
    const { trouble, assignedTo } = await waitFor('staff to have it', async () => {
      const request = await story.request(ref);
      return request?.status === 'awaiting_decision' ? request : null;
    });
    expect({ trouble: trouble?.reason, assignedTo }).toEqual({ trouble: 'bounced_confirmation', assignedTo: KIM });
  });

  it('a colleague takes a request on while the response is edited: the sender is told that it is stored, and it is the next version', async () => {
    await start('proof: { level: none }\nhold: false\n');
    const send = (id: string, order: string) =>
      sendWebhook(desk.origin, id, {
        responseId: 'one',
        submittedAt: new Date().toISOString(),
        respondentEmail: ANA,
        answers: { 'Order number': order },
      });
    const ref = String((await send('m1', '1001')).json.ref);
    await story.reaches(ref, 'awaiting_decision');
    const { status } = await assignDuring(ref, () => send('m2', '1001, all of it'));
    expect(status).toBe(202);
    expect(await story.request(ref)).toMatchObject({ version: 2, assignedTo: KIM });
    expect(await desk.service.desk.store.records.quarantine.list()).toEqual([]);
  });

  it('the database stands still between noting a cancellation and calling for it: it looks at the order anew', async () => {
    await start('proof: { level: none }\nhold: false\n', { lease: LEASE });
    const ref = await story.respond('1001');
    const page = await story.openFrom(SAM, new RegExp(ref));
    await desk.stopWorker();
    await sendForm(page, { decision: 'approve', confirm: '1001' });
    const { shopify } = desk.world;
    const standStill = async () => {
      const since = Date.now();
      shopify.state.editByHand('#1001');
      await waitFor('the claim to have ended', () => Date.now() - since > LEASE);
    };
    await during('select 1 from requests where ref = $1 for update', [ref], () => desk.restartWorker(), standStill);
    expect((await story.reaches(ref, 'awaiting_decision')).trouble?.reason).toBe('order_changed');
    expect(shopify.requests.filter(({ operationName }) => operationName === 'CancelOrder')).toEqual([]);
  });

  it('two versions of one response come to two processes: they are one request, of the later version', async () => {
    await start('proof: { level: none }\n');
    await desk.stopWorker();
    const other = await desk.join();
    const takers = [createTakeWebhook(desk.service.desk), createTakeWebhook(other.desk)];
    const version = (i: number, revision: number): IncomingResponse => ({
      source: 'webhook',
      sourceId: 'webhook',
      externalId: `response-${i}`,
      revision: `r${revision}`,
      replaces: null,
      submittedAt: Date.parse(`2026-11-24T00:00:0${revision}Z`),
      respondentEmail: ANA,
      emailVerified: false,
      answers: [{ questionId: null, question: 'Order number', values: [`${5000 + 1000 * revision + i}`] }],
    });
    for (let i = 0; i < 40; i += 1) {
      await Promise.all(takers.map((take, at) => take(`message-${i}-${at}`, version(i, at + 1))));
    }
    expect(await desk.service.desk.store.records.requests.list({ limit: 100 })).toHaveLength(40);
  });
});
