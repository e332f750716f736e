import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { PageError } from './same-origin.ts';

/** Calls of one address in a minute that were refused: guessing is hopeless, and not free. */
const REFUSALS_A_MINUTE = 60;

/** What was answered well doesn't count: a genuine form, or an office behind one address, may be as busy as it likes. */
export function limitRefusals(): RequestHandler {
  return limit(REFUSALS_A_MINUTE, true);
}

/** Every call counts, whatever the answer: for what costs something even when it is done right. */
export function limitTries(triesAMinute: number): RequestHandler {
  return limit(triesAMinute, false);
}

function limit(most: number, skipSuccessfulRequests: boolean): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: most,
    skipSuccessfulRequests,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: { xForwardedForHeader: false },
    // With Retry-After, which the library has set by then; the sentence is the error page's.
    handler: (_req, _res, next) => next(new PageError(429, 'too_many')),
  });
}

/** Where a call comes from, as the limits count: its address, of IPv6 its network. */
export function placeOf({ ip = '' }: Request): string {
  return ipKeyGenerator(ip);
}
