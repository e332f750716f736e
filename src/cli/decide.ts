import { isBeingFulfilled } from '../domain/cancel-check.ts';
import type { CancellationRequest } from '../domain/cancellation-request.ts';
import type { DecisionInput } from '../domain/decision-input.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import type { Service } from '../service.ts';
import { decide } from '../steps/decide.ts';
import { policyFor } from '../steps/prepare-route.ts';
import { CommandError, EXIT } from './exit.ts';
import { mustFind } from './requests.ts';
import { printJson, withService } from './with-service.ts';

interface Options {
  readonly reason?: string;
  readonly order?: string;
  readonly restock: boolean;
  readonly refund: boolean;
  readonly how?: string;
  readonly on?: string;
  readonly json?: boolean;
}

const DECISIONS = ['approve', 'decline', 'reassess', 'paid-back'] as const;

/** Works at the database; a running service carries the decision out. */
export async function decideRequest(ref: string, decision: string, options: Options): Promise<void> {
  if (!isDecision(decision)) {
    throw new CommandError(`"${decision}" is no decision. Say ${DECISIONS.join(', ')}.`, EXIT.usage);
  }
  if (decision === 'decline' && !options.reason) {
    throw new CommandError('Declining wants --reason "…": the customer is told.', EXIT.usage);
  }
  if (decision === 'paid-back' && !(options.how && options.on)) {
    throw new CommandError('Say how and when it was paid back: --how "bank transfer" --on 2026-11-23.', EXIT.usage);
  }
  const request = await withService(async (service) => {
    let current = await mustFind(service.desk.store.records, ref);
    if (options.order) {
      current = await carryOut(service, current, { kind: 'choose', orderId: null, orderName: options.order });
    }
    return carryOut(service, current, await inputOf(service, current, decision, options));
  });
  if (options.json) printJson({ ref: request.ref, status: request.status });
  else console.log(`${request.ref} is ${request.status}.`);
}

function isDecision(text: string): text is (typeof DECISIONS)[number] {
  return (DECISIONS as readonly string[]).includes(text);
}

async function inputOf(
  service: Service,
  request: CancellationRequest,
  decision: (typeof DECISIONS)[number],
  options: Options,
): Promise<DecisionInput> {
  switch (decision) {
    case 'approve':
      return approval(service, request, options);
    case 'decline':
      return { kind: 'decline', reason: options.reason ?? '' };
    case 'reassess':
      return { kind: 'reassess', sure: true };
    case 'paid-back':
      return { kind: 'paid_back', how: options.how ?? '', on: options.on ?? '' };
  }
}

async function approval({ desk }: Service, request: CancellationRequest, options: Options): Promise<DecisionInput> {
  const { order } = await desk.freshOrder.of(request);
  if (!order) throw new CommandError(`${request.ref} has no order yet. Choose one: --order "#1001".`);
  const policy = await policyFor(desk, request);
  const wanted = request.assessment?.treatment ?? policy.defaults;
  const terms = {
    restock: options.restock && wanted.restock,
    refund: options.refund ? wanted.refund : 'none',
    amount: 'policy',
  } as const;
  return {
    kind: 'approve',
    seen: fingerprintOf(order, isBeingFulfilled(order)),
    confirm: null,
    terms: options.restock && options.refund ? null : terms,
    agreed: '',
  };
}

async function carryOut(
  { desk }: Service,
  request: CancellationRequest,
  input: DecisionInput,
): Promise<CancellationRequest> {
  const result = await decide(desk, request.id, 'operator', request.revision, input);
  switch (result.kind) {
    case 'done':
      return result.request;
    case 'invalid':
      throw new CommandError(
        Object.values(result.errors)
          .map((code) => desk.renderer.sentence(`error.${code}`, 'en'))
          .join(' '),
      );
    case 'plan':
      throw new Error('Nobody at the command line is shown a plan');
    case 'stale':
      throw new CommandError(`${request.ref} has just changed. Look at it again: cancel-desk show ${request.ref}`);
    case 'too_late':
      throw new CommandError(`${request.ref} is ${result.request.status}: it can't be decided that way any more.`);
  }
}
