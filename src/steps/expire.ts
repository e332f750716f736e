import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import { stageOf } from '../domain/queue.ts';
import { localeFor } from './customer-locale.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { hasHeard, oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { assessForStaff, prepareRoute, unansweredOf } from './prepare-route.ts';
import { closeWhenEmpty, shielded } from './quarantine.ts';
import { forgetRemovedStaff } from './staff-unreached.ts';

const BATCH = 100;

/** Ends what nobody decided or answered in time. Returns how many requests it moved on. */
export async function expireRequests(desk: Desk): Promise<number> {
  const due = await desk.store.records.requests.expired(desk.now(), BATCH);
  for (const request of due) {
    await shielded(desk, request, async () =>
      (await isForStaff(desk, request)) ? handToStaff(desk, request) : end(desk, request),
    );
  }
  for (const request of await desk.store.records.requests.awake(desk.now(), BATCH)) {
    await shielded(desk, request, () => wake(desk, request));
  }
  await cleanUp(desk);
  return due.length;
}

async function isForStaff(desk: Desk, request: CancellationRequest): Promise<boolean> {
  if (request.status !== 'needs_customer') return false;
  if (bounced(request)) return true;
  return (await unansweredOf(desk, request)) === 'staff';
}

/** The mail that asked could not be delivered: written down with its failure, see send-mail.ts. */
function bounced({ trouble }: CancellationRequest): boolean {
  return trouble?.reason.startsWith('bounced_') ?? false;
}

async function handToStaff(desk: Desk, request: CancellationRequest): Promise<void> {
  const at = desk.now();
  const why = bounced(request) ? 'bounced' : (await wasAsked(desk, request)) ? 'unanswered' : 'not_asked';
  const prepared = request.order ? await prepareRoute(desk, request, request.order) : null;
  const assessment =
    prepared && request.order ? assessForStaff(request, request.order, prepared, at) : request.assessment;
  await desk.store.transaction(async (records) => {
    const event = request.orderId ? 'unanswered_about_order' : 'unanswered';
    const asked = request.asking?.kind ?? null;
    const trouble = { reason: `${why}_${asked ?? 'question'}`, detail: null };
    const expiresAt = at + desk.timings.requestExpires;
    const changes = { asking: null, question: null, trouble, assessment, expiresAt };
    const moved = await moveRequest(records, request, event, changes, { actor: 'service', at, data: { asked, why } });
    const occasion = `${why}:v${request.version}`;
    const assessed = { ...request, assessment };
    if (moved === 'moved') await oweStaffMails(desk, records, assessed, 'staff-decide', at, occasion);
  });
  desk.wake();
}

const CLEAN_UP_MS = 10 * 60_000;

/** What has run out serves nobody; not worth a write every half second. */
async function cleanUp(desk: Desk): Promise<void> {
  const { housekeeping, store, now } = desk;
  if (housekeeping.nextAt > now()) return;
  housekeeping.nextAt = now() + CLEAN_UP_MS;
  await closeWhenEmpty(desk);
  await forgetRemovedStaff(desk);
  await store.records.counters.removeEnded(now());
  await store.records.sessions.removeEnded(now());
  await store.records.tokens.removeEnded(now());
}

/** Back in the queue, with a new mail while it still wants somebody. */
async function wake(desk: Desk, request: CancellationRequest): Promise<void> {
  const at = desk.now();
  await desk.store.transaction(async (records) => {
    if (!(await records.requests.update(request, { snoozedUntil: null }, at))) return;
    if (stageOf(request) !== 'staff') return;
    await records.events.append(request.id, { at, actor: 'service', type: 'woke', data: {} });
    await oweStaffMails(desk, records, request, noticeAgain(request), at, `woke:r${request.revision}`);
  });
}

/** Decisions by the mail that first asked for them, and what else there is to do by a reminder. */
function noticeAgain({ status }: CancellationRequest) {
  if (status === 'failed') return 'staff-failed';
  return status === 'needs_match' || status === 'awaiting_decision' ? 'staff-decide' : 'staff-reminder';
}

/** Above the limit of a day nobody was mailed. */
async function wasAsked(desk: Desk, { id, version, asking }: CancellationRequest): Promise<boolean> {
  if (asking?.kind !== 'confirmation') return true;
  return (await desk.store.records.effects.byKey(`customer-confirm:${id}:v${version}`)) !== null;
}

async function end(desk: Desk, request: CancellationRequest): Promise<void> {
  const at = desk.now();
  const { asking } = request;
  const to = customerAddress(request);
  // To others it is told as any other end: that somebody else was asked is nothing they are told.
  const askedThem = asking !== null && readEmailAddress(asking.to) === readEmailAddress(to);
  const notice = askedThem && (await wasAsked(desk, request)) ? 'customer-unanswered' : 'customer-expired';
  await desk.store.transaction(async (records) => {
    // A question that had no answer is what the end is about.
    const question = asking?.kind === 'question' ? request.question : null;
    const changes = { expiresAt: null, dueAt: null, asking: null, question };
    const moved = await moveRequest(records, request, 'expired', changes, { actor: 'service', at });
    if (moved !== 'moved') return;
    await records.tokens.revokeForRequest(request.id, 'staff', at);
    // Whom nobody has written to isn't waiting for an end.
    if (request.origin === 'risk_sweep' || !(await hasHeard(records, request))) return;
    const locale = to ? localeFor(desk, request, to) : request.locale;
    await oweCustomerMail(records, { ...request, locale }, notice, to, at);
  });
}
