/** Runs the matching over the labelled set, searching as Shopify does, and counts. For the test and the bench. */

import type { Match } from '../../src/domain/cancellation-request.ts';
import { matchOrder, referencesOf } from '../../src/domain/match.ts';
import { type SearchTerm, searchTermsOf } from '../../src/domain/search-terms.ts';
import { parseSearch } from '../world/shopify/order-search.ts';
import { type LabelledCase, labelledCases } from './labelled-cases.ts';
import { type LabelledOrder, labelledShop, SHOP_FORMAT } from './labelled-shop.ts';

export interface MatchingScore {
  readonly cases: number;
  /** Exact, but not the order that was meant, or nobody could have been sure. */
  readonly wrongExact: LabelledCase[];
  /** Cases with one right answer that end exact or as the top suggestion, of all such cases. */
  readonly found: number;
  readonly withTruth: number;
  readonly missed: { readonly case: LabelledCase; readonly match: Match }[];
  readonly exact: number;
  readonly mayBeExact: number;
}

export function scoreMatching(seed: number): MatchingScore {
  const orders = labelledShop(seed);
  const cases = labelledCases(orders, seed);
  const results = cases.map((one) => ({ case: one, match: matchCase(one, orders) }));
  const withTruth = results.filter((result) => result.case.truth !== null);
  const missed = withTruth.filter((result) => result.match.candidates[0]?.orderId !== result.case.truth?.shop.id);
  const exact = results.filter((result) => result.match.kind === 'exact');
  return {
    cases: cases.length,
    wrongExact: exact
      .filter(({ case: one, match }) => !one.mayBeExact || match.candidates[0]?.orderId !== one.truth?.shop.id)
      .map((result) => result.case),
    found: withTruth.length - missed.length,
    withTruth: withTruth.length,
    missed,
    exact: exact.length,
    mayBeExact: cases.filter((one) => one.mayBeExact).length,
  };
}

function matchCase({ fields }: LabelledCase, orders: readonly LabelledOrder[]): Match {
  const references = referencesOf(fields, SHOP_FORMAT);
  const terms = searchTermsOf(references, SHOP_FORMAT).map(({ field, value }: SearchTerm) => `${field}:"${value}"`);
  const email = fields.email ? [`email:"${fields.email}"`] : [];
  const test = parseSearch([...terms, ...email].join(' OR '));
  const found = terms.length + email.length > 0 ? orders.filter((order) => test(order.shop)) : [];
  return matchOrder(
    fields,
    references,
    found.map((order) => order.candidate),
    SHOP_FORMAT,
  );
}
