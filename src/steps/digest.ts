/** One list of what waits in place of many mails, and one line in the chat. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { MailPayload } from '../domain/effect.ts';
import type { DigestContext } from '../domain/notices.ts';
import { afterQuiet } from '../domain/policy/calendar.ts';
import { reasonsOf } from '../domain/queue-reason.ts';
import { viewRequest } from '../domain/request-view.ts';
import type { StaffMember } from '../domain/staff.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { mintLink } from './magic-link.ts';
import { shopNameOf } from './shop-name.ts';
import { peopleAmong } from './who-decides.ts';

/** When staff may be written to: now, or when their quiet hours are over. */
export function afterQuietHours({ policies, timeZone }: Pick<Desk, 'policies' | 'timeZone'>, at: number): number {
  const { calendar, quiet } = policies.inForce();
  return quiet ? afterQuiet(at, quiet, calendar.zone ?? timeZone) : at;
}

/** One for each of them at the end of the running quarter of an hour, however many requests ask for it. */
export async function oweDigest(
  desk: Pick<Desk, 'defaultLocale' | 'timings' | 'policies' | 'timeZone' | 'chat'>,
  records: Records,
  members: readonly Pick<StaffMember, 'email'>[],
  now: number,
): Promise<void> {
  const { digest } = desk.timings;
  const dueAt = afterQuietHours(desk, (Math.floor(now / digest) + 1) * digest);
  const notice = 'staff-digest';
  if (desk.chat) {
    const effect = { kind: 'chat', key: `chat:${notice}:${dueAt}`, requestId: null } as const;
    await records.effects.insert({ ...effect, payload: { notice, requestVersion: null } }, newId(), now, dueAt);
  }
  for (const { email } of members) {
    const payload: MailPayload = {
      notice,
      to: email,
      locale: desk.defaultLocale,
      requestVersion: null,
      linkFor: 'staff',
    };
    const key = `${notice}:${dueAt}:${email}`;
    await records.effects.insert({ kind: 'mail', key, requestId: null, payload }, newId(), now, dueAt);
  }
}

const MOST_IN_A_DIGEST = 50;
const PAGE = 500;
const MOST_PAGES = 20;

/** What waits for this person when the mail is sent, the oldest first. null: nothing does any more. */
export async function digestContext(desk: Desk, person: string): Promise<DigestContext | null> {
  const theirs = await waitingFor(desk, person);
  if (theirs.length === 0) return null;
  const items = [];
  for (const request of theirs.slice(0, MOST_IN_A_DIGEST)) {
    const { url } = await mintLink(desk, 'staff', request, person);
    const view = viewRequest(request, request.order, desk.adminOrigin);
    items.push({ request: view, link: url, why: reasonsOf(request) });
  }
  const queue = theirs.length > items.length ? `${desk.baseUrl}/queue` : null;
  return { shopName: await shopNameOf(desk), waiting: theirs.length, items, queue };
}

async function waitingFor(desk: Desk, person: string): Promise<CancellationRequest[]> {
  const { requests, staff } = desk.store.records;
  const now = desk.now();
  const members = await staff.list();
  const theirs: CancellationRequest[] = [];
  const filter = { stage: 'staff', text: null, assignedTo: null, snoozed: false, now, sort: 'oldest' } as const;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await requests.search({ ...filter, offset: page * PAGE, limit: PAGE });
    theirs.push(...found.filter((request) => peopleAmong(members, request, now).some(({ email }) => email === person)));
    if (found.length < PAGE) break;
  }
  return theirs;
}

/** How many wait for any of staff, for a line that everybody reads. */
export async function countForChat({ store, now }: Desk): Promise<number> {
  const { requests } = store.records;
  const { staff = 0 } = await requests.countOpen();
  return Math.max(0, staff - (await requests.countSnoozed(now())));
}
