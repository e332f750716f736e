import { afterEach, describe, expect, it } from 'vitest';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { runDecision } from '../support/run-decision.ts';
import { SAM, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';
import { sendWebhook } from '../support/webhook.ts';

describe('when Shopify refuses us', () => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  it.each(['http_401', 'http_403', 'access_denied'] as const)(
    '%s: the operator is told once, requests are kept, and go on when it is mended',
    async (kind) => {
      desk = await startDesk();
      const { world, service } = desk;
      world.shopify.faults.set({ kind, only: ['FindOrders', 'OrderForDecision'] });
      for (let i = 0; i < 5; i += 1) {
        await sendWebhook(desk.origin, `m${i}`, {
          respondentEmail: 'ana@customer.example',
          answers: { 'Order number': `${1001 + i}` },
        });
      }
      const told = await world.inbox.waitFor('to the operator', (mail) => mail.subject.includes('shopify_denied'));
      expect(told.text).toContain('npm run doctor');
      await waitFor(
        'three more tries',
        () => world.shopify.requests.filter((request) => request.outcome === kind).length >= 4,
      );
      expect(world.inbox.mails.filter((mail) => mail.subject.includes('shopify_denied'))).toHaveLength(1);
      expect(await service.desk.store.records.requests.counts()).toEqual({ received: 5 });
      // Pages and intake go on: only who asks strictly is told by the status.
      const ready = await fetch(`${desk.origin}/readyz`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toEqual({ status: 'ready', problems: ['shopify_denied'] });
      expect((await fetch(`${desk.origin}/readyz?strict`)).status).toBe(503);
      world.shopify.faults.clear();
      await waitFor(
        'every request to move on',
        async () => !(await service.desk.store.records.requests.counts()).received,
      );
      expect(await service.desk.store.records.incidents.list()).toEqual([]);
      expect((await fetch(`${desk.origin}/readyz?strict`)).status).toBe(200);
    },
  );

  it('the next pages don’t wait for it again, and show the order as it was seen last', async () => {
    desk = await startDesk();
    const story = storyOf(desk);
    const [ana, eino] = [await story.respond('1001'), await story.respond('1002', 'eino@customer.example')];
    for (const ref of [ana, eino]) await story.reaches(ref, 'awaiting_decision');
    await desk.reopen(async () => {});
    const reads = () => desk.world.shopify.requests.filter((one) => one.operationName === 'OrderForDecision').length;
    desk.world.shopify.faults.set({ kind: 'http_503' });
    await story.openFrom(SAM, new RegExp(ana));
    const before = reads();
    const page = await story.openFrom(SAM, new RegExp(eino));
    expect(reads()).toBe(before);
    expect(page.html).toContain('#1002');
    expect(page.html).toContain('This is the order as last seen.');
  });

  it('a mailbox that does not exist stops nothing else, and stands in the history', async () => {
    desk = await startDesk();
    desk.world.inbox.refused.add('ana@customer.example');
    const { json } = await sendWebhook(desk.origin, 'm1', {
      respondentEmail: 'ana@customer.example',
      answers: { 'Order number': '1001' },
    });
    await desk.world.inbox.waitFor('to Sam', (mail) => mail.to === 'sam@pine-and-loom.example');
    const request = await desk.service.desk.store.records.requests.byRef(String(json.ref));
    await waitFor('the failed mail in the history', async () =>
      (await desk.service.desk.store.records.events.byRequest(request?.id ?? '')).find(
        (event) => event.type === 'mail_failed',
      ),
    );
  });

  it('no address, name or text of a customer reaches the log', async () => {
    desk = await startDesk();
    desk.world.inbox.faults.set({ kind: 'later', times: 2 });
    const answers = { 'Order number': '1001', 'Your name': 'Ana Virtanen', Message: 'my secret reason' };
    await sendWebhook(desk.origin, 'm1', { respondentEmail: 'ana@customer.example', answers });
    await desk.world.inbox.waitFor('to Sam', (mail) => mail.to === 'sam@pine-and-loom.example');
    const log = desk.logLines.join('');
    expect(log).toContain('webhook');
    expect(log).not.toMatch(/customer\.example|Virtanen|secret reason|sam@|shpat_/);
  });
});

describe('form, sheet and webhook of one response', () => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  it('make one request, and an edit makes one new version of it', async () => {
    desk = await startDesk({ sources: ['forms', 'sheets'] });
    const { world, service } = desk;
    const { requests, responses } = service.desk.store.records;
    const response = world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001', '1a2b3c04': 'please' });
    // The script's id of a response need not be the API's.
    await sendWebhook(desk.origin, 'm1', {
      responseId: '2_ABaOnudsomething',
      submittedAt: response.createTime,
      respondentEmail: 'ana@customer.example',
      answers: { 'Order number': '1001', 'Anything else?': 'please' },
    });
    const first = await waitFor('all three to arrive', async () => {
      const [request] = await requests.list({ limit: 5 });
      return request && (await responses.byRequest(request.id)).length === 3 ? request : null;
    });
    expect(await requests.list({ limit: 5 })).toHaveLength(1);
    await waitFor('the match', async () => (await requests.get(first.id))?.status === 'awaiting_decision');

    // A form's stamps go by whole seconds in the sheet: the edit is a second later.
    await waitFor('the next second', () => Date.now() > Date.parse(response.createTime) + 1_000);
    world.google.form.edit(response.responseId, { '1a2b3c01': '1002' });
    await waitFor('both edits to arrive', async () => (await responses.byRequest(first.id)).length === 5);
    expect(await requests.list({ limit: 5 })).toHaveLength(1);
    expect(await requests.get(first.id)).toMatchObject({ version: 2, fields: { orderReference: '1002' } });
  });

  it('keep what was approved when the form is edited afterwards; staff are told', async () => {
    desk = await startDesk({ sources: ['forms'] });
    const { world, service } = desk;
    const { responseId } = world.google.form.submit('ana@customer.example', { '1a2b3c01': '1001' });
    await world.inbox.waitFor('to Sam', (mail) => /cancel #1001/.test(mail.subject));
    const [request] = await service.desk.store.records.requests.list({ limit: 1 });
    await runDecision(desk, request?.ref ?? '');
    await waitFor(
      'the cancellation',
      async () => (await service.desk.store.records.requests.byRef(request?.ref ?? ''))?.status === 'cancelled',
    );
    world.google.form.edit(responseId, { '1a2b3c01': '1002' });
    const late = await world.inbox.waitFor('about the late edit', (mail) =>
      /has written again about/.test(mail.subject),
    );
    expect(late.text).toContain('1002');
    expect(
      world.shopify.state.ledger.filter((entry) => entry.kind === 'cancel').map((entry) => entry.orderName),
    ).toEqual(['#1001']);
  });
});

describe('an order that the app may not see', () => {
  it('is said to be older than 60 days, perhaps, and not to be missing', async () => {
    const desk = await startDesk();
    try {
      await sendWebhook(desk.origin, 'm1', {
        respondentEmail: 'old@customer.example',
        answers: { 'Order number': '1009' },
      });
      const mail = await desk.world.inbox.waitFor('to Sam', (one) => one.to === 'sam@pine-and-loom.example');
      expect(mail.text).toContain('lacks the scope read_all_orders');
    } finally {
      await desk.close();
    }
  });
});
