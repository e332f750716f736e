/** Reads order names out of what people type. */

export interface OrderNameFormat {
  /** `Shop.orderNumberFormatPrefix`, usually "#". */
  readonly prefix: string;
  /** `Shop.orderNumberFormatSuffix`, usually "". */
  readonly suffix: string;
}

/** Longer digit runs are phone numbers, tracking codes or ids, never an order's number. */
const MOST_DIGITS = 9;
/** More names than this in one answer is not an order reference any more. */
const MOST_REFERENCES = 5;

const KEYWORD =
  /(?:order|tilaus\p{L}*|beställning\p{L}*|ordernr|bestell\p{L}*|commande|pedido|auftrag\p{L}*)\s*(?:number|num|nro|nr|no|n[°º]|numéro|número|id)?\s*[.:#]*\s*$/iu;

/**
 * References in the order question's answer, in order, without repeats: "Order no. 1001" → ["1001"],
 * "EN1001-A" → ["EN1001-A"], "1001 and 1002" → ["1001", "1002"], "＃１００１" → ["1001"].
 */
export function readOrderReferences(answer: string | null, format: OrderNameFormat): string[] {
  return readTokens(answer, format, () => true);
}

/** References in free text, where a bare number may be anything: only "#1001" or "order 1001" count. */
export function readMarkedReferences(text: string | null, format: OrderNameFormat): string[] {
  return readTokens(
    text,
    format,
    (token, before) => before.endsWith('#') || KEYWORD.test(before) || hasAffix(token, format),
  );
}

function readTokens(
  answer: string | null,
  format: OrderNameFormat,
  accept: (token: string, before: string) => boolean,
): string[] {
  if (!answer) return [];
  const text = tidy(answer);
  const found: string[] = [];
  for (const match of text.matchAll(
    /(?<![\p{L}\p{N}+@/.-])(?:\p{L}{1,10}-?)?\p{Nd}+(?:-?\p{L}{1,6})?(?![\p{L}\p{N}@])/gu,
  )) {
    const token = match[0];
    const digits = token.replace(/\P{Nd}/gu, '');
    if (digits.length > MOST_DIGITS) continue;
    if (!isPlainOrOurs(token, format)) continue;
    if (accept(token, text.slice(0, match.index)) && !found.includes(token)) found.push(token);
  }
  return found.slice(0, MOST_REFERENCES);
}

function tidy(answer: string): string {
  return (
    answer
      .slice(0, 2000)
      .normalize('NFKC')
      .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
      .replace(/[\p{Nd}]/gu, toAsciiDigit)
      .replace(/\S+@\S+/gu, ' ')
      .replace(/https?:\/\/\S+/giu, ' ')
      .replace(/\+\s?\d[\d\s()-]{6,}/gu, ' ')
      // Dates, in the orders people write them: never an order's number.
      .replace(/\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/gu, ' ')
      // "1 001" and "1,001": a thousands separator only where it stands alone.
      .replace(/^(\D*?)(\d{1,3})[ ,.'\u202F](\d{3})(\D*)$/u, '$1$2$3$4')
      // "nro1001", "Nr.1001", "n°1001": the word is not part of the name.
      .replace(/\b(?:nro|num|nr|no|n[°º])\.?\s*(?=\d)/giu, ' ')
      .replace(/#\s*(?=[\p{L}\p{N}])/gu, '#')
  );
}

function toAsciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 128) return digit;
  // Decimal digits stand in runs of ten in Unicode; walk back to the run's zero.
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** Letters are only part of a name where the shop's own pattern has letters. */
function isPlainOrOurs(token: string, format: OrderNameFormat): boolean {
  return /^\d+$/u.test(token) || hasAffix(token, format) || /^\d+-\p{L}{1,3}$/u.test(token);
}

function hasAffix(token: string, { prefix, suffix }: OrderNameFormat): boolean {
  const [own, before, after] = [nameKey(token), nameKey(prefix), nameKey(suffix)];
  return (
    (before !== '' && own.startsWith(before) && own.length > before.length) ||
    (after !== '' && own.endsWith(after) && own.length > after.length)
  );
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
