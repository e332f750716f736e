/** Makes what people type readable: one kind of digits and spaces, and without the numbers that are something else. */

/** What a reader takes for a number of another kind. Each is replaced by a bar, which separates like a full stop. */
const OTHER_NUMBERS: readonly RegExp[] = [
  // E-mail addresses; web addresses are read before this, see read-references.ts.
  /\S+@\S+/gu,
  /https?:\/\/\S+/giu,
  // Dates: 2026-11-12, 12.11.2026, 12/11/26, 12.11., 12 November
  /\b\d{4}-\d{1,2}-\d{1,2}\b/gu,
  /\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/gu,
  /\b\d{1,2}\.\d{1,2}\.(?!\d)/gu,
  /\b\d{1,2}[.:]\d{2}\b(?!\s?(?:€|eur))/giu,
  // International phone numbers, and national ones: a leading zero and a separator, or ten digits.
  /(?:\+|\b00)\d[\d\s().-]{6,}\d/gu,
  /\(?\b0\d{1,3}\)?[\s/-]\d[\d\s-]{4,}\d/gu,
  /\b0\d{8,11}\b/gu,
  // Prices: 84,90 €, € 84.90, 1 001,00 kr
  /(?:€|\$|£|\b(?:eur|usd|gbp|sek|kr)\b)\s?\d[\d .,]*\d?/giu,
  /\d[\d .]*(?:[.,]\d{1,2})?\s?(?:€|\$|£|(?:eur|euros?|euroa|usd|gbp|sek|kr|kronor|dollars?|pounds?)\b)/giu,
  // Amounts: 2 pcs, 3 kpl, 2 x, size 42, 14 days
  /\b\d{1,3}\s?(?:x|×|pcs|pieces?|items?|kpl|tuotetta|kappaletta|st|stycken|stück|artikel|articles?|unidades|productos|days?|päivää|dagar|tage|jours|días|%|cm|kg)(?![\p{L}\p{N}])/giu,
  /\b(?:size|koko|storlek|größe|taille|talla)\s*\d+/giu,
  // Product codes
  /\b(?:sku|art(?:ikel)?(?:nr|\.)?|tuote(?:nro|koodi|numero)|product code|ref\. produit)\s*[:.]?\s*[\p{L}\p{N}-]+/giu,
];

/** Full-width and Arabic digits become 0 to 9, odd spaces plain ones; what is invisible goes. */
export function tidy(text: string): string {
  return text
    .slice(0, 2_000)
    .normalize('NFKC')
    .replace(/[\u200B-\u200F\u2060\uFEFF\u00AD]/gu, '')
    .replace(/\p{Nd}/gu, toAsciiDigit)
    .replace(/[\p{Zs}\t]+/gu, ' ');
}

export function withoutOtherNumbers(text: string): string {
  return OTHER_NUMBERS.reduce((rest, pattern) => rest.replace(pattern, ' | '), text);
}

function toAsciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 128) return digit;
  // Decimal digits stand in runs of ten in Unicode, each run beginning with its zero.
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
