/**
 * GET /r/:token shows the customer how their request stands; POST answers. What a reader is shown depends on whose
 * address the link was mailed to: the owner of the order sees how it stands; whoever only typed an address into a form
 * learns nothing about any order from it.
 */
import express, { type Response, type Router } from 'express';
import { choicesOf } from '../domain/ask-customer.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { isOwner, isVeiled, knowsOrder, ownOrderOf, standingOf } from '../domain/customer-standing.ts';
import { isEnded } from '../domain/lifecycle.ts';
import { viewRequest } from '../domain/request-view.ts';
import {
  answerQuestion,
  type CustomerResult,
  canAnswer,
  canChoose,
  canConfirm,
  canStop,
  canTakeOffer,
  canWithdraw,
  chooseOrder,
  confirm,
  stop,
  takeOffer,
  withdraw,
} from '../steps/customer-actions.ts';
import { localeFor } from '../steps/customer-locale.ts';
import type { Desk } from '../steps/desk.ts';
import { openLink } from '../steps/magic-link.ts';
import { unansweredOf } from '../steps/route-request.ts';
import { shopNameOf } from '../steps/shop-name.ts';
import { textsOf, tokenOf } from './decide-form.ts';
import { PageError } from './same-origin.ts';

interface Answered {
  readonly status: number;
  readonly errors: Record<string, string>;
}

export function customerPage(desk: Desk): Router {
  const router = express.Router();

  router.get('/r/:token', async (req, res) => {
    const { request, person } = await open(desk, tokenOf(req));
    await show(desk, res, 200, await standingFor(desk, request, person), person, {}, {});
  });

  router.post('/r/:token', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const link = await open(desk, tokenOf(req));
    const { person } = link;
    const request = await standingFor(desk, link.request, person);
    const values = textsOf(req.body);
    const { status, errors } = await act(desk, request, person, values);
    if (status === 303) {
      res.redirect(303, `${desk.baseUrl}/r/${tokenOf(req)}`);
      return;
    }
    const now = (await desk.store.records.requests.get(request.id)) ?? request;
    await show(desk, res, status, now, person, errors, values);
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
  request: CancellationRequest,
  person: string,
  values: Record<string, string>,
): Promise<Answered> {
  switch (values.action ?? '') {
    case 'withdraw':
      // Typed by a reader: a scanner that submits every form must not end somebody's request.
      if (!confirmsRef(values.confirm ?? '', request.ref))
        return { status: 422, errors: { confirm: 'confirm_ref_mismatch' } };
      return toPage('confirm', await withdraw(desk, request, person));
    case 'answer':
      return toPage('answer', await answerQuestion(desk, request, person, values.answer ?? ''));
    case 'confirm':
      if (values.was_me === 'yes') return toPage('was_me', await confirm(desk, request, person));
      if (values.was_me === 'no') return toPage('was_me', await stop(desk, request, person));
      return nothingChosen('was_me', canConfirm(request, person));
    case 'stop':
      return values.stop === 'yes'
        ? toPage('stop', await stop(desk, request, person))
        : nothingChosen('stop', canStop(request, person));
    case 'choose':
      // Nothing to type here: an order that isn't among them was not chosen on this page.
      return values.order
        ? toPage('order', await chooseOrder(desk, request, person, values.order))
        : nothingChosen('order', canChoose(request, person));
    case 'offer':
      if (values.offer !== 'accept' && values.offer !== 'refuse')
        return nothingChosen('offer', canTakeOffer(request, person));
      return toPage('offer', await takeOffer(desk, request, person, values.offer === 'accept'));
    default:
      return { status: 400, errors: {} };
  }
}

/** The form of a page left open may be gone by now: then what is missing is nothing to ask for. */
function nothingChosen(field: string, isOpen: boolean): Answered {
  return isOpen ? { status: 422, errors: { [field]: 'choose_one' } } : toPage(field, 'too_late');
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

async function show(
  desk: Desk,
  res: Response,
  status: number,
  request: CancellationRequest,
  person: string,
  errors: Record<string, string>,
  values: Record<string, string>,
): Promise<void> {
  const owner = isOwner(request, person);
  // What is left of the order, and the money: for the address on the order alone.
  const knows = knowsOrder(request, person);
  const view = viewRequest(request, knows ? request.order : null, desk.adminOrigin);
  const choices = canChoose(request, person) && request.match ? choicesOf(request.match) : [];
  const shown = standingOf(request, person);
  const context = {
    shopName: await shopNameOf(desk),
    request: {
      ...view,
      candidates: [],
      matchKind: null,
      matchReason: null,
      trouble: null,
      assessment: null,
      askedOrder: owner ? (view.askedOrder ?? ownOrderOf(request, person)?.orderName ?? null) : null,
      decision: owner || shown === request.status ? view.decision : null,
    },
    shown,
    readerOwns: owner,
    knowsOrder: knows,
    accepted: ACCEPTED.includes(shown),
    notTaken: Object.values(errors).includes('too_late'),
    /** The rest stands in a mail to the address on the order. */
    isExpired: EXPIRED.includes(shown),
    saysMore: SAYS_MORE.includes(shown),
    // Staff look for an order until then, or already have one: which of the two must not show.
    until: owner ? untilOf(request) : null,
    unanswered: owner ? await unansweredOf(desk, request) : null,
    choices: choices.map(({ orderId, orderName, createdAt }) => ({
      orderId,
      orderName,
      createdAt: Date.parse(createdAt),
    })),
    canWithdraw: isVeiled(request, person) ? shown !== 'taken_back' : canWithdraw(request),
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
