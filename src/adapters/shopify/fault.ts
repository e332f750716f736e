/** What an answer of the Admin API means when it isn't plain data. */
import { OutsideError, type OutsideFault } from '../../domain/outside-error.ts';
import type { Operation } from './operations.ts';

/** As the client gives it: it never throws for HTTP or network trouble. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: {
    readonly networkStatusCode?: number;
    readonly message?: string;
    readonly graphQLErrors?: readonly {
      readonly message?: string;
      readonly path?: readonly (string | number)[];
      readonly extensions?: { readonly code?: string };
    }[];
    readonly response?: Response;
  };
  readonly extensions?: Record<string, unknown>;
  readonly headers?: Headers;
}

export interface Fault {
  readonly error: OutsideError;
  readonly status: number | undefined;
}

/** HTTP status → what it means and what to do next (shopify.dev, "Response codes"). */
const BY_STATUS: Record<number, [OutsideFault, string]> = {
  401: ['denied', 'the access token is refused (HTTP 401); make a new one and set it'],
  402: ['denied', 'the shop is frozen (HTTP 402); its owner must settle the bill'],
  403: ['denied', 'the app lacks a scope or permission (HTTP 403); add it and approve the new version'],
  404: ['denied', 'there is no such shop (HTTP 404); check SHOPIFY_STORE_DOMAIN'],
  423: ['denied', 'the shop is locked (HTTP 423); ask Shopify support'],
};

/** null: the answer can be used. */
export function faultOf(
  answer: Answer<unknown>,
  operation: Pick<Operation<unknown, never>, 'name' | 'kind'>,
): Fault | null {
  const { errors } = answer;
  if (!errors) return answer.data ? null : unreadable();
  const status = errors.networkStatusCode;
  const isMutation = operation.kind === 'mutation';
  const codes = (errors.graphQLErrors ?? []).map((error) => error.extensions?.code);
  if (codes.includes('THROTTLED')) return fault('throttled', `${operation.name} was throttled`);
  if (status === 429) {
    return fault('throttled', `${operation.name} was throttled (HTTP 429)`, retryAfter(errors.response));
  }
  const known = status === undefined ? undefined : BY_STATUS[status];
  if (known) return fault(known[0], `${operation.name}: ${known[1]}`);
  if (codes.includes('ACCESS_DENIED')) {
    // Customer data the shop's plan hides comes as null beside the order: that is an answer, not a failure.
    if (!isMutation && hasOrder(answer.data)) return null;
    const fields = (errors.graphQLErrors ?? [])
      .map((error) => error.path?.join('.'))
      .filter(Boolean)
      .join(', ');
    return fault(
      'denied',
      `${operation.name}: access to ${fields || 'it'} is denied; add the scope and approve the new version`,
    );
  }
  if (
    errors.graphQLErrors &&
    errors.graphQLErrors.length > 0 &&
    status === 200 &&
    !codes.includes('INTERNAL_SERVER_ERROR')
  ) {
    return fault('rejected', `${operation.name}: ${errors.graphQLErrors.map((error) => error.message).join('; ')}`);
  }
  return unreadable();

  function unreadable(): Fault {
    const what = status === undefined ? 'gave no answer' : `answered HTTP ${status} that can't be used`;
    // Refused before a connection stood: nothing was sent. Anything else may have been carried out.
    const sent = !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(errors?.message ?? '');
    const options = { mayHaveHappened: isMutation && sent };
    return { error: new OutsideError('shopify', 'unreachable', `${operation.name}: Shopify ${what}`, options), status };
  }

  function fault(kind: OutsideFault, message: string, wait?: number): Fault {
    return {
      error: new OutsideError('shopify', kind, message, wait === undefined ? {} : { retryAfter: wait }),
      status,
    };
  }
}

function hasOrder(data: unknown): boolean {
  const { order, orders } = (data ?? {}) as { order?: unknown; orders?: unknown };
  return Boolean(order ?? orders);
}

/** Seconds in the header, milliseconds here. */
function retryAfter(response: Response | undefined): number | undefined {
  const seconds = Number(response?.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
