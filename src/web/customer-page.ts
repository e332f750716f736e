/**
 * GET /r/:token shows the customer how their request stands; POST answers. What a reader is shown depends on whose
 * address the link was mailed to: the owner of the order sees how it stands; whoever only typed an address into a form
 * learns nothing about any order from it.
 */
import express, { type Router } from 'express';
import { choicesOf } from '../domain/ask-customer.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { confirmsName } from '../domain/confirmation.ts';
import { isOwner } from '../domain/customer-standing.ts';
import { viewRequest } from '../domain/request-view.ts';
import {
  answerOffer,
  answerQuestion,
  canChoose,
  canConfirm,
  canTakeOffer,
  chooseOrder,
  confirm,
} from '../steps/customer-actions.ts';
import type { CustomerResult } from '../steps/customer-move.ts';
import type { Desk } from '../steps/desk.ts';
import { openLink } from '../steps/magic-link.ts';
import { canStop, canWithdraw, stop, withdraw } from '../steps/withdraw.ts';
import { type CustomerReader, showCustomer } from './customer-status.ts';
import { textsOf, tokenOf } from './form-texts.ts';
import { PageError } from './same-origin.ts';

interface Answered {
  readonly status: number;
  readonly errors: Record<string, string>;
}

export function customerPage(desk: Desk): Router {
  const router = express.Router();

  router.get('/r/:token', async (req, res) => {
    const { request: own, person } = await open(desk, tokenOf(req));
    const request = await standingFor(desk, own, person);
    await showCustomer(desk, res, 200, { own, request, person }, {}, {});
  });

  router.post('/r/:token', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const { request: own, person } = await open(desk, tokenOf(req));
    const before = await standingFor(desk, own, person);
    const values = textsOf(req.body);
    const { status, errors } = await act(desk, { own, request: before, person }, values);
    if (status === 303) {
      res.redirect(303, `${desk.baseUrl}/r/${tokenOf(req)}`);
      return;
    }
    const request = (await desk.store.records.requests.get(before.id)) ?? before;
    await showCustomer(desk, res, status, { own, request, person }, errors, values);
  });
  return router;
}

async function open(desk: Desk, token: string): Promise<{ request: CancellationRequest; person: string }> {
  const link = await openLink(desk.store.records, 'customer', token, desk.now());
  if (link.kind !== 'open') throw new PageError(404, 'link_dead');
  return link;
}

/**
 * Buttons alone do nothing. What can't be undone wants something that a person has read and typed, as no scanner does that
 * ticks every box and fills in every field; but for "that wasn't me", which has to be easy, and cancels nothing.
 */
async function act(
  desk: Desk,
  { own, request, person }: CustomerReader,
  values: Record<string, string>,
): Promise<Answered> {
  switch (values.action ?? '') {
    case 'withdraw':
      return [own, request].some(({ ref }) => isTyped(values.confirm, ref))
        ? toPage('confirm', await withdraw(desk, request, person))
        : missing('confirm', canWithdraw(request, person), 'confirm_ref_mismatch');
    case 'answer':
      return toPage('answer', await answerQuestion(desk, request, person, values.answer ?? ''));
    case 'confirm':
      if (values.was_me === 'no') return toPage('was_me', await stop(desk, request, person));
      if (values.was_me !== 'yes') return missing('was_me', canConfirm(request, person));
      // Where a rule approves, this answer cancels the order.
      return isTyped(values.confirm_order, viewRequest(request, null, desk.adminOrigin).askedOrder)
        ? toPage('was_me', await confirm(desk, request, person))
        : missing('was_me', canConfirm(request, person), 'confirm_mismatch');
    case 'stop':
      return values.stop === 'yes'
        ? toPage('stop', await stop(desk, request, person))
        : missing('stop', canStop(request, person));
    case 'choose':
      if (!values.order) return missing('order', canChoose(request, person), 'choose_order');
      // An answer that came already is told so, whatever was typed now.
      return !canChoose(request, person) || isTyped(values.confirm_order, nameOfChoice(request, values.order))
        ? toPage('order', await chooseOrder(desk, request, person, values.order))
        : missing('order', true, 'confirm_mismatch');
    case 'offer':
      if (values.offer !== 'accept' && values.offer !== 'refuse')
        return missing('offer', canTakeOffer(request, person));
      return values.offer === 'refuse' || isTyped(values.confirm_offer, request.ref)
        ? toPage('offer', await answerOffer(desk, request, person, values.offer === 'accept'))
        : missing('offer', canTakeOffer(request, person), 'confirm_mismatch');
    default:
      return { status: 400, errors: {} };
  }
}

/** The form of a page left open may be gone by now: then what is missing is nothing to ask for. */
function missing(field: string, isOpen: boolean, error = 'choose_one'): Answered {
  return isOpen ? { status: 422, errors: { [field]: error } } : toPage(field, 'too_late');
}

function isTyped(typed: string | undefined, name: string | null): boolean {
  return name !== null && confirmsName(typed ?? '', name);
}

/** null: an order that isn't among them was not chosen on this page. */
function nameOfChoice({ match }: CancellationRequest, orderId: string): string | null {
  return (match && choicesOf(match).find((one) => one.orderId === orderId)?.orderName) ?? null;
}

function toPage(field: string, result: CustomerResult): Answered {
  if (result === 'done') return { status: 303, errors: {} };
  return { status: result === 'too_late' ? 409 : 422, errors: { [field]: result } };
}

/** A request that joined another one stands as that one does; for its owner. */
async function standingFor(desk: Desk, request: CancellationRequest, person: string): Promise<CancellationRequest> {
  if (request.status !== 'duplicate' || !request.duplicateOf) return request;
  const holder = await desk.store.records.requests.get(request.duplicateOf);
  return holder && isOwner(holder, person) ? holder : request;
}
