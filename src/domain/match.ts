/**
 * Which order is meant. Pure: candidates come in, a match with its evidence goes out. An exact match needs one order
 * whose name *and* e-mail agree; everything else is for a person to decide.
 */
import type { Evidence, Match, MatchCandidate, MatchReason, RequestFields } from './cancellation-request.ts';
import { readEmailAddress, sameAddress } from './email-address.ts';
import type { OrderCandidate } from './order.ts';
import {
  nameKey,
  type OrderNameFormat,
  readMarkedReferences,
  readOrderReferences,
  referenceKeys,
} from './order-reference.ts';

const MOST_CANDIDATES = 10;

/** The order question first; free text only where the question gave nothing. */
export function referencesOf(fields: RequestFields, format: OrderNameFormat): string[] {
  const asked = readOrderReferences(fields.orderReference, format);
  return asked.length > 0 ? asked : readMarkedReferences(fields.message, format);
}

export function matchOrder(
  fields: RequestFields,
  references: readonly string[],
  found: readonly OrderCandidate[],
  format: OrderNameFormat,
): Match {
  const named = found.filter((order) => isNamed(order, references, format));
  const agreeing = named.filter((order) => emailVerdict(fields.email, order.email) === 'agrees');
  const [only] = agreeing;
  if (references.length === 1 && agreeing.length === 1 && only) {
    return result('exact', 'reference_and_email_agree', [only]);
  }
  // Orders of the same e-mail address are shown to staff as suggestions, after the named ones.
  const others = found.filter(
    (order) => !named.includes(order) && emailVerdict(fields.email, order.email) === 'agrees',
  );
  const candidates = [...agreeing, ...named.filter((order) => !agreeing.includes(order)), ...others];
  return result(candidates.length > 0 ? 'ambiguous' : 'none', whyNotExact(), candidates);

  function whyNotExact(): MatchReason {
    if (references.length === 0) return 'no_reference';
    if (references.length > 1) return 'several_references';
    if (named.length === 0) return 'order_not_found';
    if (agreeing.length > 1) return 'several_orders';
    if (!fields.email) return 'email_missing';
    return named.every((order) => order.email === null) ? 'order_email_hidden' : 'email_differs';
  }

  function result(kind: Match['kind'], reason: MatchReason, orders: readonly OrderCandidate[]): Match {
    return {
      kind,
      reason,
      references: [...references],
      candidates: orders.slice(0, MOST_CANDIDATES).map((order) => candidate(order, fields, references, format)),
    };
  }
}

/** Evidence for one order that staff chose or that the search found. */
export function candidate(
  order: OrderCandidate,
  fields: RequestFields,
  references: readonly string[],
  format: OrderNameFormat,
): MatchCandidate {
  const reference: Evidence = {
    about: 'reference',
    verdict: references.length === 0 ? 'unknown' : isNamed(order, references, format) ? 'agrees' : 'differs',
    given: references.join(', ') || fields.orderReference,
    found: order.name,
  };
  const email: Evidence = {
    about: 'email',
    verdict: emailVerdict(fields.email, order.email),
    given: fields.email,
    found: order.email,
  };
  return { orderId: order.id, orderName: order.name, evidence: [reference, email] };
}

function isNamed(order: OrderCandidate, references: readonly string[], format: OrderNameFormat): boolean {
  const key = nameKey(order.name);
  return references.some((reference) => referenceKeys(reference, format).includes(key));
}

function emailVerdict(given: string | null, found: string | null): Evidence['verdict'] {
  if (!given || !found || !readEmailAddress(found)) return 'unknown';
  return sameAddress(given, found) ? 'agrees' : 'differs';
}
