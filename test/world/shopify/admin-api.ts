/** Shopify's Admin API over HTTP: validated against the real schema, charged, throttled, breakable, and on record. */
import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import type { OperationDefinitionNode } from 'graphql';
import { Faults } from '../faults.ts';
import type { RequestLogEntry } from '../ledger.ts';
import { AccessTokens, type TokenFault } from './access-tokens.ts';
import type { JobFault } from './cancel-jobs.ts';
import { CostBucket } from './cost-bucket.ts';
import { nameIn, type OperationDocument, readDocument } from './operation-document.ts';
import { queryCost } from './query-cost.ts';
import { createRoot } from './root.ts';
import { runOperation } from './run-operation.ts';
import { loadAdminSchema } from './schema.ts';
import { seedOrders } from './seed.ts';
import type { ShopOrder } from './shop-order.ts';
import { ShopState } from './shop-state.ts';
import { breakAfter, breakBefore, meddle, type ShopifyFault } from './shopify-faults.ts';

export type { ShopifyFault } from './shopify-faults.ts';

const DEAREST_QUERY = 1_000;

export interface ShopifyWorldOptions {
  readonly now?: () => number;
  readonly orders?: readonly ShopOrder[];
  readonly accessToken?: string;
  /** Without both, the client credentials grant refuses everybody. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scopes?: readonly string[];
  /** As on plans without protected customer data: null, or null with ACCESS_DENIED beside it. */
  readonly hidesCustomerData?: boolean | 'with_errors';
  readonly jobMs?: number;
  /** Of the job fault "slow". */
  readonly slowJobMs?: number;
  /** Of the fault "late". */
  readonly lateMs?: number;
  readonly bucket?: { readonly maximumAvailable: number; readonly restoreRate: number };
  readonly seed?: number;
}

export interface ShopifyWorld {
  readonly router: Router;
  readonly state: ShopState;
  /** By operation name. */
  readonly faults: Faults<ShopifyFault>;
  readonly jobFaults: Faults<JobFault>;
  readonly tokenFaults: Faults<TokenFault>;
  readonly requests: readonly RequestLogEntry[];
  readonly accessToken: string;
  /** Refuses every token given out so far. */
  expireTokens(): void;
}

export const DEMO_SCOPES = [
  'read_orders',
  'write_orders',
  'read_merchant_managed_fulfillment_orders',
  'write_merchant_managed_fulfillment_orders',
  'write_returns',
  'write_order_edits',
  'write_discounts',
  'read_products',
  'read_customers',
];

