/**
 * The part of Shopify's search grammar that an order search uses: terms side by side are AND; OR, NOT, "-",
 * parentheses, quotes, comparators, a trailing "*". Words are matched as a search engine does, not exactly:
 * `name:1001` finds "#1001", and "#1001-A" too.
 */
import type { ShopOrder } from './shop-order.ts';

type Test = (order: ShopOrder) => boolean;
type Token =
  | { readonly kind: '(' | ')' | 'OR' | 'AND' | 'NOT' }
  | { readonly kind: 'term'; readonly field: string | null; readonly value: string };

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
    return (order) => options.some((option) => option(order));
  }

  function both(): Test {
    const needed: Test[] = [];
    for (let token = peek(); token && token.kind !== ')' && token.kind !== 'OR'; token = peek()) {
      if (token.kind === 'AND') at += 1;
      else needed.push(one());
    }
    return (order) => needed.every((need) => need(order));
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
    return token?.kind === 'term' ? termTest(token.field, token.value) : () => true;
  }
  return either();
}

function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:(\()|(\))|(OR)(?=\s)|(AND)(?=\s)|(NOT)(?=\s)|(-)?(?:([a-z_0-9]+):)?(?:"([^"]*)"|'([^']*)'|((?:\\.|[^\s()"'])+)))/giy;
  for (const match of query.matchAll(pattern)) {
    const [, open, close, or, and, not, minus, field, double, single, bare] = match;
    if (open) tokens.push({ kind: '(' });
    else if (close) tokens.push({ kind: ')' });
    else if (or) tokens.push({ kind: 'OR' });
    else if (and) tokens.push({ kind: 'AND' });
    else if (not) tokens.push({ kind: 'NOT' });
    else {
      if (minus) tokens.push({ kind: 'NOT' });
      const value = double ?? single ?? bare?.replace(/\\(.)/g, '$1') ?? '';
      tokens.push({ kind: 'term', field: field ?? null, value });
    }
  }
  return tokens;
}

function termTest(field: string | null, value: string): Test {
  const wanted = value.toLowerCase();
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
      return dateTest(value);
    case 'status':
      return statusTest(wanted);
    case 'financial_status':
      return (order) => order.displayFinancialStatus.toLowerCase() === wanted;
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

function dateTest(value: string): Test {
  const [, comparator = '', date = ''] = /^(<=|>=|<|>)?(.*)$/.exec(value) ?? [];
  const wanted = Date.parse(date);
  return ({ createdAt }) => {
    if (comparator === '<') return createdAt < wanted;
    if (comparator === '<=') return createdAt <= wanted;
    if (comparator === '>') return createdAt > wanted;
    return createdAt >= wanted;
  };
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
