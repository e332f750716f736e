import type { RequestHandler } from 'express';

/** A form of another site can't post here. Links carry their own secret; this is the second lock. */
export function sameOriginOnly(baseUrl: string): RequestHandler {
  const own = new URL(baseUrl).origin;
  return (req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    const site = req.get('sec-fetch-site');
    const origin = req.get('origin');
    const foreign =
      (site !== undefined && site !== 'same-origin' && site !== 'none') || (origin !== undefined && origin !== own);
    next(foreign ? new PageError(403, 'foreign_origin') : undefined);
  };
}

/** Ends in the page for its code. */
export class PageError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}
