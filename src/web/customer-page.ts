/**
 * GET /r/:token shows the customer how their request stands; POST answers. What a reader is shown depends on whose
 * address the link was mailed to: the owner of the order sees how it stands; whoever only typed an address into a form
 * learns nothing about any order from it.
 */
import express, { type Router } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { isOwner } from '../domain/customer-standing.ts';
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
import { textsOf, tokenOf } from './decide-form.ts';
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

/** Buttons alone do nothing: each needs something that a person has chosen or typed. */
async function act(
  desk: Desk,
  { own, request, person }: CustomerReader,
  values: Record<string, string>,
): Promise<Answered> {
  switch (values.action ?? '') {
    case 'withdraw':
      // Typed by a reader: a scanner that submits every form must not end somebody's request.
      return [own, request].some(({ ref }) => confirmsRef(values.confirm ?? '', ref))
        ? toPage('confirm', await withdraw(desk, request, person))
        : missing('confirm', canWithdraw(request, person), 'confirm_ref_mismatch');
    case 'answer':
      return toPage('answer', await answerQuestion(desk, request, person, values.answer ?? ''));
    case 'confirm':
      if (values.was_me === 'yes') return toPage('was_me', await confirm(desk, request, person));
      if (values.was_me === 'no') return toPage('was_me', await stop(desk, request, person));
      return missing('was_me', canConfirm(request, person));
    case 'stop':
      return values.stop === 'yes'
        ? toPage('stop', await stop(desk, request, person))
        : missing('stop', canStop(request, person));
    case 'choose':
      // Nothing to type here: an order that isn't among them was not chosen on this page.
      return values.order
        ? toPage('order', await chooseOrder(desk, request, person, values.order))
        : missing('order', canChoose(request, person), 'choose_order');
    case 'offer':
      if (values.offer !== 'accept' && values.offer !== 'refuse')
        return missing('offer', canTakeOffer(request, person));
      return toPage('offer', await answerOffer(desk, request, person, values.offer === 'accept'));
    default:
      return { status: 400, errors: {} };
  }
}

/** The form of a page left open may be gone by now: then what is missing is nothing to ask for. */
function missing(field: string, isOpen: boolean, error = 'choose_one'): Answered {
  return isOpen ? { status: 422, errors: { [field]: error } } : toPage(field, 'too_late');
}

function toPage(field: string, result: CustomerResult): Answered {
  if (result === 'done') return { status: 303, errors: {} };
  return { status: result === 'too_late' ? 409 : 422, errors: { [field]: result } };
}

function confirmsRef(typed: string, ref: string): boolean {
  const plain = typed.toUpperCase().replace(/[^0-9A-Z]/g, '');
  const whole = ref.replace(/[^0-9A-Z]/g, '');
  return plain === whole || plain === whole.slice(-4);
}

/** A request that joined another one stands as that one does; for its owner. */
async function standingFor(desk: Desk, request: CancellationRequest, person: string): Promise<CancellationRequest> {
  if (request.status !== 'duplicate' || !request.duplicateOf) return request;
  const holder = await desk.store.records.requests.get(request.duplicateOf);
  return holder && isOwner(holder, person) ? holder : request;
}