interface GraphqlBody {
  readonly query?: unknown;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

export function createShopifyWorld(options: ShopifyWorldOptions = {}): ShopifyWorld {
  const now = options.now ?? Date.now;
  const { hidesCustomerData = false, scopes = DEMO_SCOPES, seed } = options;
  const state = new ShopState({
    now,
    jobMs: options.jobMs ?? 300,
    slowJobMs: options.slowJobMs ?? 5_000,
    orders: options.orders ?? seedOrders(now()),
  });
  const faults = new Faults<ShopifyFault>(seed);
  const jobFaults = new Faults<JobFault>(seed);
  const bucket = new CostBucket(now, options.bucket?.maximumAvailable, options.bucket?.restoreRate);
  const accessToken = options.accessToken ?? 'shpat_demo_0123456789abcdef';
  const { clientId = null, clientSecret = null } = options;
  const tokens = new AccessTokens({ now, accessToken, clientId, clientSecret, scopes, seed });
  const customerData = hidesCustomerData === 'with_errors' ? 'denied' : hidesCustomerData ? 'null' : 'shown';
  const root = createRoot(state, { scopes, customerData }, () => jobFaults.strike('orderCancel'));
  const requests: RequestLogEntry[] = [];
  const router = express.Router();
  router.use(tokens.router);

  router.post('/admin/api/:version/graphql.json', express.json({ limit: '1mb' }), async (req, res) => {
    res.set('X-Shopify-API-Version', String(req.params.version));
    const body = (req.body ?? {}) as GraphqlBody;
    if (!tokens.isGood(req.get('x-shopify-access-token'))) {
      log(nameIn(body.query), 'unauthorized');
      res.status(401).json({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
      return;
    }
    if (typeof body.query !== 'string') {
      log('anonymous', 'invalid');
      res.status(400).json({ errors: { query: 'Required parameter missing or invalid' } });
      return;
    }
    const read = readDocument(body.query);
    const operation = 'operations' in read ? pickOperation(read, body.operationName) : undefined;
    if (!('operations' in read) || !operation) {
      log(nameIn(body.query), 'invalid');
      res.json({ errors: 'operations' in read ? [{ message: 'An operation name is required' }] : read });
      return;
    }
    await answer(req, res, read, operation, body.variables ?? {});
  });

  async function answer(
    req: Request,
    res: Response,
    read: OperationDocument,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): Promise<void> {
    const name = operation.name?.value ?? 'anonymous';
    const orderId = orderIdOf(variables);
    const requested = queryCost(loadAdminSchema(), read.document, operation, variables);
    if (requested > DEAREST_QUERY) {
      log(name, 'MAX_COST_EXCEEDED', { requested });
      const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${DEAREST_QUERY}).`;
      res.json({ errors: [{ message, extensions: { code: 'MAX_COST_EXCEEDED', cost: requested } }] });
      return;
    }
    const fault = faults.strike(name);
    if (fault && breakBefore(fault, req, res)) {
      log(name, fault, { requested, orderId });
      return;
    }
    if (fault === 'throttled' || !bucket.take(requested)) {
      log(name, 'throttled', { requested, orderId });
      throttle(res, requested);
      return;
    }
    if (fault === 'kept_waiting') await faults.untilCleared();
    if (fault) meddle(fault, state, orderId);
    const result = await runOperation(read, root, variables, operation.name?.value);
    const data = result.data as Record<string, unknown> | null | undefined;
    const actual = data ? queryCost(loadAdminSchema(), read.document, operation, variables, data) : 0;
    bucket.giveBack(Math.max(0, requested - actual));
    log(name, fault ?? (result.errors ? 'error' : 'ok'), { requested, actual, orderId });
    if (fault && breakAfter(fault, req, res)) return;
    if (fault === 'late') await delay(options.lateMs ?? 1_000);
    res.json({ ...result, extensions: costExtension(requested, actual) });
  }

  function throttle(res: Response, requested: number): void {
    const documentation = 'https://shopify.dev/api/usage/rate-limits';
    res.json({
      errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation } }],
      extensions: costExtension(requested, null),
    });
  }

  function costExtension(requestedQueryCost: number, actualQueryCost: number | null) {
    return { cost: { requestedQueryCost, actualQueryCost, throttleStatus: bucket.status() } };
  }

  function log(
    operationName: string,
    outcome: string,
    { requested = 0, actual, orderId }: { requested?: number; actual?: number; orderId?: string | undefined } = {},
  ): void {
    const about = orderId === undefined ? {} : { orderId };
    requests.push({
      at: now(),
      operationName,
      ...about,
      requestedCost: requested,
      actualCost: actual ?? null,
      outcome,
    });
  }

  const { faults: tokenFaults } = tokens;
  const expireTokens = () => tokens.expireAll();
  return { router, state, faults, jobFaults, tokenFaults, requests, accessToken, expireTokens };
}

function pickOperation({ operations }: OperationDocument, name: string | null | undefined) {
  return name
    ? operations.find((one) => one.name?.value === name)
    : operations.length === 1
      ? operations[0]
      : undefined;
}

/** Which order the operation is about, by the usual names of such variables. */
function orderIdOf(variables: Record<string, unknown>): string | undefined {
  const { orderId, id, input } = variables;
  const inside = (input ?? {}) as Record<string, unknown>;
  const found = [orderId, id, inside.orderId, inside.id].find(
    (one) => typeof one === 'string' && one.startsWith('gid://shopify/Order/'),
  );
  return found as string | undefined;
}
