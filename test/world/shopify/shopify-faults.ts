/** What can go wrong on the way to Shopify and back, and with the shop in between. */
import type { Request, Response } from 'express';
import type { ShopState } from './shop-state.ts';

const STATUS = {
  http_401: 401,
  http_402: 402,
  http_403: 403,
  http_423: 423,
  http_429: 429,
  http_500: 500,
  http_503: 503,
} as const;

export type ShopifyFault =
  | 'throttled'
  | keyof typeof STATUS
  | 'access_denied'
  /** Understood by nobody: HTTP 200 with errors, and nothing done. */
  | 'bad_request'
  /** No answer ever, and nothing was done. */
  | 'timeout'
  /** The connection breaks, and nothing was done. */
  | 'reset'
  /** The answer makes no sense, and nothing was done. */
  | 'garbled'
  // The effect takes place, its answer is lost:
  | 'reset_after'
  | 'timeout_after'
  | 'http_500_after'
  | 'garbled_after'
  /** The answer comes, `lateMs` after its time. */
  | 'late'
  /** It is carried out, and answered, when the faults are cleared. */
  | 'kept_waiting'
  // Somebody in the admin was quicker, on the order that the operation is about:
  | 'edited_before'
  | 'fulfilled_before'
  | 'cancelled_before';

/** Without the effect. True: the request has had its answer, or never gets one. */
export function breakBefore(fault: ShopifyFault, req: Request, res: Response): boolean {
  if (fault in STATUS) {
    const status = STATUS[fault as keyof typeof STATUS];
    if (status === 429) res.set('Retry-After', '0.05');
    res.status(status).json({ errors: status === 429 ? 'Exceeded 2 calls per second' : `HTTP ${status}` });
  } else if (fault === 'access_denied') {
    const extensions = { code: 'ACCESS_DENIED' };
    res.json({ data: null, errors: [{ message: 'Access denied for orders field.', path: ['orders'], extensions }] });
  } else if (fault === 'bad_request') {
    res.json({
      errors: [{ message: 'Variable $input was provided invalid value', extensions: { code: 'BAD_REQUEST' } }],
    });
  } else if (fault === 'garbled') res.type('json').send('{"data":{"ord');
  else if (fault === 'reset') req.socket.destroy();
  else return fault === 'timeout';
  return true;
}

/** With the effect done. True as above. */
export function breakAfter(fault: ShopifyFault, req: Request, res: Response): boolean {
  if (fault === 'reset_after') req.socket.destroy();
  else if (fault === 'http_500_after') res.status(500).send('<html>Something went wrong</html>');
  else if (fault === 'garbled_after') res.type('json').send('{"data":{"ord');
  else return fault === 'timeout_after';
  return true;
}

/** Does nothing for the other faults, and to an order that is cancelled already. */
export function meddle(fault: ShopifyFault, state: ShopState, orderId: string | undefined): void {
  const order = orderId === undefined ? undefined : state.orders.get(orderId);
  if (!order || order.cancelledAt !== null) return;
  if (fault === 'edited_before') state.editByHand(order.name);
  else if (fault === 'fulfilled_before') state.fulfilByHand(order.name);
  else if (fault === 'cancelled_before') state.cancelByHand(order.name);
}
