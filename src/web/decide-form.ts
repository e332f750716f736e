/** What the form of the decision page sends, and what follows; reached by a link from a mail or from the queue. */
import type { Request, Response } from 'express';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { confirms, confirmsName } from '../domain/confirmation.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { decide } from '../steps/decide.ts';
import type { Desk } from '../steps/desk.ts';
import { policyFor } from '../steps/prepare-route.ts';
import { toInput } from './decision-input.ts';
import { textsOf } from './form-texts.ts';
import { viewPlan } from './plan-view.ts';
import { type Reader, showDecided, showDecision } from './show-decision.ts';

/** Begin the request anew: its links are dead then, this one as well. */
const ENDS_LINKS: readonly DecisionInput['kind'][] = ['undo', 'reassess'];

/** See checkDecision, checkAgreement. */
const CONFIRM_THEMSELVES: readonly DecisionInput['kind'][] = ['approve', 'part', 'change', 'return'];

/** Two buttons beside one field that asks for it. */
const CONFIRMED_BESIDE: Readonly<Record<string, string>> = { told: 'correct_address', delete: 'archive' };

/** What was being written when another button beside it was pressed stays on the page. */
const DRAFTS: Readonly<Record<string, DecisionInput['kind']>> = {
  reason: 'decline',
  question: 'ask',
  offer: 'offer',
};
const LEAVES_DRAFTS: readonly DecisionInput['kind'][] = ['assign', 'snooze'];

function draftIn(values: Record<string, string>): DecisionInput['kind'] | null {
  const written = Object.keys(DRAFTS).find((name) => values[name]?.trim());
  return written ? (DRAFTS[written] ?? null) : null;
}

/** In whichever of the fields that ask for it: a scanner ticks boxes, writes junk and presses what there is, but it doesn't read. */
async function isTyped(desk: Desk, values: Record<string, string>, request: CancellationRequest): Promise<boolean> {
  const { order } = await desk.freshOrder.of(request);
  const { confirm } = await policyFor(desk, request);
  const isRight = (text: string) => (order ? confirms(text, order, confirm) : confirmsName(text, request.ref));
  return Object.entries(values).some(([name, text]) => /^confirm(?:_|$)/.test(name) && isRight(text));
}

/** @param backTo address that shows the request by a GET, so that reloading can't send the form again */
export async function postDecision(
  desk: Desk,
  req: Request,
  res: Response,
  request: CancellationRequest,
  reader: Reader,
  backTo: string,
): Promise<void> {
  const values = textsOf(req.body);
  if (!reader.mayDecide) return showDecision(desk, res, 403, request, reader, { values, notice: 'may_not_decide' });
  // Enter in a field presses this one, see no-enter.hbs.
  if (values.decision === 'enter') {
    return showDecision(desk, res, 422, request, reader, { values, notice: 'nothing_pressed' });
  }
  const input = toInput(values, reader.signedIn);
  if (!input) return showDecision(desk, res, 400, request, reader, { values, notice: 'no_decision' });
  if (!reader.signedIn && !CONFIRM_THEMSELVES.includes(input.kind) && !(await isTyped(desk, values, request))) {
    const button = values.decision ?? '';
    const errors = { [`confirm_${CONFIRMED_BESIDE[button] ?? button}`]: 'confirm_mismatch' };
    return showDecision(desk, res, 422, request, reader, { values, errors });
  }
  const result = await decide(desk, request.id, reader.person, Number(values.revision), input).catch(shopifyAway);
  if (result === 'shopify_away') return showDecision(desk, res, 503, request, reader, { values, notice: result });
  switch (result.kind) {
    case 'plan': {
      const { errors } = result;
      const isAnother = 'agreed' in input && input.agreed !== '' && input.agreed !== result.plan.digest;
      const problems = { values, errors, plan: viewPlan(result, isAnother) };
      return showDecision(desk, res, errors.confirm_plan ? 422 : 200, result.request, reader, problems);
    }
    case 'done': {
      const draft = LEAVES_DRAFTS.includes(input.kind) ? draftIn(values) : null;
      if (draft) {
        const kept = { ...values, decision: draft };
        return showDecision(desk, res, 200, result.request, reader, { values: kept });
      }
      const isAnother = input.kind === 'choose' && result.request.version !== request.version;
      const endsLink = isAnother || ENDS_LINKS.includes(input.kind);
      res.redirect(303, !reader.signedIn && endsLink ? `${desk.baseUrl}/d/done` : backTo);
      return;
    }
    case 'invalid':
      return showDecision(desk, res, 422, result.request, reader, { errors: result.errors, values });
    case 'stale':
      return showDecision(desk, res, 409, result.request, reader, { values, notice: 'stale' });
    case 'too_late':
      return reader.signedIn
        ? showDecision(desk, res, 409, result.request, reader, { values, notice: 'too_late' })
        : showDecided(desk, res, 409, result.request);
  }
}

/** Choosing an order needs Shopify; approving and declining don't. */
function shopifyAway(error: unknown): 'shopify_away' {
  if (error instanceof OutsideError) return 'shopify_away';
  throw error;
}
