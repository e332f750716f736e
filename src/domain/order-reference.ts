/** Names of orders: how a shop writes them, when two are the same, and what to search for. */

export interface OrderNameFormat {
  /** `Shop.orderNumberFormatPrefix`, usually "#". */
  readonly prefix: string;
  /** `Shop.orderNumberFormatSuffix`, usually "". */
  readonly suffix: string;
}

/** Two names are the same to a reader: case, "#", spaces and hyphens don't count. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[#\s\p{Pd}]/gu, '');
}

/** The keys under which an order meant by this reference may be filed. */
export function referenceKeys(reference: string, { prefix, suffix }: OrderNameFormat): string[] {
  const keys = [nameKey(reference)];
  if (/^\d+$/u.test(reference)) keys.push(nameKey(prefix + reference + suffix));
  return [...new Set(keys)];
}

/** Names to search Shopify for. */
export function searchNames(reference: string, { prefix, suffix }: OrderNameFormat): string[] {
  const names = /^\d+$/u.test(reference)
    ? [prefix + reference + suffix, reference]
    : [reference, prefix.endsWith('#') ? `#${reference}` : reference];
  return [...new Set(names)];
}

/** The number in a name, without the shop's prefix and suffix; what a typing slip is looked for in. */
export function numberIn(name: string, { prefix, suffix }: OrderNameFormat): string {
  const key = nameKey(name);
  const [before, after] = [nameKey(prefix), nameKey(suffix)];
  const start = before !== '' && key.startsWith(before) ? before.length : 0;
  const end = after !== '' && key.endsWith(after) ? key.length - after.length : key.length;
  return key.slice(start, end);
}

/** One character typed wrong, left out, doubled, or two swapped. */
export function isOneSlipApart(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (swapped && short.slice(at + 2) === long.slice(at + 2));
}
