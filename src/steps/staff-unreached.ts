/** Staff whom no mail reaches: they don't know what waits for them, so the operator is told, until one gets through. */
import type { MailEffect } from '../domain/effect.ts';
import type { Desk } from './desk.ts';
import { openIncident } from './outages.ts';

export const STAFF_UNREACHED = 'staff_unreached';

/** Which addresses, as a JSON list. */
const KEY = 'staff unreached';

export async function noteStaffUnreached(desk: Desk, { payload, requestId }: MailEffect): Promise<void> {
  await changeList(desk, (unreached) => [...new Set([...unreached, payload.to])]);
  const request = requestId ? await desk.store.records.requests.get(requestId) : null;
  // No address: it goes into the log.
  await openIncident(desk, STAFF_UNREACHED, request?.ref ?? payload.notice);
}

export async function noteStaffReached(desk: Desk, to: string): Promise<void> {
  if (listIn(await desk.store.records.settings.get(KEY)).includes(to)) await forget(desk, (one) => one === to);
}

/** Whoever was taken off the list is waited for no more. */
export async function forgetRemovedStaff(desk: Desk): Promise<void> {
  const staff = await desk.store.records.staff.list();
  await forget(desk, (one) => !staff.some(({ email, active }) => active && email === one));
}

async function forget(desk: Desk, isOver: (address: string) => boolean): Promise<void> {
  const left = await changeList(desk, (unreached) => unreached.filter((one) => !isOver(one)));
  if (left.length > 0) return;
  await desk.store.records.incidents.close(STAFF_UNREACHED);
}

function changeList(desk: Desk, change: (unreached: string[]) => string[]): Promise<string[]> {
  return desk.store.transaction(async ({ settings }) => {
    const before = await settings.get(KEY);
    const after = change(listIn(before));
    if (before !== JSON.stringify(after)) await settings.put(KEY, JSON.stringify(after));
    return after;
  });
}

function listIn(setting: string | null): string[] {
  return setting ? (JSON.parse(setting) as string[]) : [];
}
