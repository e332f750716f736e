/** Somebody writes to a request in the moment in which the service does: neither write is lost. PostgreSQL only: the embedded database has one writer at a time. */
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { storeKinds } from '../support/stores.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook, signWebhook } from '../support/webhook.ts';
import { deliveryReport } from '../world/mail/delivery-report.ts';

const KIM = 'kim@pine-and-loom.example';

describe.runIf(storeKinds().includes('postgres'))('a colleague takes a request on while', () => {
  let desk: DeskUnderTest;
  let story: Story;
  afterEach(() => desk.close());

  async function start(policy: string): Promise<void> {
    desk = await startDesk({ store: 'postgres', policy });
    story = storyOf(desk);
  }

  /** Begun before the work reads the request, and committed when the work waits to write it. */
  async function assignDuring<T>(ref: string, work: () => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: desk.config.databaseUrl ?? '' });
    await client.connect();
    try {
      await client.query('begin');
      const assign = 'update requests set assigned_to = $1, revision = revision + 1 where ref = $2';
      await client.query(assign, [KIM, ref]);
      const done = work();
      const waiting =
        'select count(*)::int as count from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';
      await waitFor('the service to wait for the row', async () => {
        const { rows } = await client.query<{ count: number }>(waiting);
        return (rows[0]?.count ?? 0) > 0;
      });
      await client.query('commit');
      return await done;
    } finally {
      await client.end();
    }
  }

  it('a refund is given up: staff have the money to pay back, and the customer is told', async () => {
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

  it('a mail comes back: the task is there', async () => {
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

  it('the mail with a question comes back: nobody waits for its answer', async () => {
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

  it('the response is edited: the sender is told that it is stored, and it is the next version', async () => {
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
});
