/**
 * Stands between the service and the world. A call that is struck is answered with an error that repeats everything it was
 * asked with, credentials too: in the body, in headers, and in the status line.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const STATUSES = [301, 400, 401, 402, 403, 404, 405, 409, 413, 422, 423, 429, 430, 500, 502, 503, 504] as const;
const CODES = [
  'ACCESS_DENIED',
  'BAD_REQUEST',
  'MAX_COST_EXCEEDED',
  'INTERNAL_SERVER_ERROR',
  'undefinedField',
  '',
] as const;

export const ECHOES = [
  ...STATUSES.map((status) => `http ${status}` as const),
  ...CODES.map((code) => `error ${code}` as const),
  'no json',
  'user error',
  'hang up',
] as const;
export type Echo = (typeof ECHOES)[number];

export interface Call {
  readonly path: string;
  /** Of the Admin API. */
  readonly operation: string | null;
  /** Of the order that it is about: "#1001" → 1001. */
  readonly order: number | null;
}

export interface EchoProxy {
  readonly origin: string;
  /** Where calls go on to that aren't struck. */
  target: string;
  strike(call: Call): Echo | null;
  /** Tokens that the world has given out, which are secrets too. */
  readonly tokens: Set<string>;
  /** How many calls were struck. */
  struck: number;
  close(): Promise<void>;
}

export async function startEchoProxy(): Promise<EchoProxy> {
  const server = createServer((req, res) => {
    answer(self, req, res).catch(() => req.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: EchoProxy = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    strike: () => null,
    tokens: new Set(),
    struck: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

async function answer(proxy: EchoProxy, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = Buffer.concat(await req.toArray()).toString();
  const { url = '/', method = 'GET', headers } = req;
  const call = callOf(url, body);
  const echo = proxy.strike(call);
  if (echo) {
    proxy.struck += 1;
    return repeat(echo, call, `${JSON.stringify(headers)} ${url} ${body}`, req, res);
  }
  const { host: _, connection: __, 'content-length': ___, ...sent } = headers;
  const init = { method, headers: sent as Record<string, string>, ...(method === 'GET' ? {} : { body }) };
  const answered = await fetch(proxy.target + url, { ...init, redirect: 'manual' });
  const text = await answered.text();
  const token = /"access_token":"([^"]+)"/.exec(text)?.[1];
  if (token) proxy.tokens.add(token);
  res.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'text/plain' }).end(text);
}

function callOf(path: string, body: string): Call {
  const operation = /(?:query|mutation) (\w+)/.exec(body)?.[1] ?? null;
  const id = Number(/gid:\/\/shopify\/(?:Order|FulfillmentOrder)\/(\d+)/.exec(body)?.[1]);
  // As make-order.ts numbers them.
  return { path, operation, order: id ? Math.floor((id - 5_000_000_000_000) / 100) : null };
}

function repeat(echo: Echo, { operation }: Call, said: string, req: IncomingMessage, res: ServerResponse): void {
  const [kind, value = ''] = [echo.slice(0, echo.indexOf(' ')), echo.slice(echo.indexOf(' ') + 1)];
  if (echo === 'hang up') return void req.socket.destroy();
  const header = said.replace(/[^\x20-\x7e]/g, ' ');
  const status = kind === 'http' ? Number(value) : 200;
  res.writeHead(status, header.slice(0, 400), {
    'content-type': 'application/json',
    'retry-after': header.slice(0, 2_000),
    'x-shopify-api-version': header.slice(0, 2_000),
    location: `/elsewhere?${encodeURIComponent(header.slice(0, 2_000))}`,
  });
  if (echo === 'no json') res.end(`<html>${said}`);
  else if (kind === 'error')
    res.end(JSON.stringify({ data: null, errors: [{ message: said, extensions: { code: value } }] }));
  else if (echo === 'user error') res.end(JSON.stringify({ data: refused(operation, said) }));
  else res.end(JSON.stringify({ error: { message: said }, errors: said, error_description: said }));
}

/** As a mutation answers that was read and refused. */
function refused(operation: string | null, message: string): object {
  const errors = [{ message, code: 'INVALID', field: null }];
  const fields: Record<string, object> = {
    CancelOrder: { orderCancel: { job: null, jobResult: null, orderCancelUserErrors: errors } },
    HoldFulfillmentOrder: { fulfillmentOrderHold: { fulfillmentHold: null, userErrors: errors } },
    ReleaseHolds: { fulfillmentOrderReleaseHold: { fulfillmentOrder: null, userErrors: errors } },
    RefundOrder: { refundCreate: { refund: null, userErrors: errors } },
    CreateDiscount: { discountCodeBasicCreate: { codeDiscountNode: null, userErrors: errors } },
  };
  return fields[operation ?? ''] ?? {};
}
