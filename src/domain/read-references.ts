/** Reads references to orders out of free text. What isn't sure is marked as a guess: a guess is never an exact match. */
import type { OrderNameFormat } from './order-reference.ts';
import { nameKey } from './order-reference.ts';
import { tidy, withoutOtherNumbers } from './reference-text.ts';

export interface Reference {
  readonly kind: 'name' | 'confirmation' | 'order_id';
  readonly text: string;
  /** Read with a correction, such as a letter O for a zero. */
  readonly guess: boolean;
}

/** Longer digit runs are tracking codes or ids, never an order's number. */
const MOST_DIGITS = 9;
/** More than this in one answer is not a reference any more. */
const MOST_REFERENCES = 5;

/** Words that say "the number of an order comes now", in the languages of templates/locales. */
const KEYWORD =
  /(?:\border(?:s|number|nummer|nr)?|tilau(?:s|ksen|kseni|ksesta|sta|snumero\p{L}*)\p{L}*|beställning\p{L}*|bestell\p{L}*|auftrag\p{L}*|commandes?|pedidos?)\b\s*(?:(?:number|num|nummer|numero|numéro|número|nro|nr|no|n[°ºo]|id|is|on|är|ist|est|es)\b\.?\s*){0,2}[:#=]*\s*["'(]?$/iu;
const NUMBER_WORD = /(?:^|[\s|(])(?:nro|num|nr|no|n[°º]|number|numero|numéro|número|nummer)\.?\s*[:#]?\s*$/iu;
const ORDER_URL = /https?:\/\/\S*?\/orders?\/(\d{8,20})\b/giu;
/** Nine letters and digits, at least two of each, as on the thank-you page ("XPAV284CT"). */
const CONFIRMATION = /(?<![\p{L}\p{N}-])(?=(?:\p{L}*\d){2})(?=(?:\d*\p{L}){2})[A-Z0-9]{9}(?![\p{L}\p{N}-])/giu;
const TOKEN = /(?<![\p{L}\p{N}+@]|\d\.)#?\s?(?:\p{L}{1,6}-?)?\d+(?:-?\p{L}{1,4})?(?![\p{L}\p{N}@])/gu;

/** @param asked the text answers the order question, so that a bare number counts; in other texts only a marked one does */
export function readReferences(answer: string | null, format: OrderNameFormat, asked: boolean): Reference[] {
  if (!answer) return [];
  const raw = tidy(answer);
  const found = [...readUrls(raw), ...readNames(withoutOtherNumbers(raw), format, asked)];
  const confirmations = readConfirmations(raw, found, asked);
  return distinct([...found, ...confirmations]).slice(0, MOST_REFERENCES);
}

/**
 * Every number in a text that might be an order's, marked or not. Where a second one stands beside the one that was read,
 * nobody can be sure which is meant: "1001 arrived fine, please cancel 1002".
 */
export function readNumbers(text: string | null, format: OrderNameFormat): string[] {
  if (!text) return [];
  // Lists are taken apart: "1001+1002", "1001.1002".
  const joined = withoutOtherNumbers(tidy(text)).replace(/(?<=\d)[+&/.,;](?=\d)/gu, ' ');
  return [...joined.matchAll(TOKEN)].flatMap((match) =>
    toToken(match[0], joined.slice(0, match.index), format).map(({ reference }) => reference.text),
  );
}

function readUrls(text: string): Reference[] {
  return [...text.matchAll(ORDER_URL)].map(([, id = '']) => ({ kind: 'order_id', text: id, guess: false }));
}

function readConfirmations(text: string, names: readonly Reference[], asked: boolean): Reference[] {
  // Alone in the order question any nine letters may be one: searching for a word finds nothing.
  const alone = asked ? (/^\W*([a-z0-9]{9})\W*$/iu.exec(text)?.[1] ?? null) : null;
  const codes = alone && /\p{L}/u.test(alone) ? [alone] : [...text.matchAll(CONFIRMATION)].map(([code]) => code);
  return codes
    .map((code) => code.toUpperCase())
    .filter((code) => !names.some((name) => nameKey(name.text) === nameKey(code)))
    .map((code) => ({ kind: 'confirmation', text: code, guess: false }));
}

interface Token {
  readonly reference: Reference;
  /** "#" or a word such as "order" stands before it, or it has the shop's own prefix or suffix. */
  readonly marked: boolean;
}

function readNames(text: string, format: OrderNameFormat, asked: boolean): Reference[] {
  const joined = joinThousands(text);
  const tokens = [...joined.matchAll(TOKEN)].flatMap((match) =>
    toToken(match[0], joined.slice(0, match.index), format),
  );
  tokens.push(...readMisreadDigits(joined));
  const marked = tokens.filter((token) => token.marked);
  // "2 blankets, order 1001": where something is marked, only that is meant.
  if (marked.length > 0) return marked.map((token) => token.reference);
  if (!asked) return [];
  const alone = /^\W*#?\s?[\p{L}\s.:°º-]*\d+[\p{L}-]*\W*$/u.test(joined);
  return tokens.filter(({ reference }) => alone || digitsOf(reference.text) >= 3).map((token) => token.reference);
}

/** "1 001" and "1,001" where nothing else stands: a thousands separator. */
function joinThousands(text: string): string {
  return text.replace(/^(\D*?)(\d{1,3})[ ,.'](\d{3})(\D*)$/u, '$1$2$3$4');
}

function toToken(token: string, before: string, format: OrderNameFormat): Token[] {
  const hash = token.startsWith('#') || before.trimEnd().endsWith('#');
  const body = stripWords(token.replace(/^#\s?/u, ''), format);
  if (body === null) return [];
  const digits = digitsOf(body);
  if (digits > MOST_DIGITS) return [];
  const ours = hasAffix(body, format);
  const plain = /^\d+$/u.test(body);
  if (!plain && !ours && !/^\d+-\p{L}{1,3}$/u.test(body)) return [];
  // "00100" is a postcode; no order number begins with a zero.
  if (plain && body.startsWith('0') && digits > 1 && !hash) return [];
  const marked =
    hash || ours || KEYWORD.test(before) || NUMBER_WORD.test(before) || /^(?:nro|nr|no|n)\W?\d/iu.test(token);
  return [{ reference: { kind: 'name', text: body, guess: false }, marked }];
}

/** "nro1001" → "1001", "EN1001" in a shop of EN… → as it is; null: a word and a number that are something else. */
function stripWords(token: string, format: OrderNameFormat): string | null {
  if (hasAffix(token, format)) return token.replace(/\s/gu, '');
  const [, word = '', rest = ''] = /^(\p{L}*)[-\s]?(\d.*)$/u.exec(token) ?? [];
  if (word === '') return rest;
  if (
    /^(?:nro|num|nr|no|n|order|tilaus|ordernr|number|en|on|och|ja|und|et|y|and|or|is|är|ist|est|es|the|my|cancel|peru)$/iu.test(
      word,
    ) ||
    token.includes(' ')
  )
    return rest;
  return null;
}

/** "1OO1", "l001": letters that look like digits. Only where at least two digits are there to lean on. */
function readMisreadDigits(text: string): Token[] {
  return [
    ...text.matchAll(/(?<![\p{L}\p{N}])#?(?=[\dOoIl]*[OoIl])(?=(?:[OoIl]*\d){2})[\dOoIl]{3,9}(?![\p{L}\p{N}])/gu),
  ].map(([token]) => {
    const digits = token.replace('#', '').replace(/[Oo]/gu, '0').replace(/[Il]/gu, '1');
    return { reference: { kind: 'name', text: digits, guess: true }, marked: true };
  });
}

function digitsOf(text: string): number {
  return text.replace(/\D/gu, '').length;
}

function hasAffix(token: string, { prefix, suffix }: OrderNameFormat): boolean {
  const [own, before, after] = [nameKey(token), nameKey(prefix), nameKey(suffix)];
  const fits = (before === '' || own.startsWith(before)) && (after === '' || own.endsWith(after));
  return fits && (before !== '' || after !== '') && own.length > before.length + after.length;
}

function distinct(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter(({ kind, text }) => {
    const key = `${kind} ${nameKey(text)}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
