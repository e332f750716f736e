/**
 * Taking the person out of what is kept. What stays is the evidence a shop has to keep: which order, what was asked and
 * when, who decided what, which amounts were paid back.
 */
import { type CancellationRequest, NO_FIELDS } from './cancellation-request.ts';
import { sameAddress } from './email-address.ts';
import { isEnded } from './lifecycle.ts';
import type { Order } from './order.ts';
import type { Assessment } from './policy/assess.ts';
import { isTask } from './queue.ts';

/** Stands where an address stood. */
export const ERASED_TEXT = '[erased]';

/** The order as an invoice without its customer. */
export function withoutCustomer(order: Order): Order {
  return {
    ...order,
    email: null,
    phones: [],
    names: [],
    postcodes: [],
    tags: [],
    cancellationStaffNote: null,
    customerName: null,
    customerNumberOfOrders: null,
    customerTags: null,
    paidWith: null,
    shippingTo: null,
  };
}

export function withoutPerson({
  match,
  order,
  decision,
  approvals,
  assessment,
  payback,
  trouble,
}: CancellationRequest) {
  return {
    fields: NO_FIELDS,
    answers: [],
    match: match && { ...match, candidates: [], references: [] },
    order: order && withoutCustomer(order),
    decision: decision && {
      ...decision,
      customerText: null,
      change: decision.change ? { ...decision.change, address: null } : null,
    },
    approvals: approvals.map((one) => ({ ...one, change: one.change && { ...one.change, address: null } })),
    assessment: assessment && withoutFindings(assessment),
    payback: payback?.done ? { ...payback, done: { ...payback.done, how: '' } } : payback,
    trouble: trouble && { ...trouble, detail: null },
    asking: null,
    question: null,
    mailTo: null,
    undelivered: null,
    customerEmail: null,
  } as const;
}

/** Rules and outcome stay; what they found in customer and order goes. */
function withoutFindings(assessment: Assessment): Assessment {
  const { applied, facts } = assessment;
  return {
    ...assessment,
    applied: applied && { ...applied, findings: [] },
    nearly: [],
    facts: { ...facts, reason: null, customerTags: null, orderTags: [] },
  };
}

/** open: somebody waits for its end. sending: something is still owed to the outside. */
export type Hindrance = 'open' | 'to_do' | 'sending';

export function hindranceOf(request: CancellationRequest, openEffects: number): Hindrance | null {
  if (!isEnded(request.status)) return 'open';
  if (isTask(request)) return 'to_do';
  return openEffects > 0 ? 'sending' : null;
}

/**
 * Anybody can type an address: whoever sent a response learns nothing of the order's owner, nor the owner of the sender.
 * Without an address in the response, its order's owner counts as the sender.
 */
export function rolesOf(
  { fields, order, mailTo }: Pick<CancellationRequest, 'fields' | 'order' | 'mailTo'>,
  respondents: readonly (string | null)[],
  email: string,
): { readonly sender: boolean; readonly owner: boolean } {
  const isTheirs = (address: string | null) => address !== null && sameAddress(address, email);
  const owner = isTheirs(order?.email ?? null) || isTheirs(mailTo);
  const senders = [fields.email, ...respondents].filter((address) => address !== null);
  return { owner, sender: senders.length === 0 ? owner : senders.some(isTheirs) };
}
