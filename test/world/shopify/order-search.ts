/**
 * The part of Shopify's search grammar that an order search uses: terms side by side are AND; OR, NOT, "-",
 * parentheses, quotes, comparators, a trailing "*". Words are matched as a search engine does, not exactly:
 * `name:1001` finds "#1001", and "#1001-A" too. What doesn't parse is passed over, never refused: a search that
 * customer input has broken open widens here as it would there.
 */
import type { ShopOrder } from './shop-order.ts';

type Test = (order: ShopOrder) => boolean;
type Token =
  | { readonly kind: '(' | ')' | 'OR' | 'AND' | 'NOT' }
  | { readonly kind: 'term'; readonly field: string | null; readonly comparator: string; readonly value: string };

export function parseSearch(query: string): Test {
  const tokens = tokenize(query);
  let at = 0;
  const peek = () => tokens[at];

  function either(): Test {
    const options = [both()];
    while (peek()?.kind === 'OR') {
      at += 1;
      options.push(both());
    }
    // An OR with nothing beside it is passed over.
    const real = options.filter((option) => option !== null);
    return real.length === 0 ? () => true : (order) => real.some((option) => option(order));
  }

  function both(): Test | null {
    const needed: Test[] = [];
    for (let token = peek(); token && token.kind !== ')' && token.kind !== 'OR'; token = peek()) {
      if (token.kind === 'AND') at += 1;
      else needed.push(one());
    }
    return needed.length === 0 ? null : (order) => needed.every((need) => need(order));
  }

  function one(): Test {
    const token = tokens[at];
    at += 1;
    if (token?.kind === 'NOT') {
      const inner = one();
      return (order) => !inner(order);
    }
    if (token?.kind === '(') {
      const inner = either();
      at += 1;
      return inner;
    }
    return token?.kind === 'term' ? termTest(token.field, token.comparator, token.value) : () => true;
  }
  return either();
}

const QUOTED = String.raw`"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'`;
const TOKEN = new RegExp(
  String.raw`\s*(?:(\()|(\))|(OR|AND|NOT)(?=[\s(])|(-)(?=\()|(-)?(?:([a-z_0-9]+):)?(<=|>=|<|>)?(?:${QUOTED}|((?:\\.|[^\s()"'])+))|\S)`,
  'giy',
);

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of query.matchAll(TOKEN)) {
    const [, open, close, word, minusGroup, minus, field, comparator = '', double, single, bare] = match;
    if (open) {
      depth += 1;
      tokens.push({ kind: '(' });
    } else if (close) {
      // One that closes nothing is passed over.
      if (depth === 0) continue;
      depth -= 1;
      tokens.push({ kind: ')' });
    } else if (word) tokens.push({ kind: word.toUpperCase() as 'OR' | 'AND' | 'NOT' });
    else if (minusGroup) tokens.push({ kind: 'NOT' });
    else {
      const value = double ?? single ?? bare;
      // A quote without its other half.
      if (value === undefined) continue;
      if (minus) tokens.push({ kind: 'NOT' });
      tokens.push({
        kind: 'term',
        field: field?.toLowerCase() ?? null,
        comparator,
        value: value.replace(/\\(.)/g, '$1'),
      });
    }
  }
  return tokens;
}

function termTest(field: string | null, comparator: string, value: string): Test {
  const wanted = value.toLowerCase();
  if (comparator && !(field && /^(created|processed)_at$/.test(field))) {
    throw new Error(`world: comparing the order search filter "${field ?? 'default'}" is not implemented`);
  }
  switch (field) {
    case 'name':
      return (order) => wordsMatch(order.name, wanted);
    case 'email':
      return (order) => order.email !== null && wordsMatch(order.email, wanted);
    case 'confirmation_number':
      return (order) => order.confirmationNumber.toLowerCase() === wanted;
    case 'id':
      return (order) => order.id.endsWith(`/${wanted}`);
    case 'created_at':
    case 'processed_at':
      return dateTest(comparator, value);
    case 'status':
      return statusTest(wanted);
    case 'financial_status':
      return (order) => order.displayFinancialStatus.toLowerCase() === wanted;
    case 'fulfillment_status':
      return (order) => order.displayFulfillmentStatus.toLowerCase() === wanted;
    case 'return_status':
      return (order) => order.returnStatus.toLowerCase() === wanted;
    case 'risk_level':
      return (order) => order.riskLevel.toLowerCase() === wanted;
    case 'tag':
      return (order) => order.tags.some((tag) => tag.toLowerCase() === wanted);
    case null:
      return (order) => [order.name, order.email ?? '', order.customerName].some((text) => wordsMatch(text, wanted));
    default:
      throw new Error(`world: the order search filter "${field}" is not implemented`);
  }
}

/** All wanted words stand in the text, one after the other; the last may be a beginning with "*". */
function wordsMatch(text: string, wanted: string): boolean {
  const words = (value: string) =>
    value
      .toLowerCase()
      .split(/[^\p{L}\p{N}*]+/u)
      .filter(Boolean);
  const [have, want] = [words(text), words(wanted)];
  if (want.length === 0) return false;
  return have.some((_, start) => want.every((word, i) => fits(have[start + i], word)));
}

function fits(have: string | undefined, want: string): boolean {
  if (have === undefined) return false;
  return want.endsWith('*') ? have.startsWith(want.slice(0, -1)) : have === want;
}

const A_DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 60 * 60_000;

/** A bare date means the whole day, in UTC. */
function dateTest(comparator: string, value: string): Test {
  const start = Date.parse(value);
  const end = A_DAY.test(value) ? start + DAY_MS : start + 1;
  const tests: Record<string, Test> = {
    '<': ({ createdAt }) => createdAt < start,
    '<=': ({ createdAt }) => createdAt < end,
    '>': ({ createdAt }) => createdAt >= end,
    '>=': ({ createdAt }) => createdAt >= start,
    '': ({ createdAt }) => createdAt >= start && createdAt < end,
  };
  return tests[comparator] ?? (() => false);
}

function statusTest(status: string): Test {
  const tests: Record<string, Test> = {
    open: (order) => !order.closed && order.cancelledAt === null,
    closed: (order) => order.closed,
    cancelled: (order) => order.cancelledAt !== null,
    not_closed: (order) => !order.closed,
    any: () => true,
  };
  return tests[status] ?? (() => false);
}
