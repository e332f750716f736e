/**
 * What is typed to approve by a link: something that a person reads off the page or the mail, and that no machine which
 * opens links and submits forms fills in. The policy says what (`confirm`).
 */
import { decimalsOf, type Money } from './money.ts';
import type { Order } from './order.ts';

export const CONFIRMATIONS = ['order_end', 'order_name', 'total'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

const TAIL = 4;

/** "#1001" → "1001", "#PL-22119-A" → "119A": letters and digits only. */
export function orderTail(orderName: string): string {
  return lettersAndDigits(orderName).slice(-TAIL);
}

/** What anybody may type who types it right; the whole name is as good as its end. */
export function confirms(typed: string, order: Pick<Order, 'name' | 'total'>, by: Confirmation): boolean {
  const { name, total } = order;
  const plain = lettersAndDigits(typed.normalize('NFKC')).toLowerCase();
  const whole = lettersAndDigits(name).toLowerCase();
  switch (confirmationFor(order, by)) {
    case 'order_end':
      return plain === orderTail(name).toLowerCase() || (plain.length > TAIL && plain === whole);
    case 'order_name':
      return plain === whole;
    case 'total':
      return digitsOf(total).includes(typed.normalize('NFKC').replace(/\D/g, ''));
  }
}

/** A total of nothing is on no page: then it is the name's end all the same. */
export function confirmationFor({ total }: Pick<Order, 'total'>, by: Confirmation): Confirmation {
  return by === 'total' && Number(total.amount) === 0 ? 'order_end' : by;
}

/** "152.2" of euros → "15220"; "80.00" → "8000" or "80", as people leave off cents that are none. */
function digitsOf({ amount, currencyCode }: Money): string[] {
  const [whole = '', part = ''] = amount.split('.');
  const cents = part.padEnd(decimalsOf(currencyCode), '0').slice(0, decimalsOf(currencyCode));
  return [`${whole}${cents}`, ...(/^0*$/.test(cents) ? [whole] : [])];
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '');
}
