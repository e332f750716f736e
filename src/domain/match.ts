/**
 * Which order is meant. Pure: candidates come in, a match with its evidence goes out. An exact match needs one order
 * whose reference *and* a contact agree, with nothing that speaks against it; everything else is for a person to decide.
 */
import type { Evidence, Match, MatchCandidate, MatchReason, RequestFields } from './cancellation-request.ts';
import { compareEmail, compareName, comparePhone, comparePostcode, type Verdict } from './contact-evidence.ts';
import type { OrderCandidate } from './order.ts';
import { isOneSlipApart, nameKey, numberIn, type OrderNameFormat, referenceKeys } from './order-reference.ts';
import { type Reference, readNumbers, readReferences } from './read-references.ts';

const MOST_CANDIDATES = 10;

/** The order question first; the other texts only where it gave nothing. */
export function referencesOf(fields: RequestFields, format: OrderNameFormat): Reference[] {
  const asked = readReferences(fields.orderReference, format, true);
  if (asked.length > 0) return asked;
  return [fields.message, fields.reason].flatMap((text) => readReferences(text, format, false));
}

interface Scored {
  readonly order: OrderCandidate;
  readonly candidate: MatchCandidate;
  readonly verdicts: Verdicts;
  readonly score: number;
}

type Verdicts = Record<Evidence['about'], Verdict>;

export function matchOrder(
  fields: RequestFields,
  references: readonly Reference[],
  found: readonly OrderCandidate[],
  format: OrderNameFormat,
): Match {
  const scored = found
    .map((order) => scoreOrder(order, fields, references, format))
    .filter(({ verdicts }) => isWorthShowing(verdicts))
    .sort((a, b) => b.score - a.score || Date.parse(b.order.createdAt) - Date.parse(a.order.createdAt));
  const named = scored.filter(({ verdicts }) => verdicts.reference === 'agrees');
  const sure = named.filter(({ verdicts }) => hasAgreeingContact(verdicts));
  const [only] = sure;
  const isRead = references.length === 1 && !references[0]?.guess && sure.length === 1 && only !== undefined;
  const rivals = isRead && hasRival(fields, only.order.name, format);
  const isExact = isRead && !rivals;
  const shown = isExact ? [only] : scored.slice(0, MOST_CANDIDATES);
  return {
    kind: isExact ? 'exact' : shown.length > 0 ? 'ambiguous' : 'none',
    reason: isExact
      ? 'reference_and_contact_agree'
      : rivals
        ? 'several_references'
        : whyNotExact(fields, references, scored, named, sure),
    references: references.map((reference) => reference.text),
    candidates: shown.map(({ candidate }) => candidate),
  };
}

/** Another number of at least as many digits, in whatever answer: then a person says which order is meant. */
function hasRival(fields: RequestFields, orderName: string, format: OrderNameFormat): boolean {
  const mine = numberIn(orderName, format).replace(/\D/gu, '');
  return [fields.orderReference, fields.message, fields.reason]
    .flatMap((text) => readNumbers(text, format))
    .map((text) => numberIn(text, format).replace(/\D/gu, ''))
    .some((number) => number !== mine && number.length >= Math.max(mine.length, 3));
}

/** Evidence for one order that staff chose. */
export function candidate(
  order: OrderCandidate,
  fields: RequestFields,
  references: readonly Reference[],
  format: OrderNameFormat,
): MatchCandidate {
  return scoreOrder(order, fields, references, format).candidate;
}

/**
 * The e-mail address; or, where one side has none, the phone number with the name or the postcode. An address that
 * differs speaks against the match, whatever else agrees.
 */
function hasAgreeingContact({ email, phone, name, postcode }: Verdicts): boolean {
  if (email === 'agrees') return true;
  return email === 'unknown' && phone === 'agrees' && (name === 'agrees' || postcode === 'agrees');
}

/** A stranger's order is never shown because of a name or a postcode alone. */
function isWorthShowing({ reference, email, phone }: Verdicts): boolean {
  return reference === 'agrees' || email === 'agrees' || email === 'near' || phone === 'agrees';
}

