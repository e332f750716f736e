import type { CancellationRequest } from '../domain/cancellation-request.ts';
import { type DecisionInput, orderTail } from '../domain/decision.ts';
import { fingerprintOf } from '../domain/order-fingerprint.ts';
import type { Service } from '../service.ts';
import { decide } from '../steps/decide.ts';
import { CommandError, EXIT } from './exit.ts';
import { mustFind } from './requests.ts';
import { printJson, withService } from './with-service.ts';

interface Options {
  readonly reason?: string;
  readonly order?: string;
  readonly restock: boolean;
  readonly refund: boolean;
  readonly json?: boolean;
}

/** Works at the database; a running service carries the decision out. */
export async function decideRequest(ref: string, decision: string, options: Options): Promise<void> {
  if (decision !== 'approve' && decision !== 'decline') {
    throw new CommandError(`"${decision}" is no decision. Say approve or decline.`, EXIT.usage);
  }
  if (decision === 'decline' && !options.reason) {
    throw new CommandError('Declining wants --reason "…": the customer is told.', EXIT.usage);
  }
  const request = await withService(async (service) => {
    let current = await mustFind(service.desk.store.records, ref);
    if (options.order) {
      current = await carryOut(service, current, { kind: 'choose', orderId: null, orderName: options.order });
    }
    return carryOut(
      service,
      current,
      decision === 'approve'
        ? await approval(service, current, options)
        : { kind: 'decline', reason: options.reason ?? '' },
    );
  });
  if (options.json) printJson({ ref: request.ref, status: request.status });
  else console.log(`${request.ref} is ${request.status}.`);
}

async function approval({ desk }: Service, request: CancellationRequest, options: Options): Promise<DecisionInput> {
  const { order } = await desk.freshOrder(request);
  if (!order) throw new CommandError(`${request.ref} has no order yet. Choose one: --order "#1001".`);
  const { restock, refund } = options;
  return { kind: 'approve', seen: fingerprintOf(order), confirm: orderTail(order.name), restock, refund };
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
    case 'stale':
      throw new CommandError(`${request.ref} has just changed. Look at it again: cancel-desk show ${request.ref}`);
    case 'too_late':
      throw new CommandError(`${request.ref} is ${result.request.status}: it can't be decided that way any more.`);
  }
}
