/** Executions that came to nothing, or to nothing yet: what waits, what failed, what staff decide anew. */
import type { CancelBlock } from '../domain/cancel-check.ts';
import type { CancellationRequest, Trouble } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import type { CancelEffect, CancelOutcome } from '../domain/effect.ts';
import { nextStatus } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import { knowsAcceptance, newsOfFailure } from '../domain/trouble.ts';
import type { RequestChanges } from '../records/requests.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';
import { mustUpdate, writeAnew } from './write-anew.ts';
import { type Execution, writeEnding } from './write-ending.ts';

/** What Shopify can't cancel yet, it waits for; what it never will goes to staff. */
export async function endBlocked(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  reason: CancelBlock,
  order: Order,
): Promise<void> {
  const mayWait = reason === 'label_bought' || reason === 'payment_pending';
  if (!mayWait || !nextStatus(request.status, 'blocked')) {
    return endWithTrouble(desk, effect, request, { reason, detail: null }, order);
  }
  const now = desk.now();
  const version = request.version + 1;
  // Assessed anew at once: that tells whoever has to do something.
  const changes = {
    order,
    version,
    decision: null,
    approvals: [],
    approvedFingerprint: null,
    undoUntil: null,
    dueAt: now,
    expiresAt: now + desk.timings.requestExpires,
  };
  await writeEnding(
    desk,
    effect,
    'skipped',
    request,
    { event: 'blocked', changes, data: { trouble: reason } },
    async (records) => {
      // That it waits for the payment is a mail of its own.
      if (reason === 'label_bought' && knowsAcceptance(request))
        await oweUndone(records, { ...request, version }, order, now);
    },
  );
}

export async function endWithTrouble(
  desk: Desk,
  effect: Execution,
  request: CancellationRequest,
  trouble: Trouble,
  order: Order | null,
): Promise<void> {
  const version = request.version + 1;
  const seen = order ?? request.order;
  const news = newsOfFailure(request, trouble, seen);
  const told = news ? { ...trouble, told: true } : trouble;
  const changes = { trouble: told, version, undoUntil: null, ...(order ? { order } : {}) };
  const data = { trouble: trouble.reason, detail: trouble.detail };
  await writeEnding(
    desk,
    effect,
    'failed',
    request,
    { event: 'execution_failed', changes, data },
    async (records, now) => {
      const moved = { ...request, version };
      if (news) await oweCustomerMail(records, moved, news, customerAddress(request, seen), now, `failed:v${version}`);
      await oweStaffMails(desk, records, moved, 'staff-failed', now);
    },
  );
}

/** The order is not what was approved any more, or the approval comes from a backup: staff look at it anew. */
export async function returnToStaff(
  desk: Desk,
  effect: Execution,
  request: CancellationRequest,
  order: Order,
  reason: 'order_changed' | 'restored' = 'order_changed',
): Promise<void> {
  const version = request.version + 1;
  const wasTold = knowsAcceptance(request);
  const changes: RequestChanges = {
    version,
    order,
    decision: null,
    approvals: [],
    approvedFingerprint: null,
    trouble: { reason, detail: null, ...(wasTold ? { told: true } : {}) },
    undoUntil: null,
    expiresAt: desk.now() + desk.timings.requestExpires,
  };
  const data = { trouble: reason };
  await writeEnding(
    desk,
    effect,
    'skipped',
    request,
    { event: 'order_changed', changes, data },
    async (records, now) => {
      if (wasTold) await oweUndone(records, { ...request, version }, order, now);
      await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', now);
    },
  );
}

function oweUndone(records: Records, request: CancellationRequest, order: Order, now: number): Promise<void> {
  const to = customerAddress(request, order);
  return oweCustomerMail(records, request, 'customer-undone', to, now, `back:v${request.version}`);
}

/** The request stays as it is; staff are told once that Shopify is taking very long. */
export async function tellStuck(
  desk: Desk,
  effect: CancelEffect,
  request: CancellationRequest,
  outcome: CancelOutcome,
): Promise<void> {
  const now = desk.now();
  await writeAnew(desk, async (records) => {
    if (!(await records.effects.progress(effect, 'confirming', outcome))) return;
    const current = (await records.requests.get(request.id)) ?? request;
    await mustUpdate(records, current, { trouble: { reason: 'job_stuck', detail: null } }, now);
    await records.events.append(request.id, { at: now, actor: 'service', type: 'job_stuck', data: {} });
    await oweStaffMails(desk, records, request, 'staff-failed', now, 'stuck');
  });
}
