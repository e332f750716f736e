/**
 * Every secret that the service is given is a canary, and everything goes wrong that can, with the outside repeating what it
 * was asked with: no canary shows in a log, on a page, in a mail, in the database, an export or a backup.
 */
import { readFileSync } from 'node:fs';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailer } from '../../src/adapters/mail/smtp.ts';
import { createShopifyOrders } from '../../src/adapters/shopify/orders.ts';
import { backUpSqlite } from '../../src/adapters/store/backup.ts';
import { isBeingFulfilled } from '../../src/domain/cancel-check.ts';
import type { DecisionInput } from '../../src/domain/decision-input.ts';
import { fingerprintOf } from '../../src/domain/order-fingerprint.ts';
import { OutsideError } from '../../src/domain/outside-error.ts';
import { decide } from '../../src/steps/decide.ts';
import { exportPerson } from '../../src/steps/export-person.ts';
import { noteFailure } from '../../src/steps/outages.ts';
import { findCanaries, makeCanary } from '../support/canaries.ts';
import { type DeskOfCanaries, startDeskOfCanaries } from '../support/desk-of-canaries.ts';
import { type Call, ECHOES } from '../support/echo-proxy.ts';
import { SMTP_REFUSALS, startEchoSmtp } from '../support/echo-smtp.ts';
import { signIn } from '../support/staff-browser.ts';
import { SAM } from '../support/story.ts';
import { DAY, MINUTE } from '../support/virtual-time.ts';

const MUTATIONS = ['HoldFulfillmentOrder', 'CancelOrder', 'ReleaseHolds'];
/** Kinds of errors whose words may be kept, and some that are not. */
const KEPT = /^(?:error [BMu]|user error|http [45]0[01])/;
const PATHS = ['/d', '/r', '/sign-in', '/requests', '/queue', '/intake/webhook', '/hooks/shopify', '/metrics', '/no'];

