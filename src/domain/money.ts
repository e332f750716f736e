/** Money as Shopify sends it: a decimal string and its currency. Never a float: amounts are compared in minor units. */
export interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

const SCALE = 6;

/** Millionths of the currency's unit, exact for every currency Shopify knows (at most 3 decimals). */
export function toMillionths(money: Money): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(money.amount);
  if (!match) throw new Error(`Money amount "${money.amount}" is not a decimal number`);
  const [, sign = '', whole = '0', fraction = ''] = match;
  const value = BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, '0'));
  return sign ? -value : value;
}

export function fromMillionths(millionths: bigint, currencyCode: string): Money {
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '').padEnd(2, '0');
  return { amount: `${millionths < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${fraction}`, currencyCode };
}

export function times(money: Money, quantity: number): Money {
  return fromMillionths(toMillionths(money) * BigInt(quantity), money.currencyCode);
}

/** Decimals the currency has: 2 for euros, none for yen. */
export function decimalsOf(currencyCode: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** "84,90 €" in the reader's language. */
export function formatMoney(money: Money, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: money.currencyCode }).format(
    money.amount as Intl.StringNumericLiteral,
  );
}
