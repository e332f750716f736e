/** An outside system that refuses us is left alone for a while, and the operator is told once. */
import type { OutsideError, OutsideSystem } from '../domain/outside-error.ts';
import type { Desk } from './desk.ts';
import { oweIncidentMails } from './owe-mail.ts';

const HOUR_MS = 60 * 60_000;

/** Another process may have opened an incident, and be gone: how long a success doesn't look for one again. */
const CALM_MS = 5_000;

export function isPaused(desk: Desk, system: OutsideSystem): boolean {
  return (desk.outages.pausedUntil.get(system) ?? 0) > desk.now();
}

export async function noteFailure(desk: Desk, error: OutsideError): Promise<void> {
  const { system, fault } = error;
  const now = desk.now();
  const { pausedUntil, failingSince, failures, calmUntil } = desk.outages;
  calmUntil.delete(system);
  failures.set(system, (failures.get(system) ?? 0) + 1);
  desk.log.warn({ system, fault, error: error.message }, 'outside call failed');
  if (fault === 'denied') {
    pausedUntil.set(system, now + desk.timings.deniedPause);
    await openIncident(desk, `${system}_denied`, error.message);
  }
  if (fault === 'unreachable') {
    const since = failingSince.get(system) ?? now;
    failingSince.set(system, since);
    if (now - since >= desk.timings.unreachableTold) await openIncident(desk, `${system}_unreachable`, error.message);
  }
}

/** That Shopify answers, when it did: a step may see to a failure by itself, or have nothing to ask. */
export async function noteAnswered(desk: Desk, work: () => Promise<void>): Promise<void> {
  const failures = desk.outages.failures.get('shopify');
  const answers = desk.shopifyAnswers();
  await work();
  const failed = desk.outages.failures.get('shopify') !== failures;
  if (!failed && desk.shopifyAnswers() > answers) await noteSuccess(desk, 'shopify');
}

/** Whoever opened an incident, the first process that gets through ends it. */
export async function noteSuccess(desk: Desk, system: OutsideSystem): Promise<void> {
  desk.outages.failingSince.delete(system);
  desk.outages.pausedUntil.delete(system);
  const { calmUntil } = desk.outages;
  if (performance.now() < (calmUntil.get(system) ?? 0)) return;
  calmUntil.set(system, performance.now() + CALM_MS);
  for (const code of [`${system}_denied`, `${system}_unreachable`]) {
    if (await desk.store.records.incidents.close(code)) desk.log.info({ code }, 'incident over');
  }
}

export async function openIncident(desk: Desk, code: string, detail: string): Promise<void> {
  const now = desk.now();
  const opened = await desk.store.transaction(async (records) => {
    if (!(await records.incidents.open(code, detail, now))) return false;
    // It may come and go: one mail an hour says so.
    if ((await records.counters.count(`incident:${code}`, HOUR_MS, now)) === 1) {
      await oweIncidentMails(records, code, desk.defaultLocale, now);
    }
    await records.incidents.markTold(code, now);
    return true;
  });
  if (opened) desk.log.error({ code, detail }, 'incident: needs the operator');
}
