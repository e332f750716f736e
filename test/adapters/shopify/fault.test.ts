/** What an answer means that isn't plain data: above all, whether a mutation may have been carried out. */
import { describe, expect, it } from 'vitest';
import { type Answer, faultOf } from '../../../src/adapters/shopify/fault.ts';

type Told = { message?: string; path?: (string | number)[]; extensions?: { code?: string } };

const CANCEL = { name: 'CancelOrder', kind: 'mutation' } as const;
const READ = { name: 'OrderForDecision', kind: 'query' } as const;
const DONE = { orderCancel: { jobResult: { id: 'gid://shopify/OrderCancelJobResult/1' }, orderCancelUserErrors: [] } };
const EMPTY = { orderCancel: null };
const ORDER = { order: { id: 'gid://shopify/Order/1', name: '#1001' } };

function coded(code: string, ...path: (string | number)[]): Told {
  return { message: `It says ${code}`, ...(path.length > 0 ? { path } : {}), extensions: { code } };
}

function answered(data: unknown, ...graphQLErrors: Told[]): Answer<unknown> {
  return { ...(data === undefined ? {} : { data }), errors: { networkStatusCode: 200, graphQLErrors } };
}

function http(networkStatusCode: number): Answer<unknown> {
  return { errors: { networkStatusCode } };
}

function meaning(answer: Answer<unknown>, operation: typeof CANCEL | typeof READ): string {
  const found = faultOf(answer, operation);
  if (!found) return 'an answer';
  return `${found.error.fault}, ${found.error.mayHaveHappened ? 'may have happened' : 'not carried out'}`;
}

describe('a mutation', () => {
  it.each<[string, Answer<unknown>, string]>([
    ['plain data', { data: DONE }, 'an answer'],
    ['HTTP 400', http(400), 'rejected, not carried out'],
    ['HTTP 401', http(401), 'denied, not carried out'],
    ['HTTP 402', http(402), 'denied, not carried out'],
    ['HTTP 403', http(403), 'denied, not carried out'],
    ['HTTP 404', http(404), 'denied, not carried out'],
    ['HTTP 413', http(413), 'rejected, not carried out'],
    ['HTTP 422', http(422), 'rejected, not carried out'],
    ['HTTP 423', http(423), 'denied, not carried out'],
    ['HTTP 429', http(429), 'throttled, not carried out'],
    ['HTTP 430', http(430), 'rejected, not carried out'],
    ['throttled', answered(undefined, coded('THROTTLED')), 'throttled, not carried out'],
    ['throttled, data null', answered(null, coded('THROTTLED')), 'throttled, not carried out'],
    ['too dear', answered(undefined, coded('MAX_COST_EXCEEDED')), 'rejected, not carried out'],
    ['shop inactive', answered(undefined, coded('SHOP_INACTIVE')), 'rejected, not carried out'],
    ['its field denied', answered(EMPTY, coded('ACCESS_DENIED', 'orderCancel')), 'denied, not carried out'],
    ['denied without a path', answered(null, coded('ACCESS_DENIED')), 'denied, not carried out'],
    [
      'a document of an ended version',
      answered(undefined, coded('undefinedField', 'mutation CancelOrder', 'orderCancel', 'jobResult')),
      'rejected, not carried out',
    ],
    ['a wrong variable', answered(undefined, coded('INVALID_VARIABLE')), 'rejected, not carried out'],
    [
      'two wrong arguments',
      answered(undefined, coded('argumentNotAccepted'), coded('missingRequiredArguments')),
      'rejected, not carried out',
    ],
    // Of these nobody knows:
    ['no answer', { errors: { message: 'TimeoutError' } }, 'unreachable, may have happened'],
    ['HTTP 408', http(408), 'unreachable, may have happened'],
    ['HTTP 409', http(409), 'unreachable, may have happened'],
    ['HTTP 500', http(500), 'unreachable, may have happened'],
    ['HTTP 503', http(503), 'unreachable, may have happened'],
    ['HTTP 200 that is no JSON', http(200), 'unreachable, may have happened'],
    ['neither data nor errors', {}, 'unreachable, may have happened'],
    [
      'errors that are no list',
      { errors: { networkStatusCode: 200, graphQLErrors: 'Oops' as never } },
      'unreachable, may have happened',
    ],
    [
      'its answer denied in part',
      answered(DONE, coded('ACCESS_DENIED', 'orderCancel', 'jobResult')),
      'unreachable, may have happened',
    ],
    [
      'a part denied that empties the whole',
      answered(EMPTY, coded('ACCESS_DENIED', 'orderCancel', 'jobResult', 'id')),
      'unreachable, may have happened',
    ],
    ['throttled beside its answer', answered(DONE, coded('THROTTLED')), 'unreachable, may have happened'],
    ['an error without a code', answered(null, { message: 'Internal error.' }), 'unreachable, may have happened'],
    ['an error without a code beside its answer', answered(DONE, { message: 'Odd' }), 'unreachable, may have happened'],
    ['an internal error', answered(undefined, coded('INTERNAL_SERVER_ERROR')), 'unreachable, may have happened'],
    ['a time-out', answered(null, coded('TIMEOUT')), 'unreachable, may have happened'],
    ['a code that nobody knows', answered(null, coded('NEW_CODE')), 'unreachable, may have happened'],
    [
      'one error of the gate and one of another kind',
      answered(null, coded('THROTTLED'), coded('INTERNAL_SERVER_ERROR')),
      'unreachable, may have happened',
    ],
    // Never sent:
    ['nobody listens', { errors: { message: 'ECONNREFUSED' } }, 'unreachable, not carried out'],
  ])('answered with %s', (_, answer, expected) => {
    expect(meaning(answer, CANCEL)).toBe(expected);
  });
});

describe('a query', () => {
  it.each<[string, Answer<unknown>, string]>([
    ['plain data', { data: ORDER }, 'an answer'],
    [
      'customer data that the plan hides',
      answered(ORDER, coded('ACCESS_DENIED', 'order', 'email'), coded('ACCESS_DENIED', 'order', 'customer', 'tags')),
      'an answer',
    ],
    [
      'products without their scope',
      answered(ORDER, coded('ACCESS_DENIED', 'order', 'lineItems', 'nodes', 0, 'product')),
      'an answer',
    ],
    [
      'customer data hidden in a search',
      answered({ orders: { nodes: [] } }, coded('ACCESS_DENIED', 'orders', 'nodes', 0, 'shippingAddress')),
      'an answer',
    ],
    [
      'something else denied beside the order',
      answered(ORDER, coded('ACCESS_DENIED', 'order', 'email'), coded('ACCESS_DENIED', 'order', 'cancellation')),
      'denied, not carried out',
    ],
    [
      'hidden data and an internal error beside the order',
      answered(ORDER, coded('ACCESS_DENIED', 'order', 'email'), coded('INTERNAL_SERVER_ERROR')),
      'unreachable, not carried out',
    ],
    ['an error beside the order', answered(ORDER, { message: 'Odd' }), 'unreachable, not carried out'],
    ['orders denied', answered({ orders: null }, coded('ACCESS_DENIED', 'orders')), 'denied, not carried out'],
    ['throttled', answered(undefined, coded('THROTTLED')), 'throttled, not carried out'],
    ['a wrong variable', answered(undefined, coded('INVALID_VARIABLE')), 'rejected, not carried out'],
    ['HTTP 500', http(500), 'unreachable, not carried out'],
    ['no answer', { errors: { message: 'TimeoutError' } }, 'unreachable, not carried out'],
  ])('answered with %s', (_, answer, expected) => {
    expect(meaning(answer, READ)).toBe(expected);
  });
});
