/** The notice in the staff's chat: signed, without a key to anything, and never in the way of the story. */
import { afterEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../src/domain/standard-webhooks.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { sendForm } from '../support/page.ts';
import { PLAIN_POLICY } from '../support/plain-policy.ts';
import { ANA, SAM, type Story, storyOf } from '../support/story.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = 'whsec_Y2hhdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcw==';

interface Body {
  readonly type: string;
  readonly data: { readonly ref: string | null; readonly url: string };
  readonly text: string;
}

describe('the chat', () => {
  let desk: DeskUnderTest;
  let story: Story;
  const start = async (policy = PLAIN_POLICY) => {
    desk = await startDesk({
      policy,
      env: ({ origin }) => ({
        CHAT_WEBHOOK_URL: `${origin}/chat`,
        CHAT_WEBHOOK_SECRET: SECRET,
        STAFF_EMAILS: `${SAM},kim@pine-and-loom.example`,
      }),
    });
    story = storyOf(desk);
  };
  afterEach(() => desk.close());
  const posts = () => desk.world.chat.posts;
  const bodies = () => posts().map(({ body }) => JSON.parse(body) as Body);

  it('hears of what waits: signed, with an address for which one has to sign in, and nothing of the customer', async () => {
    await start();
    const ref = await story.respond('1001');
    await waitFor('the message', () => posts().length > 0);
    const [{ headers, body } = { headers: {}, body: '' }] = posts();
    const header = (name: string) => String(headers[name]);
    const verdict = verifyWebhook(
      {
        id: header('webhook-id'),
        timestamp: header('webhook-timestamp'),
        signature: header('webhook-signature'),
        body: Buffer.from(body),
      },
      [SECRET],
      Date.now(),
    );
    expect(verdict.kind).toBe('genuine');
    expect(JSON.parse(body)).toEqual({
      type: 'request.staff-decide',
      timestamp: expect.any(String),
      data: { ref, url: `${desk.origin}/requests/${ref}` },
      text: `${ref}: cancel #1001?\n${desk.origin}/requests/${ref}`,
    });
    const page = await fetch(`${desk.origin}/requests/${ref}`, { redirect: 'manual' });
    expect(page.headers.get('location')).toBe(`${desk.origin}/sign-in?ref=${ref}`);
    expect(body).not.toMatch(/ana|\/d\/|\/r\//i);
  });

  it('is told once, though it answers late and with errors, and its mails have gone out meanwhile', async () => {
    await start();
    desk.world.chat.answers.push(500, 429, 503);
    const ref = await story.respond('1001');
    await story.mail(SAM, new RegExp(ref));
    await waitFor('the message', () => posts().length > 0);
    expect(bodies().map(({ type }) => type)).toEqual(['request.staff-decide']);
  });

  it('hears nothing of what was decided before the message could go', async () => {
    await start();
    desk.world.chat.answers.push(...Array.from({ length: 200 }, () => 503));
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'decline', reason: 'It is packed.' });
    await story.reaches(ref, 'declined');
    const { effects, requests } = desk.service.desk.store.records;
    const id = (await requests.byRef(ref))?.id ?? '';
    const chat = async () => (await effects.byRequest(id)).find(({ kind }) => kind === 'chat');
    await waitFor('the message to be dropped', async () => (await chat())?.state === 'skipped');
    expect(posts()).toEqual([]);
  });

  it('hears that one of two has approved', async () => {
    await start(`${PLAIN_POLICY}rules: [{ name: two, then: staff, approvals: 2 }]\n`);
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await waitFor('both messages', () => posts().length === 2);
    expect(bodies()[1]).toMatchObject({
      type: 'request.staff-second',
      data: { ref, url: `${desk.origin}/requests/${ref}` },
      text: `${ref}: #1001 wants another approval\n${desk.origin}/requests/${ref}`,
    });
  });

  it('hears how many wait when they come to staff as a list', async () => {
    await start(PLAIN_POLICY.replace('staff_mails: 100000', 'staff_mails: 1'));
    for (const order of ['#7001', '#7002', '#7003']) await story.respond(order, 'nobody@nowhere.example');
    await waitFor('the list', () => bodies().some(({ type }) => type === 'request.staff-digest'));
    await waitFor('the last of it', () =>
      bodies().some(({ text }) => text.startsWith('3 cancellation requests wait\n')),
    );
    expect(bodies().find(({ type }) => type === 'request.staff-digest')?.data).toEqual({
      ref: null,
      url: `${desk.origin}/queue`,
    });
  });

  it.each([301, 404, 400])('holds nothing up when it answers %i', async (answer) => {
    await start();
    desk.world.chat.answers.push(...Array.from({ length: 50 }, () => answer));
    const ref = await story.respond('1001');
    await sendForm(await story.openFrom(SAM, new RegExp(ref)), { decision: 'approve', confirm: '1001' });
    await story.reaches(ref, 'cancelled');
    await story.mail(ANA, /is cancelled/);
    expect(posts()).toEqual([]);
  });
});
