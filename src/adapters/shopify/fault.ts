/** What an answer of the Admin API means when it isn't plain data. */
import { OutsideError, type OutsideFault } from '../../domain/outside-error.ts';
import type { Operation } from './operation.ts';

interface GraphQLError {
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

/** As the client gives it: it never throws for HTTP or network trouble. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: {
    readonly networkStatusCode?: number;
    readonly message?: string;
    readonly graphQLErrors?: readonly GraphQLError[];
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

/** Statuses of a call that was turned away unread, besides these and 429. Anything else may come after the effect. */
const UNREAD: readonly number[] = [400, 405, 406, 413, 414, 415, 422, 430];

/**
 * Codes that a call gets before anything is executed: of Shopify's gate, and of graphql-ruby's checks of a document and
 * its variables against the schema.
 */
const BEFORE_EXECUTION = new Set([
  'THROTTLED',
  'MAX_COST_EXCEEDED',
  'SHOP_INACTIVE',
  'ACCESS_DENIED',
  'BAD_REQUEST',
  'INVALID_VARIABLE',
  'argumentLiteralsIncompatible',
  'argumentNotAccepted',
  'argumentNotUnique',
  'defaultValueInvalidType',
  'directiveCannotBeApplied',
  'fieldConflict',
  'missingRequiredArguments',
  'missingRequiredInputObjectAttribute',
  'selectionMismatch',
  'undefinedDirective',
  'undefinedField',
  'undefinedType',
  'variableMismatch',
  'variableNotDefined',
  'variableNotUsed',
  'variableRequiresValidType',
]);

/**
 * What a shop's plan may hide of an order, or what only a useful scope shows (cli/doctor.ts): it comes as null beside the
 * rest, and that is an answer, not a failure.
 */
const MAY_BE_HIDDEN = [
  'customer',
  'purchasingEntity',
  'email',
  'phone',
  'shippingAddress',
  'billingAddress',
  'product',
];

/**
 * null: the answer can be used. For a mutation only what is known to come before its execution counts as "not carried
 * out"; whatever else is wrong with the answer, it may have happened.
 */
export function faultOf(
  answer: Answer<unknown>,
  operation: Pick<Operation<unknown, never>, 'name' | 'kind'>,
): Fault | null {
  const { errors } = answer;
  const status = errors?.networkStatusCode;
  const isMutation = operation.kind === 'mutation';
  const told = graphQLErrorsOf(answer);
  const codes = told.map((error) => error.extensions?.code ?? 'no code');
  if (!errors) return answer.data ? null : unreadable();
  if (status === 429) {
    return fault('throttled', `${operation.name} was throttled (HTTP 429)`, retryAfter(errors.response));
  }
  const known = status === undefined ? undefined : BY_STATUS[status];
  if (known) return fault(known[0], `${operation.name}: ${known[1]}`);
  if (isMutation && status !== undefined && UNREAD.includes(status)) {
    return fault('rejected', `${operation.name} was turned away unread (HTTP ${status})`);
  }
  if (told.length === 0 || status !== 200) return unreadable();
  if (!isMutation && hasOrder(answer.data) && told.every(isMerelyHidden)) return null;
  if (!told.every(isOfTheGate) || (isMutation && wasExecuted(answer.data, told))) return unreadable();
  if (codes.includes('THROTTLED')) return fault('throttled', `${operation.name} was throttled`);
  if (codes.includes('ACCESS_DENIED')) {
    const fields = told
      .map((error) => error.path?.join('.'))
      .filter(Boolean)
      .join(', ');
    return fault(
      'denied',
      `${operation.name}: access to ${fields || 'it'} is denied; add the scope and approve the new version`,
    );
  }
  return fault('rejected', `${operation.name}: ${told.map(({ message }) => message).join('; ')}`);

  function unreadable(): Fault {
    const which = codes.length > 0 ? ` (${codes.join(', ')})` : '';
    const what = status === undefined ? 'gave no answer' : `answered HTTP ${status} that can't be used${which}`;
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

/** A list by the specification; outside it, a text or an object. */
function graphQLErrorsOf({ errors }: Answer<unknown>): readonly GraphQLError[] {
  const told: unknown = errors?.graphQLErrors;
  return Array.isArray(told) ? told : [];
}

function isOfTheGate({ extensions }: GraphQLError): boolean {
  return BEFORE_EXECUTION.has(extensions?.code ?? '');
}

/**
 * A mutation's field has a value only when it was executed. So was one inside of which something is denied: that empties
 * the field as well, where it must not be null.
 */
function wasExecuted(data: unknown, told: readonly GraphQLError[]): boolean {
  return (
    Object.values(data ?? {}).some((value) => value !== null) ||
    told.some(({ path, extensions }) => extensions?.code === 'ACCESS_DENIED' && (path?.length ?? 0) > 1)
  );
}

function isMerelyHidden({ path, extensions }: GraphQLError): boolean {
  return extensions?.code === 'ACCESS_DENIED' && (path ?? []).some((step) => MAY_BE_HIDDEN.includes(String(step)));
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
