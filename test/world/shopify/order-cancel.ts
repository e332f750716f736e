/** `orderCancel`: refuses at once what can be known at once, and starts a job for the rest. */
import { GraphQLError } from 'graphql';
import { type Access, needScope } from './access-scopes.ts';
import type { CancelJob, JobFault } from './cancel-jobs.ts';
import { refusalOf } from './cancel-refusal.ts';
import { resolveOrder } from './order-resolver.ts';
import type { ShopOrder } from './shop-order.ts';
import type { ShopState } from './shop-state.ts';

const LONGEST_STAFF_NOTE = 255;

export interface OrderCancelArguments {
  readonly orderId: string;
  readonly reason: string;
  readonly restock: boolean;
  readonly notifyCustomer?: boolean | null;
  readonly refundMethod?: {
    readonly originalPaymentMethodsRefund?: boolean;
    readonly storeCreditRefund?: object;
  } | null;
  /** Deprecated, and still taken. */
  readonly refund?: boolean | null;
  readonly staffNote?: string | null;
}

export function orderCancel(
  state: ShopState,
  access: Access,
  order: ShopOrder | null,
  args: OrderCancelArguments,
  fault: () => JobFault | null,
) {
  needScope(access, 'write_orders', 'orderCancel');
  if (args.refundMethod && args.refund != null) {
    throw new GraphQLError('Only one of refund and refundMethod can be provided', {
      extensions: { code: 'BAD_REQUEST' },
    });
  }
  if (!order) return refused('NOT_FOUND', 'orderId', 'Order does not exist');
  if ((args.staffNote ?? '').length > LONGEST_STAFF_NOTE) {
    return refused('INVALID', 'staffNote', `Staff note is too long (maximum is ${LONGEST_STAFF_NOTE} characters)`);
  }
  if (args.refundMethod?.storeCreditRefund !== undefined) {
    if (order.isB2B)
      return refused('STORE_CREDIT_REFUND_B2B_NOT_SUPPORTED', 'refundMethod', 'B2B orders take no store credit');
    if (order.customerOrders === 0)
      return refused('STORE_CREDIT_REFUND_MISSING_CUSTOMER', 'refundMethod', 'No customer');
  }
  const reason = state.isBeingCancelled(order.id) ? 'Order is already being canceled' : refusalOf(order);
  if (reason) return refused('INVALID', 'orderId', reason);
  const job = state.startCancel(
    {
      orderId: order.id,
      reason: args.reason,
      restock: args.restock,
      notifyCustomer: args.notifyCustomer ?? false,
      // Left out is legal and described nowhere; the world keeps the money then.
      refund: args.refundMethod?.originalPaymentMethodsRefund ?? args.refund ?? false,
      storeCredit: args.refundMethod?.storeCreditRefund !== undefined,
      staffNote: args.staffNote ?? null,
    },
    fault(),
  );
  return {
    job: { id: job.jobId, done: false },
    jobResult: showCancelJob(state, access, job),
    orderCancelUserErrors: [],
    userErrors: [],
  };
}

export function showCancelJob(state: ShopState, access: Access, job: CancelJob): object {
  const order = state.orders.get(job.args.orderId);
  return {
    __typename: 'OrderCancelJobResult',
    id: job.id,
    done: job.status !== 'STARTED',
    status: job.status,
    errors: job.errors.map((error) => ({ ...error, field: null })),
    order: order ? resolveOrder(order, access) : null,
  };
}

/** Always a list of codes from OrderCancelUserErrorCode, which has none for "cancelled already" and the like. */
function refused(code: string, field: string, message: string) {
  const errors = [{ code, field: [field], message }];
  return { job: null, jobResult: null, orderCancelUserErrors: errors, userErrors: errors };
}
