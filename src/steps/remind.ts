/** Reminds staff of what has waited too long for them, in working time, and tells others from the second time on. */

import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { addWorkingTime } from '../domain/policy/calendar.ts';
import { mayDecide, presentOf } from '../domain/staff.ts';
import type { Desk } from './desk.ts';
import { mailTo } from './owe-mail.ts';
import { shielded } from './quarantine.ts';
import { peopleFor } from './who-decides.ts';

const BATCH = 100;

/** Returns how many were reminded of. */
export async function remindStaff(desk: Desk): Promise<number> {
  const { reminders, calendar } = desk.policies.inForce();
  if (!reminders) return 0;
  const { requests } = desk.store.records;
  const now = desk.now();
  let done = 0;
  for (const request of await requests.toRemind(now, BATCH)) {
    const next = (from: number) => addWorkingTime(from, reminders.afterMs, desk.timeZone, calendar);
    if (request.remindAt === null) {
      await requests.setReminder(request, next(request.updatedAt), 0);
    } else if (request.snoozedUntil !== null && request.snoozedUntil > now) {
      await requests.setReminder(request, next(request.snoozedUntil), request.reminded);
    } else {
      await shielded(desk, request, () => remind(desk, request, request.reminded + 1, next(now), reminders.escalate));
      done += 1;
    }
  }
  return done;
}

async function remind(
  desk: Desk,
  request: CancellationRequest & { remindAt: number | null; reminded: number },
  time: number,
  next: number,
  escalate: readonly string[],
): Promise<void> {
  const at = desk.now();
  await desk.store.transaction(async (records) => {
    if (!(await records.requests.setReminder(request, next, time))) return;
    const people = await peopleFor(records, request, at);
    const list = await records.staff.list();
    const named = list.filter((member) => time > 1 && mayDecide(member) && escalate.includes(member.email));
    const others = presentOf(named, list, at);
    const all = [...new Map([...people, ...others].map((member) => [member.email, member])).values()];
    await records.events.append(request.id, { at, actor: 'service', type: 'reminded', data: {} });
    await mailTo(desk, records, all, request, 'staff-reminder', at, `${time}:r${request.revision}`);
  });
  desk.wake();
}
