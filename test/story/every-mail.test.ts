/**
 * Every mail there is, owed while the mail server fails in one way or another: it arrives, under one Message-ID however often,
 * or is a task for somebody. And none says that something was done before the shop's ledger has it.
 */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { MailEffect } from '../../src/domain/effect.ts';
import { NOTICES, type NoticeName } from '../../src/domain/notices.ts';
import { ASKS } from '../../src/domain/stale-notice.ts';
import { messageIdOf } from '../../src/steps/send-mail.ts';
import { ANA, SAM, storyOf } from '../support/story.ts';
import { EVERYBODY, POLICY, tellEverything } from '../support/tell-everything.ts';
import { DAY, type DeskInVirtualTime, HOUR, MINUTE, startInVirtualTime } from '../support/virtual-time.ts';
import type { ReceivedMail } from '../world/mail/inbox.ts';

/** What a mail says was done, by its subject, and how the ledger shows it. */
const CLAIMS: readonly [subject: RegExp, kind: string][] = [
  [/^Order \S+ is cancelled(?! already)/, 'cancel'],
  [/^Part of order/, 'refund'],
  [/is changed/, 'address'],
  [/^Return your order/, 'return'],
];

let desk: DeskInVirtualTime;
let claimed: string[];
let tooEarly: string[];
afterEach(() => desk.close());

/** Of all mails that were owed since then, whoever they are to. */
function mailsOwed(since: number): { effect: MailEffect; state: string; lastError: string }[] {
  const file = new DatabaseSync(`${desk.config.dataDir}/cancel-desk.sqlite`);
  const rows = file.prepare("select * from effects where kind = 'mail' and created_at >= ? order by id").all(since);
  file.close();
  return rows.map(({ key, payload, request_id, state, last_error }) => ({
    effect: { kind: 'mail', key, payload: JSON.parse(String(payload)), requestId: request_id } as MailEffect,
    state: String(state),
    lastError: String(last_error),
  }));
}

function copiesOf(effect: MailEffect): ReceivedMail[] {
  const id = `<${messageIdOf(effect, null)}@pine-and-loom.example>`;
  return desk.world.inbox.mails.filter(({ messageId }) => messageId === id);
}

async function start(): Promise<void> {
  [claimed, tooEarly] = [[], []];
  desk = await startInVirtualTime({
    policy: POLICY,
    sources: ['forms'],
    env: { STAFF_EMAILS: EVERYBODY, TIME_ZONE: 'Europe/Helsinki' },
    world: { google: { emailCollectionType: 'VERIFIED' }, onMail: judge },
  });
}

/** At the moment at which the mail is taken. */
function judge({ subject, to }: ReceivedMail): void {
  const [, kind] = CLAIMS.find(([claim]) => claim.test(subject)) ?? [];
  if (!kind) return;
  claimed.push(kind);
  const { orders, ledger } = desk.world.shopify.state;
  const isTrue = ledger.some((entry) => entry.kind === kind && orders.get(entry.orderId)?.email === to);
  if (!isTrue) tooEarly.push(`${to}: ${subject}`);
}

async function incidents(): Promise<string[]> {
  return (await desk.service.desk.store.records.incidents.list()).map(({ code }) => code);
}

describe('every mail', () => {
  it('arrives, under one Message-ID, after a lost answer, 451, and three days without a mail server', async () => {
    await start();
    const since = await tellEverything(desk, () => desk.world.inbox.faults.set({ kind: 'drop_then_later' }));
    const isStale = new Set(['request moved on', 'nothing waits any more']);
    await desk.world.inbox.goAway();
    await desk.pass(3 * DAY - 3 * HOUR, DAY / 2);
    desk.world.inbox.faults.clear();
    await desk.world.inbox.comeBack();
    await desk.pass(2 * HOUR, HOUR);
    const told = new Set<NoticeName>();
    for (const { effect, state, lastError } of mailsOwed(since)) {
      const { notice, to } = effect.payload;
      told.add(notice);
      const copies = copiesOf(effect);
      expect(new Set(copies.map((mail) => mail.to)), notice).toEqual(new Set(copies.length > 0 ? [to] : []));
      if (desk.world.inbox.refused.has(to)) continue;
      if (state === 'skipped') expect(isStale, `${notice}: ${lastError}`).toContain(lastError);
      else expect([state, copies.length > 0], `${notice}: ${lastError}`).toEqual(['done', true]);
    }
    expect(NOTICES.filter((notice) => !told.has(notice))).toEqual([]);
    expect(new Set(claimed)).toEqual(new Set(CLAIMS.map(([, kind]) => kind)));
    expect(tooEarly).toEqual([]);
  }, 60_000);

  it('that is refused for good is a task of staff, or of the operator', async () => {
    await start();
    const since = await tellEverything(desk, () => desk.world.inbox.faults.set({ kind: 'never' }));
    await desk.pass(DAY, DAY);
    const told = new Set<NoticeName>();
    for (const { effect, state } of mailsOwed(since)) {
      const { notice } = effect.payload;
      told.add(notice);
      if (state !== 'failed') continue;
      const request = effect.requestId ? await desk.service.desk.store.records.requests.get(effect.requestId) : null;
      if (!notice.startsWith('customer-')) expect(await incidents(), notice).toContain('staff_unreached');
      else if (ASKS[notice]) expect(request?.trouble?.reason, notice).toMatch(/^bounced_/);
      else expect(request?.undelivered?.notices, notice).toContain(notice);
    }
    expect(NOTICES.filter((notice) => !told.has(notice))).toEqual([]);
    desk.world.inbox.faults.clear();
    await desk.pass(DAY, DAY);
    expect(await incidents()).toEqual([]);
  }, 60_000);

  it('to staff waits for the mail server as long as the request may; one to a customer is a task after three days', async () => {
    await start();
    await desk.world.inbox.goAway();
    const { name } = desk.world.shopify.state.addOrder({ email: ANA });
    desk.world.google.form.submit(ANA, { '1a2b3c01': name });
    await desk.pass(MINUTE, MINUTE);
    await desk.pass(5 * DAY, HOUR * 8);
    await desk.world.inbox.comeBack();
    await desk.pass(2 * HOUR, HOUR);
    const subjects = storyOf(desk)
      .mailsTo(SAM)
      .map(({ subject }) => subject);
    expect(subjects.some((subject) => /: cancel #/.test(subject))).toBe(true);
    expect(subjects.some((subject) => /the customer could not be told/.test(subject))).toBe(true);
    expect(storyOf(desk).mailsTo(ANA)).toEqual([]);
  });
});
