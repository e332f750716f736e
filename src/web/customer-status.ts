/** What the customer's page shows of a request: everything by whose address the link was mailed to. */
import type { Response } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { lastDeedOf, thanksFor } from '../domain/customer-deeds.ts';
import { isOwner, knowsOrder, standingOf } from '../domain/customer-standing.ts';
import { viewForCustomer } from '../domain/customer-view.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { canAnswer, canChoose, canConfirm, canTakeOffer } from '../steps/customer-actions.ts';
import { localeFor } from '../steps/customer-locale.ts';
import type { Desk } from '../steps/desk.ts';
import { readChoices } from '../steps/order-choices.ts';
import { unansweredOf } from '../steps/prepare-route.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { canStop, canWithdraw } from '../steps/withdraw.ts';

export interface CustomerReader {
  /** That the link belongs to. */
  readonly own: CancellationRequest;
  /** The same, or the one that it joined. */
  readonly request: CancellationRequest;
  readonly person: string;
}

export async function showCustomer(
  desk: Desk,
  res: Response,
  status: number,
  { own, request, person }: CustomerReader,
  errors: Record<string, string>,
  values: Record<string, string>,
): Promise<void> {
  const owner = isOwner(request, person);
  const knows = knowsOrder(request, person);
  // What is left of the order, and the money: for the address on the order alone.
  const view = viewForCustomer(request, person, knows ? request.order : null, desk.adminOrigin);
  const shown = standingOf(request, person);
  const deed = lastDeedOf(request, await desk.store.records.events.byRequest(request.id), person);
  const context = {
    shopName: await shopNameOf(desk),
    request: { ...view, decision: owner || shown === request.status ? view.decision : null },
    own: { ref: own.ref, submittedAt: own.submittedAt },
    joined: own.id !== request.id,
    shown,
    thanks: thanksFor(deed, shown),
    readerOwns: owner,
    knowsOrder: knows,
    accepted: ACCEPTED.includes(shown),
    notTaken: Object.values(errors).includes('too_late'),
    isExpired: EXPIRED.includes(shown),
    /** The rest stands in a mail to the address on the order. */
    saysMore: SAYS_MORE.includes(shown),
    // Staff look for an order until then, or already have one: which of the two must not show.
    until: owner ? untilOf(request) : null,
    unanswered: owner ? await unansweredOf(desk, request) : null,
    choices: canChoose(request, person) ? await readChoices(desk, request) : [],
    canWithdraw: canWithdraw(request, person),
    canAnswer: canAnswer(request, person),
    canConfirm: canConfirm(request, person),
    canTakeOffer: canTakeOffer(request, person),
    canStop: canStop(request, person) && !canConfirm(request, person) && !sameAddress(request, person),
    errors,
    values,
  };
  res.status(status).send(desk.renderer.page('customer-status', localeFor(desk, request, person), context));
}

const EXPIRED = ['expired', 'unanswered'];
const ACCEPTED = ['offer_accepted', 'exchange_accepted'];
const SAYS_MORE = ['cancelled', 'found_cancelled', 'part_cancelled', 'changed', 'return_opened'];

/** Until when something can still be done or is waited for: locale key `page.until_KIND`. */
function untilOf({ status, undoUntil, expiresAt }: CancellationRequest): { kind: string; at: number } | null {
  if (status === 'approved' && undoUntil !== null) return { kind: 'undo', at: undoUntil };
  if (expiresAt === null || isEnded(status)) return null;
  return { kind: 'decision', at: expiresAt };
}

/** Who asked needs no way to stop it: they can withdraw. */
function sameAddress(request: CancellationRequest, person: string): boolean {
  return request.fields.email === person;
}
