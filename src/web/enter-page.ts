/** /requests/new: a request for a customer who called, entered after a look at the order it is about. */
import express, { type RequestHandler, type Response, type Router } from 'express';
import type { EntryPlan } from '../domain/entry-plan.ts';
import { viewOrder } from '../domain/order-view.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { ruleBehind } from '../domain/policy/assess.ts';
import type { Desk } from '../steps/desk.ts';
import { type Entered, enterRequest } from '../steps/enter-request.ts';
import type { Session } from '../steps/sessions.ts';
import { textsOf } from './form-texts.ts';
import { claimsTo, customersOthers } from './other-requests.ts';
import { PageError } from './same-origin.ts';
import { checkFormKey, frameOf, staffOnly } from './session-cookie.ts';

type Values = Record<string, string>;

export function enterPage(desk: Desk): Router {
  const router = express.Router();
  router.use('/requests/new', staffOnly(desk), decidersOnly);

  router.get('/requests/new', async (_req, res) => {
    await show(desk, res, 200, {});
  });

  router.post('/requests/new', express.urlencoded({ extended: false, limit: '64kb' }), async (req, res) => {
    const session = res.locals.session as Session;
    const values = textsOf(req.body);
    checkFormKey(session, values.form_key);
    const entered = await enter(desk, session.person, values);
    switch (entered.kind) {
      case 'away':
        return show(desk, res, 503, values, { errors: { order_name: 'shopify_away' } });
      case 'invalid':
        return show(desk, res, 422, values, { errors: entered.errors });
      case 'held':
        return show(desk, res, 409, values, { held: entered.ref });
      case 'plan':
        return showPlan(desk, res, values, entered);
      case 'done':
        res.redirect(303, `${desk.baseUrl}/requests/${entered.ref}`);
    }
  });
  return router;
}

async function enter(desk: Desk, person: string, values: Values): Promise<Entered | { readonly kind: 'away' }> {
  const text = (name: string) => values[name] ?? '';
  const entry = { message: text('message'), email: text('email'), agreed: text('agreed'), key: text('key') };
  try {
    return await enterRequest(desk, person, { ...entry, orderName: text('order_name') });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { kind: 'away' };
  }
}

async function show(
  desk: Desk,
  res: Response,
  status: number,
  values: Values,
  { errors = {}, held = null }: { readonly errors?: object; readonly held?: string | null } = {},
): Promise<void> {
  const context = { ...(await frameOf(desk, res.locals.session as Session)), errors, held, values };
  res.status(status).send(desk.renderer.page('request-new', desk.defaultLocale, context));
}

/** The order with its customer, and what the policy says of it: a slip of the finger is another customer's order. */
async function showPlan(
  desk: Desk,
  res: Response,
  values: Values,
  { plan, key }: { readonly plan: EntryPlan; readonly key: string },
): Promise<void> {
  const { order, fields, assessment } = plan;
  const at = desk.now();
  const entered = { origin: 'staff', proof: { level: 'staff', at }, status: 'received', submittedAt: at } as const;
  const context = {
    ...(await frameOf(desk, res.locals.session as Session)),
    order: viewOrder(
      order,
      { ...entered, fields, assessment, decision: null, hold: null, senderWithdrew: false, doubt: null },
      desk.adminOrigin,
    ),
    plan,
    leavesToStaff: plan.goes === 'staff' || plan.goes === 'wait',
    rule: ruleBehind(assessment),
    claims: await claimsTo(desk, order),
    others: await customersOthers(desk, plan.to, key, true),
    isAnother: Boolean(values.agreed) && values.agreed !== plan.digest,
    entryKey: key,
    values,
  };
  res.send(desk.renderer.page('request-new-look', desk.defaultLocale, context));
}

const decidersOnly: RequestHandler = (_req, res, next) => {
  next((res.locals.session as Session).mayDecide ? undefined : new PageError(403, 'may_not_decide'));
};
