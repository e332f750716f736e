/** Shopify's Admin API and token endpoint over HTTP: validated against the real schema, charged, throttled, breakable. */
import { randomBytes } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { Faults } from '../faults.ts';
import { CostBucket, queryCost } from './query-cost.ts';
import { createRoot } from './root.ts';
import { loadAdminSchema } from './schema.ts';
import { seedOrders } from './seed.ts';
import type { ShopOrder } from './shop-order.ts';
import { type JobFault, ShopState } from './shop-state.ts';

export type ShopifyFault =
  | 'throttled'
  | 'http_429'
  | 'http_401'
  | 'http_403'
  | 'http_500'
  | 'http_503'
  | 'access_denied'
  | 'reset'
  /** The effect takes place, its answer is lost. */
  | 'reset_after'
  | 'http_500_after'
  | 'garbled_after';

export interface ShopifyWorldOptions {
  readonly now?: () => number;
  readonly orders?: readonly ShopOrder[];
  readonly accessToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scopes?: readonly string[];
  readonly hidesCustomerData?: boolean;
  readonly jobMs?: number;
  readonly bucket?: { readonly maximumAvailable: number; readonly restoreRate: number };
  readonly seed?: number;
}

export interface RequestLogEntry {
  readonly operationName: string;
  readonly requestedCost: number;
  readonly outcome: string;
}

export interface ShopifyWorld {
  readonly router: Router;
  readonly state: ShopState;
  readonly faults: Faults<ShopifyFault>;
  readonly jobFaults: Faults<JobFault>;
  readonly requests: RequestLogEntry[];
  readonly accessToken: string;
  /** Refuses every token given out so far. */
  expireTokens(): void;
}

export const DEMO_SCOPES = [
  'read_orders',
  'write_orders',
  'read_merchant_managed_fulfillment_orders',
  'read_products',
  'read_customers',
];

export function createShopifyWorld(options: ShopifyWorldOptions = {}): ShopifyWorld {
  const now = options.now ?? Date.now;
  const state = new ShopState({ now, jobMs: options.jobMs ?? 300, orders: options.orders ?? seedOrders(now()) });
  const faults = new Faults<ShopifyFault>(options.seed);
  const jobFaults = new Faults<JobFault>(options.seed);
  const bucket = new CostBucket(now, options.bucket?.maximumAvailable, options.bucket?.restoreRate);
  const accessToken = options.accessToken ?? 'shpat_demo_0123456789abcdef';
  const granted = new Map<string, number>([[accessToken, Number.POSITIVE_INFINITY]]);
  const scopes = options.scopes ?? DEMO_SCOPES;
  const root = createRoot(state, { scopes, hidesCustomerData: options.hidesCustomerData ?? false }, () =>
    jobFaults.strike('orderCancel'),
  );
  const requests: RequestLogEntry[] = [];
  const router = express.Router();

  router.post('/admin/api/:version/graphql.json', express.json({ limit: '1mb' }), async (req, res) => {
    res.set('X-Shopify-API-Version', String(req.params.version));
    const until = granted.get(req.get('x-shopify-access-token') ?? '') ?? 0;
    if (until <= now()) {
      res.status(401).json({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
      return;
    }
    state.settle();
    await answer(req, res);
  });

  async function answer(req: Request, res: Response): Promise<void> {
    const schema = loadAdminSchema();
    const { query, variables = {} } = req.body as { query: string; variables?: Record<string, unknown> };
    const document = parse(query);
    const operation = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    );
    const operationName = operation?.name?.value ?? 'anonymous';
    const problems = validate(schema, document, specifiedRules);
    if (!operation || problems.length > 0) {
      log(operationName, 0, 'invalid');
      res.json({
        errors: problems.map(({ message, locations, path }) => ({
          message,
          locations,
          path,
          extensions: { code: 'undefinedField' },
        })),
      });
      return;
    }
    const cost = queryCost(schema, document, operation, variables);
    const fault = faults.strike(operationName);
    log(operationName, cost, fault ?? 'ok');
    if (cost > 1_000) {
      res.json({
        errors: [
          {
            message: `Query cost is ${cost}, which exceeds the single query max cost limit (1000).`,
            extensions: { code: 'MAX_COST_EXCEEDED' },
          },
        ],
      });
      return;
    }
    if (fault && breakBefore(fault, req, res, cost)) return;
    if (!bucket.take(cost)) {
      throttle(res, cost);
      return;
    }
    const result = await run(document, variables);
    if (fault && breakAfter(fault, req, res)) return;
    res.json({ ...result, extensions: costExtension(cost, cost) });
  }

  function run(document: DocumentNode, variables: Record<string, unknown>) {
    return execute({
      schema: loadAdminSchema(),
      document,
      rootValue: root,
      variableValues: variables,
      fieldResolver: strictResolver,
      typeResolver: (value) => String((value as { __typename?: string }).__typename),
    });
  }

  function breakBefore(fault: ShopifyFault, req: Request, res: Response, cost: number): boolean {
    const status = { http_401: 401, http_403: 403, http_500: 500, http_503: 503 }[fault as string];
    if (fault === 'throttled') throttle(res, cost);
    else if (fault === 'http_429')
      res.status(429).set('Retry-After', '0.05').json({ errors: 'Exceeded 2 calls per second' });
    else if (fault === 'access_denied') {
      res.json({
        data: null,
        errors: [
          { message: 'Access denied for orders field.', path: ['orders'], extensions: { code: 'ACCESS_DENIED' } },
        ],
      });
    } else if (status) res.status(status).json({ errors: `HTTP ${status}` });
    else if (fault === 'reset') req.socket.destroy();
    else return false;
    return true;
  }

  function breakAfter(fault: ShopifyFault, req: Request, res: Response): boolean {
    if (fault === 'reset_after') req.socket.destroy();
    else if (fault === 'http_500_after') res.status(500).send('<html>Something went wrong</html>');
    else if (fault === 'garbled_after') res.type('json').send('{"data":{"ord');
    else return false;
    return true;
  }

  function throttle(res: Response, cost: number): void {
    const documentation = 'https://shopify.dev/api/usage/rate-limits';
    res.json({
      errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation } }],
      extensions: costExtension(cost, null),
    });
  }

  function costExtension(requestedQueryCost: number, actualQueryCost: number | null) {
    return { cost: { requestedQueryCost, actualQueryCost, throttleStatus: bucket.status() } };
  }

  function log(operationName: string, requestedCost: number, outcome: string): void {
    requests.push({ operationName, requestedCost, outcome });
  }

  router.post('/admin/oauth/access_token', express.urlencoded({ extended: false }), (req, res) => {
    const { grant_type: grant, client_id: id, client_secret: secret } = req.body as Record<string, string>;
    if (grant !== 'client_credentials' || id !== options.clientId || secret !== options.clientSecret) {
      res.status(400).json({ error: 'invalid_client', error_description: 'Client authentication failed' });
      return;
    }
    const token = `shpat_${randomBytes(16).toString('hex')}`;
    granted.set(token, now() + 86_399_000);
    res.json({ access_token: token, scope: scopes.join(','), expires_in: 86_399 });
  });

  return { router, state, faults, jobFaults, requests, accessToken, expireTokens: () => granted.clear() };
}

/** A field nobody has implemented is a hole in the world, never a null. */
const strictResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const value = (source as Record<string, unknown>)[info.fieldName];
  if (value === undefined) throw new Error(`world: ${info.parentType.name}.${info.fieldName} is not implemented`);
  return typeof value === 'function' ? value(args, context, info) : value;
};