describe('no secret shows', () => {
  let at: DeskOfCanaries;
  let paths = 0;
  beforeAll(async () => {
    at = await startDeskOfCanaries();
  }, 60_000);
  afterAll(() => at.close());

  /** What is struck, one after the other in every way; each error is noted as a step notes it. */
  async function inEveryWay(isMeant: (call: Call) => boolean, call: () => Promise<unknown>): Promise<void> {
    for (const echo of ECHOES) {
      at.proxy.strike = (made) => (isMeant(made) ? echo : null);
      const error: unknown = await call().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error instanceof OutsideError) await noteFailure(at.desk.service.desk, error);
      else if (error) throw error;
      at.texts.push([`the error ${echo}`, String(error)]);
    }
    at.proxy.strike = () => null;
  }

  it('though Shopify, Google and the chat repeat it in each kind of error', async () => {
    const { chat, sources } = at.desk.service.desk;
    // What is asked again and again is asked at once.
    const { orders } = createShopifyOrders({
      ...at.desk.config.shopify,
      now: Date.now,
      sleep: () => Promise.resolve(),
    });
    const isGraphql = ({ operation }: Call) => operation !== null;
    const of = (path: string) => (call: Call) => call.path.includes(path);
    await inEveryWay(of('/admin/oauth'), () => orders.shop());
    await orders.shop();
    await inEveryWay(isGraphql, () => orders.shop());
    await inEveryWay(isGraphql, () => orders.read('gid://shopify/Order/5000000100100'));
    await inEveryWay(isGraphql, () => orders.addTags('gid://shopify/Order/5000000100100', ['x']));
    await inEveryWay(of('/chat/'), async () =>
      chat?.send({ id: '1', at: 0, notice: 'staff-decide', ref: 'CR-1', text: 'x', url: at.desk.origin }),
    );
    await inEveryWay(of('/token'), async () => sources[0]?.poll(null));
    await inEveryWay(of('/v1/forms'), async () => sources[0]?.poll(null));
    await inEveryWay(of('/v4/'), async () => sources[1]?.poll(null));
    paths += 8 * ECHOES.length;
    expect(await at.shown()).toEqual([]);
  }, 60_000);

  it('though Shopify repeats it in its words about what staff decided', async () => {
    const { state } = at.desk.world.shopify;
    const struck = ECHOES.filter((echo) => KEPT.test(echo));
    const people = [...struck, ...struck].map((_, i) => `somebody-${i}@customer.example`);
    const orders = people.map((email) => state.addOrder({ email }));
    for (const { email, name } of orders) at.desk.world.google.form.submit(email ?? '', { '1a2b3c01': name });
    const [first = 0] = orders.map(({ number }) => number);
    // Each order meets its own kind of error, in each of our mutations.
    const isStruck = (operation: string | null) => MUTATIONS.includes(operation ?? '');
    at.proxy.strike = ({ operation, order }) =>
      isStruck(operation) && order ? (struck[(order - first) % struck.length] ?? null) : null;
    await at.desk.pass(6 * MINUTE, 2 * MINUTE);
    const { requests } = at.desk.service.desk.store.records;
    for (const [i, email] of people.entries()) {
      const [asked] = await requests.ofCustomer(email, 1);
      if (!asked?.order) throw new Error(`Nothing of ${email}`);
      const seen = fingerprintOf(asked.order, isBeingFulfilled(asked.order));
      const input: DecisionInput =
        i < struck.length
          ? { kind: 'approve', seen, confirm: null, terms: null, agreed: '' }
          : { kind: 'decline', reason: 'It is engraved.' };
      const { kind } = await decide(at.desk.service.desk, asked.id, 'operator', asked.revision, input);
      expect(kind).toBe('done');
    }
    const before = at.proxy.struck;
    await at.desk.pass(10 * MINUTE, 2 * MINUTE);
    await at.desk.pass(DAY, DAY / 2);
    paths += at.proxy.struck - before;
    at.proxy.strike = () => null;
    expect(await at.shown()).toEqual([]);
    expect(at.desk.world.inbox.mails.filter(({ text }) => text.includes('[removed]')).length).toBeGreaterThan(2);
  }, 60_000);

  it('though the mail server repeats it', async () => {
    const smtp = await startEchoSmtp();
    const password = makeCanary('SMTP_URL');
    at.canaries.set('SMTP_URL', password);
    await Promise.all(
      SMTP_REFUSALS.map(async (refusal) => {
        const [when] = refusal.split('-');
        const login = `${when === 'auth' ? refusal : 'desk'}:${encodeURIComponent(password)}`;
        const from = `${when === 'from' ? refusal : 'desk'}@pine-and-loom.example`;
        const mailer = createMailer({ smtpUrl: `smtp://${login}@127.0.0.1:${smtp.port}`, from, replyTo: null });
        const mail = {
          subject: 'x',
          text: 'x',
          html: 'x',
          messageId: `${refusal}@x.example`,
          threadId: 't@x.example',
          language: 'en',
        };
        const error: unknown = await mailer
          .send({ ...mail, to: `${refusal}@customer.example` })
          .catch((thrown) => thrown);
        mailer.close();
        if (!(error instanceof OutsideError)) throw new Error(`${refusal}: ${error}`);
        await noteFailure(at.desk.service.desk, error);
        at.texts.push([refusal, String(error)]);
      }),
    );
    paths += smtp.refused;
    await smtp.close();
    expect(smtp.refused).toBe(SMTP_REFUSALS.length);
    expect(await at.shown()).toEqual([]);
  });

  it('on any page, nor on one that refuses what was sent to it', async () => {
    await at.desk.restartWorker();
    const staff = await signIn(at.desk);
    const { requests } = at.desk.service.desk.store.records;
    const failed = (await requests.list({ status: 'failed', limit: 5 })).map(({ ref }) => `/requests/${ref}`);
    expect(failed.length).toBeGreaterThan(2);
    for (const path of ['/', '/queue', '/queue.csv', '/staff', '/requests/new', ...failed]) {
      at.texts.push([path, (await staff.open(path)).html]);
    }
    // Secrets where they don't belong: in addresses, headers, cookies and bodies.
    for (const path of PATHS) {
      for (const [name, secret] of at.canaries) {
        const odd = encodeURIComponent(secret);
        const headers = {
          Authorization: `Bearer ${secret}`,
          'webhook-signature': secret,
          Cookie: `desk=${odd}`,
          'X-Forwarded-For': '192.0.2.9',
        };
        const answers = [
          await request(at.desk.origin).get(`${path}/${odd}`).set(headers),
          await request(at.desk.origin).post(path).set(headers).type('form').send(`token=${odd}`),
        ];
        paths += answers.length;
        const said = answers.map(({ status, text }) => `${status} ${text}`).join();
        expect(said, `${path} with ${name}`).not.toContain(' at ');
        at.texts.push([`${path} with ${name}`, said]);
      }
    }
    await at.desk.stopWorker();
    expect(await at.shown()).toEqual([]);
  }, 60_000);

  it('in an export, a backup, or what doctor says of all that refuses us', async () => {
    const { requests } = at.desk.service.desk.store.records;
    for (const { order } of await requests.list({ status: 'failed', limit: 5 })) {
      at.texts.push(['an export', JSON.stringify(await exportPerson(at.desk.service.desk, order?.email ?? ''))]);
    }
    const backup = `${at.desk.config.dataDir}/backup`;
    backUpSqlite(at.desk.config.dataDir, backup);
    at.texts.push(['a backup', readFileSync(backup).toString('latin1')]);
    at.proxy.strike = ({ operation, path }) => (operation || path.includes('/v1/') ? 'error BAD_REQUEST' : null);
    const smtp = await startEchoSmtp();
    const login = `auth-535:${encodeURIComponent(at.canaries.get('SMTP_URL') ?? '')}`;
    const said = await at.doctor({ SMTP_URL: `smtp://${login}@127.0.0.1:${smtp.port}` });
    await smtp.close();
    expect(said).toMatch(/WRONG +Shopify[\s\S]*WRONG +Mail/);
    at.texts.push(['doctor', said]);
    expect(await at.shown()).toEqual([]);
    expect(paths).toBeGreaterThanOrEqual(700);
  }, 60_000);

  it('and no key of a link or of a session is in a log, in the database, or on another’s page', async () => {
    const keys = at.desk.world.inbox.mails.flatMap(({ text }) => [
      ...text.matchAll(/\/(?:d|r|sign-in)\/([\w-]{20,})/g),
    ]);
    const found = new Map(keys.map(([link, key = '']) => [`the key of ${link.slice(0, 6)}…`, key]));
    await at.desk.restartWorker();
    const agent = request.agent(at.desk.origin).set('Origin', at.desk.origin);
    const before = at.desk.world.inbox.mails.length;
    await agent.post('/sign-in').type('form').send({ email: SAM });
    const mail = await at.desk.world.inbox.waitFor('the link', ({ number, to }) => number > before && to === SAM);
    const { pathname } = new URL(/https?:\S+\/sign-in\/[\w-]+/.exec(mail.text)?.[0] ?? '');
    const { headers } = await agent.post(pathname).type('form').send({ me: 'yes' });
    const session = /desk=([\w-]{20,})/.exec(String(headers['set-cookie']))?.[1] ?? '';
    found.set('the session', session);
    at.texts.push(['/queue', (await agent.get('/queue')).text]);
    expect(session).not.toBe('');
    await at.desk.stopWorker();
    const pages = at.texts.filter(([where]) => where.startsWith('/'));
    expect(findCanaries([...pages, ['the log', at.desk.logLines.join('')], ...at.stored()], found)).toEqual([]);
  });
});
