import type { Asking, CancellationRequest } from './cancellation-request.ts';
import { isEnded } from './lifecycle.ts';
import type { NoticeName } from './notices.ts';
import { stageOf } from './queue.ts';

/** Mails that wait for an answer. */
export const ASKS: Partial<Record<NoticeName, Asking['kind']>> = {
  'customer-question': 'question',
  'customer-confirm': 'confirmation',
  'customer-which-order': 'order',
  'customer-offer': 'offer',
};

export interface OwedNotice {
  readonly notice: NoticeName;
  readonly requestVersion: number | null;
  /** Null: nobody in particular. */
  readonly to: string | null;
}

type Told = Pick<
  CancellationRequest,
  'status' | 'version' | 'approvals' | 'asking' | 'undelivered' | 'payback' | 'hold' | 'trouble' | 'assignedTo'
>;

/** Whether what each of these asks for isn't open any more. */
const STALE: Partial<Record<NoticeName, (request: Told, owed: OwedNotice) => boolean>> = {
  'staff-decide': ({ status, version }, { requestVersion }) =>
    requestVersion !== version || !['needs_match', 'awaiting_decision'].includes(status),
  'staff-reminder': (request) => stageOf(request) !== 'staff',
  // Decided or taken back meanwhile, or approved by whom it asks.
  'staff-second': ({ status, approvals }, { to }) =>
    status !== 'awaiting_decision' || approvals.length === 0 || approvals.some(({ by }) => by === to),
  'staff-assigned': (request, { to }) => request.assignedTo !== to || stageOf(request) === 'ended',
  'staff-label': ({ status }) => status !== 'waiting',
  'staff-bounced': ({ undelivered }) => undelivered === null,
  'staff-payback': ({ payback }) => payback === null || payback.done !== null,
  'customer-approved': ({ status }) => status !== 'approved' && status !== 'executing',
  'customer-waiting': ({ status }) => status !== 'waiting',
  'customer-shipped': ({ status }) => status !== 'awaiting_decision' && status !== 'failed',
  // Approved anew, or over: another mail tells that.
  'customer-undone': ({ status }) => status === 'approved' || status === 'executing' || isEnded(status),
};

/** What asks for something that isn't open any more would only confuse. */
export function isStale(owed: OwedNotice, request: Told): boolean {
  const asks = ASKS[owed.notice];
  if (asks && request.asking?.kind !== asks) return true;
  return STALE[owed.notice]?.(request, owed) ?? false;
}
