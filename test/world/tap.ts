/** Lets a test see each call as it comes in and as it is about to be answered, and end the caller at just that moment. */
import type { RequestHandler } from 'express';

export type Outside = 'shopify' | 'google' | 'smtp';

/** received: nothing is done yet. answering: everything is done but for the answer. */
export type Moment = 'received' | 'answering';

export type Tap = (outside: Outside, moment: Moment) => void;

export function tapHttp(tap: Tap): RequestHandler {
  return (req, res, next) => {
    const outside = req.path.startsWith('/admin/') ? 'shopify' : 'google';
    tap(outside, 'received');
    const end = res.end.bind(res);
    res.end = ((...args: Parameters<typeof end>) => {
      tap(outside, 'answering');
      return end(...args);
    }) as typeof res.end;
    next();
  };
}
