/** What staff do beside the story: the request's status stays as it is. */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import type { NoticeName } from '../domain/notices.ts';
import { dayAt } from '../domain/policy/calendar.ts';
import type { RequestEventRecord } from '../records/history.ts';
import type { RequestChanges } from '../records/requests.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { newId } from './ids.ts';
import { mailTo, oweCustomerMail } from './owe-mail.ts';
import { approversOf } from './who-decides.ts';

const ASIDE = ['assign', 'snooze', 'paid_back', 'correct_address', 'told', 'tidy'] as const;
export type AsideInput = Extract<DecisionInput, { kind: (typeof ASIDE)[number] }>;

export function isAside(input: DecisionInput): input is AsideInput {
  return (ASIDE as readonly string[]).includes(input.kind);
}

const DAY_MS = 24 * 60 * 60_000;
type CustomerNotice = Extract<NoticeName, `customer-${string}`>;

export async function decideAside(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  by: string,
  input: AsideInput,
): Promise<'moved' | 'refused' | 'stale'> {
  const at = desk.now();
  const noteDown = (type: string, data: RequestEventRecord['data'], changes: RequestChanges) =>
    note(records, request, changes, { at, actor: by, type, data });
  switch (input.kind) {
    case 'assign': {
      const { to } = input;
      if (!to) return noteDown('unassigned', {}, { assignedTo: null });
      // As on the page: nobody is given what they may not decide.
      const may = await approversOf(desk, records, request);
      if (!may.some(({ email }) => email === to)) return 'refused';
      const noted = await noteDown('assigned', { to }, { assignedTo: to });
      if (noted !== 'moved' || to === by) return noted;
      await mailTo(desk, records, [{ email: to }], request, 'staff-assigned', at, `r${request.revision}`);
      return 'moved';
    }
    case 'snooze': {
      const until = at + input.days * DAY_MS;
      return noteDown('snoozed', { until: dayAt(until, desk.timeZone) }, { snoozedUntil: until });
    }
    case 'paid_back': {
      const { payback } = request;
      if (!payback || payback.done) return 'refused';
      const done = { by, at, how: input.how.trim(), on: input.on };
      const data = { amount: payback.amount, how: done.how, on: done.on };
      const noted = await noteDown('paid_back', data, { payback: { ...payback, done } });
      if (noted !== 'moved') return noted;
      await records.tokens.revokeForRequest(request.id, 'staff', at);
      await oweCustomerMail(records, request, 'customer-paid-back', customerAddress(request), at);
      return 'moved';
    }
    case 'correct_address': {
      const to = readEmailAddress(input.email);
      if (!to || !request.undelivered) return 'refused';
      const noted = await noteDown('address_corrected', { to }, { mailTo: to, undelivered: null });
      if (noted !== 'moved') return noted;
      for (const notice of request.undelivered.notices) {
        await oweCustomerMail(records, request, notice as CustomerNotice, to, at, `again:r${request.revision}`);
      }
      return 'moved';
    }
    case 'told':
      return noteDown('told_otherwise', {}, { undelivered: null });
    case 'tidy': {
      if (!request.orderId) return 'refused';
      const remove = input.what === 'delete';
      const payload = { orderId: request.orderId, tags: [], archive: !remove, remove };
      const key = `tidy:${request.orderId}:${input.what}:r${request.revision}`;
      await records.effects.insert({ kind: 'shopify_tidy', key, requestId: request.id, payload }, newId(), at);
      return noteDown(remove ? 'delete_asked' : 'archive_asked', {}, {});
    }
  }
}

async function note(
  records: Records,
  request: CancellationRequest,
  changes: RequestChanges,
  event: RequestEventRecord,
): Promise<'moved' | 'stale'> {
  if (!(await records.requests.update(request, changes, event.at))) return 'stale';
  await records.events.append(request.id, event);
  return 'moved';
}
