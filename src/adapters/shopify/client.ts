/** One call to the Admin API: token, cost, time-out, retries of reads, and what came of it. */
import { createAdminApiClient } from '@shopify/admin-api-client';
import { OutsideError } from '../../domain/outside-error.ts';
import { createAccessToken, type ShopifyAuth } from './access-token.ts';
import { type Answer, faultOf } from './fault.ts';
import type { Operation } from './operation.ts';
import { type Cost, createPacer, type Pacer } from './pacer.ts';

export interface ShopifySettings {
  /** name.myshopify.com */
  readonly storeDomain: string;
  readonly apiVersion: string;
  /** Replaces https://STORE_DOMAIN, for proxies and tests. */
  readonly apiOrigin: string | null;
  readonly auth: ShopifyAuth;
  readonly now: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Shared by all processes on one shop; left out: this process has the bucket for itself. */
  readonly pacer?: Pacer;
  readonly log?: { warn(data: object, message: string): void };
}

export interface CostTotals {
  requests: number;
  /** Of these, without a fault. */
  answered: number;
  requestedCost: number;
  actualCost: number;
}

export interface ShopifyClient {
  /** Throws OutsideError. A mutation is sent once, unless Shopify says that it turned it away unread. */
  request<Data, Variables extends object>(operation: Operation<Data, Variables>, variables: Variables): Promise<Data>;
  readonly costTotals: CostTotals;
}

const VERSION = /^[\w-]{1,20}$/;
const TIMEOUT_MS = 20_000;
const READ_TRIES = 4;
/** Throttled calls were not carried out: they may be made again as often as patience allows. */
const THROTTLED_TRIES = 20;
const FIRST_WAIT_MS = 250;
/** A mutation that could not be sent by then is not sent at all: whoever asked may have lost its claim meanwhile. */
const MUTATION_PATIENCE_MS = 60_000;

export function createShopifyClient(settings: ShopifySettings): ShopifyClient {
  const { now, storeDomain, apiVersion, log } = settings;
  const sleep = settings.sleep ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const origin = settings.apiOrigin ?? `https://${storeDomain}`;
  const token = createAccessToken(settings.auth, origin, now);
  const pacer = settings.pacer ?? createPacer(now, sleep);
  const send = createSender(storeDomain, apiVersion, origin);
  const costTotals: CostTotals = { requests: 0, answered: 0, requestedCost: 0, actualCost: 0 };
  let versionWarned = false;

  async function account(operation: string, answer: Answer<unknown>): Promise<void> {
    costTotals.requests += 1;
    const cost = answer.extensions?.cost as Cost | undefined;
    if (cost) {
      await pacer.note(operation, cost);
      costTotals.requestedCost += cost.requestedQueryCost;
      costTotals.actualCost += cost.actualQueryCost ?? 0;
    }
    const served = answer.headers?.get('x-shopify-api-version') ?? '';
    if (VERSION.test(served) && served !== apiVersion && !versionWarned) {
      versionWarned = true;
      log?.warn({ asked: apiVersion, served }, 'Shopify serves another API version than SHOPIFY_API_VERSION');
    }
  }

  return {
    costTotals,
    async request<Data, Variables extends object>(
      operation: Operation<Data, Variables>,
      variables: Variables,
    ): Promise<Data> {
      const isMutation = operation.kind === 'mutation';
      const begun = now();
      let failures = 0;
      let renewed = false;
      for (let throttled = 0; ; ) {
        await pacer.ready(operation.name);
        const accessToken = await token.get();
        if (isMutation && now() - begun > MUTATION_PATIENCE_MS) {
          throw new OutsideError('shopify', 'throttled', `${operation.name} waited for its turn in vain`);
        }
        const answer = await send<Data>(operation, variables, accessToken);
        await account(operation.name, answer);
        const fault = faultOf(answer, operation);
        if (!fault) {
          costTotals.answered += 1;
          return answer.data as Data;
        }
        if (fault.status === 401 && !renewed && token.renew(accessToken)) {
          renewed = true;
        } else if (fault.error.fault === 'throttled' && throttled < THROTTLED_TRIES) {
          throttled += 1;
          const wait = fault.error.retryAfter ?? pacer.waitAfterThrottle(answer.extensions?.cost as Cost | undefined);
          await sleep(wait);
        } else if (!isMutation && fault.error.fault === 'unreachable' && failures < READ_TRIES - 1) {
          failures += 1;
          await sleep(Math.random() * FIRST_WAIT_MS * 2 ** failures);
        } else {
          throw fault.error;
        }
      }
    },
  };
}

type Send = <Data>(operation: Operation<Data, never>, variables: object, accessToken: string) => Promise<Answer<Data>>;

/** The client keeps its token for life: a new token makes a new client. Its own retries would repeat mutations. */
function createSender(storeDomain: string, apiVersion: string, origin: string): Send {
  let made: { accessToken: string; client: ReturnType<typeof createAdminApiClient> } | null = null;
  return async <Data>(operation: Operation<Data, never>, variables: object, accessToken: string) => {
    if (made?.accessToken !== accessToken) {
      const client = createAdminApiClient({
        storeDomain,
        apiVersion,
        accessToken,
        retries: 0,
        isTesting: true,
        customFetchApi: async (url, init) =>
          withoutToken(await fetchFrom(origin, String(url), init as RequestInit | undefined), accessToken),
      });
      made = { accessToken, client };
    }
    return (await made.client.request(operation.document, { variables })) as Answer<Data>;
  };
}

/** The client insists on https and the shop's host; time-outs it has none. */
async function fetchFrom(origin: string, url: string, init: RequestInit | undefined): Promise<Response> {
  const { pathname, search } = new URL(url);
  try {
    // Whoever is redirected to would be handed the token.
    const options = { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    return await fetch(origin + pathname + search, { ...init, ...options });
  } catch (error) {
    // The client keeps only the message; the code in it tells whether anything can have been sent.
    const { cause } = error as { cause?: { code?: string } };
    throw new Error(cause?.code ?? (error as Error).name, { cause: error });
  }
}

/** Shopify's own words are kept and shown to staff: they may repeat what they were asked with. */
async function withoutToken(answer: Response, accessToken: string): Promise<Response> {
  const said = await answer.text();
  return new Response(said.replaceAll(accessToken, '[removed]') || null, answer);
}
