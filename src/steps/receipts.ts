/**
 * The first mail of a request: that it is here. It waits a moment for the order, so that whose order it is reads it in the
 * order's language, and goes without when the moment is over.
 */
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { NewEffect } from '../domain/effect.ts';
import { readEmailAddress } from '../domain/email-address.ts';
import type { Limits } from '../domain/policy/policy.ts';
import type { RequestEventRecord } from '../records/history.ts';
import type { Records } from '../records/store.ts';
import { newId } from './ids.ts';
import { customerMail, customerMailKey } from './owe-mail.ts';

const HOUR_MS = 60 * 60_000;
const NOTICE = 'customer-received';
const ONCE = 'once';

export interface Receipt {
  readonly request: Pick<CancellationRequest, 'id' | 'version' | 'locale'>;
  readonly to: string | null;
  /** Where the response came from: each form is limited by itself. */
  readonly source: string;
  /** When it goes at the latest, whoever is away. */
  readonly dueAt: number;
}

/** Mails that only a form asked for: a form can be made to ask for many. The requests themselves are kept, whatever happens. */
export async function oweReceipts(
  records: Records,
  receipts: readonly Receipt[],
  limits: Limits,
  now: number,
): Promise<void> {
  const readable = receipts.map((receipt) => ({ ...receipt, to: receipt.to && readEmailAddress(receipt.to) }));
  const keys = readable.flatMap(({ to, source }) => (to ? [`receipt:${to}`, `receipts of:${source}`] : []));
  const counts = await records.counters.countAll(keys, HOUR_MS, now);
  const mails: (NewEffect & { id: string; dueAt: number })[] = [];
  const withoutMail: (RequestEventRecord & { requestId: string })[] = [];
  for (const { request, to, dueAt } of readable) {
    const without = (type: string) =>
      withoutMail.push({ requestId: request.id, at: now, actor: 'service', type, data: { notice: NOTICE } });
    if (!to) {
      without('no_customer_address');
      continue;
    }
    const [toAddress = 0, bySource = 0] = counts.splice(0, 2);
    if (toAddress > limits.mailsPerAddress || bySource > limits.mailsPerSource) without('mail_limited');
    else mails.push({ ...customerMail(request, NOTICE, to, ONCE), id: newId(), dueAt });
  }
  await records.events.appendAll(withoutMail);
  await records.effects.insertAll(mails, now);
}

/**
 * Its order is known, and so is the language of whoever reads it at the order's own address. At any other the receipt keeps its
 * time: how soon it came would tell that there is such an order.
 */
export async function releaseReceipt(
  records: Records,
  { id, fields }: Pick<CancellationRequest, 'id' | 'fields'>,
  ownAddress: string | null,
  now: number,
): Promise<void> {
  const to = readEmailAddress(fields.email);
  if (to && to === readEmailAddress(ownAddress)) await records.effects.hasten(customerMailKey(NOTICE, id, ONCE), now);
}
