import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { customerAddress } from '../domain/customer-address.ts';
import { knowsAcceptance } from '../domain/trouble.ts';
import type { Records } from '../records/store.ts';
import type { Desk } from './desk.ts';
import { moveRequest } from './move-request.ts';
import { rollBack } from './owe-cancel.ts';
import { oweCustomerMail, oweStaffMails } from './owe-mail.ts';

const DOES_SOMETHING = new Set(['shopify_cancel', 'shopify_part', 'shopify_return', 'shopify_change']);

/**
 * Takes an approval's effect back, as long as nobody has begun on it. The fence is raised by every claim, so whoever has
 * claimed it meanwhile makes this fail.
 */
export async function takeBack(records: Records, requestId: string, at: number): Promise<boolean> {
  const owed = await records.effects.byRequest(requestId);
  const effect = owed.find((one) => DOES_SOMETHING.has(one.kind) && one.state === 'pending');
  if (!effect || (effect.kind === 'shopify_cancel' && effect.outcome.calls > 0)) return false;
  return records.effects.settle(effect, { state: 'skipped', lastError: 'taken back' }, at);
}

/** An approval is taken back and staff decide anew; whoever was told of it hears so. False: it has been begun. */
export async function undoApproval(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  actor: string,
  at: number,
): Promise<boolean> {
  if (!(await liftApproval(desk, records, request, actor, at))) return false;
  const version = request.version + 1;
  await oweStaffMails(desk, records, { ...request, version }, 'staff-decide', at, `undone:r${request.revision}`);
  return true;
}

/** As above, where something follows that staff are told of. */
export async function liftApproval(
  desk: Desk,
  records: Records,
  request: CancellationRequest,
  actor: string,
  at: number,
): Promise<boolean> {
  if (!(await takeBack(records, request.id, at))) return false;
  const version = request.version + 1;
  const changes = {
    decision: null,
    approvals: [],
    approvedFingerprint: null,
    undoUntil: null,
    version,
    expiresAt: at + desk.timings.requestExpires,
  };
  if ((await moveRequest(records, request, 'undone', changes, { actor, at })) !== 'moved') rollBack();
  const occasion = `r${request.revision}`;
  if (knowsAcceptance(request)) {
    await oweCustomerMail(records, { ...request, version }, 'customer-undone', customerAddress(request), at, occasion);
  }
  return true;
}