function whyNotExact(
  fields: RequestFields,
  references: readonly Reference[],
  scored: readonly Scored[],
  named: readonly Scored[],
  sure: readonly Scored[],
): MatchReason {
  if (references.length === 0) return 'no_reference';
  if (references.length > 1) return 'several_references';
  if (references[0]?.guess && named.length > 0) return 'reference_mistyped';
  if (named.length === 0) {
    return scored.some(({ verdicts }) => verdicts.reference === 'near') ? 'reference_mistyped' : 'order_not_found';
  }
  if (sure.length > 1) return 'several_orders';
  const [best] = named;
  if (best?.verdicts.email === 'near') return 'email_mistyped';
  if (best?.verdicts.email === 'differs') return 'email_differs';
  return fields.email ? 'order_email_hidden' : 'email_missing';
}

const WEIGHTS: Record<Evidence['about'], Partial<Record<Verdict, number>>> = {
  reference: { agrees: 100, near: 45 },
  email: { agrees: 60, near: 30, differs: -10 },
  phone: { agrees: 40, differs: -5 },
  name: { agrees: 20, near: 8, differs: -5 },
  postcode: { agrees: 10, differs: -3 },
};
/** Nobody asks to cancel what is cancelled; an archived order is rarely meant. */
const ENDED = -15;

function scoreOrder(
  order: OrderCandidate,
  fields: RequestFields,
  references: readonly Reference[],
  format: OrderNameFormat,
): Scored {
  const evidence: Evidence[] = [
    {
      about: 'reference',
      verdict: compareReference(order, references, format),
      given: references.map((reference) => reference.text).join(', ') || fields.orderReference,
      found: order.name,
    },
    { about: 'email', verdict: compareEmail(fields.email, order.email), given: fields.email, found: order.email },
    evidenceOf('phone', fields.phone, order.phones, comparePhone(fields.phone, order.phones, order.countryCode)),
    evidenceOf('name', fields.name, order.names, compareName(fields.name, order.names)),
    evidenceOf('postcode', fields.postcode, order.postcodes, comparePostcode(fields.postcode, order.postcodes)),
  ];
  const verdicts = Object.fromEntries(evidence.map(({ about, verdict }) => [about, verdict])) as Verdicts;
  const points = evidence.reduce((sum, { about, verdict }) => sum + (WEIGHTS[about][verdict] ?? 0), 0);
  const isOpen = order.cancelledAt === null && !order.closed;
  const score = points + (isOpen ? 0 : ENDED);
  // What neither side says is no evidence.
  const telling = evidence.filter(({ about, given }) => about === 'reference' || about === 'email' || given !== null);
  return {
    order,
    verdicts,
    score,
    candidate: {
      orderId: order.id,
      orderName: order.name,
      isOpen,
      createdAt: order.createdAt,
      locale: order.customerLocale,
      evidence: telling,
    },
  };
}

function evidenceOf(
  about: Evidence['about'],
  given: string | null,
  found: readonly string[],
  verdict: Verdict,
): Evidence {
  return { about, verdict, given, found: found.join(', ') || null };
}

function compareReference(order: OrderCandidate, references: readonly Reference[], format: OrderNameFormat): Verdict {
  if (references.length === 0) return 'unknown';
  if (references.some((reference) => isOrder(order, reference, format))) return 'agrees';
  const number = numberIn(order.name, format);
  const near = references.some(
    ({ kind, text }) => kind === 'name' && number.length >= 3 && isOneSlipApart(numberIn(text, format), number),
  );
  return near ? 'near' : 'differs';
}

function isOrder(order: OrderCandidate, { kind, text }: Reference, format: OrderNameFormat): boolean {
  if (kind === 'order_id') return order.id.endsWith(`/${text}`);
  // A shop may number its orders like confirmation codes; one that is read as a code may still be a name.
  if (kind === 'confirmation' && order.confirmationNumber?.toUpperCase() === text) return true;
  return referenceKeys(text, format).includes(nameKey(order.name));
}
