/** A proxy that isn't believed makes all its callers one, who run out of tries together: the operator is told in the log. */
import type { RequestHandler } from 'express';
import type { Desk } from '../steps/desk.ts';

/** Once: anybody can write that header. No address: it may be a person's. */
export function noteUntrustedProxy({ log }: Desk): RequestHandler {
  let isNoted = false;
  return (req, _res, next) => {
    if (!isNoted && req.get('x-forwarded-for') !== undefined && !isTrusted(req)) {
      isNoted = true;
      log.warn(
        {},
        'X-Forwarded-For came from an address that is not in TRUSTED_PROXIES, and was not believed: name the proxy there',
      );
    }
    next();
  };
}

function isTrusted({ app, socket }: Parameters<RequestHandler>[0]): boolean {
  const trusts = app.get('trust proxy fn') as (address: string, hops: number) => boolean;
  return trusts(socket.remoteAddress ?? '', 0);
}
