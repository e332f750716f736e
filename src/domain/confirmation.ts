/**
 * What is typed to decide by a link: something that a person reads off the page or the mail, and that no machine which
 * opens links and submits forms fills in. The policy says what (`confirm`).
 */
import { decimalsOf, type Money } from './money.ts';
import type { Order } from './order.ts';

export const CONFIRMATIONS = ['order_end', 'order_name', 'total'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

const TAIL = 4;

/** "CR-7K2M9QX" or its end. Also of orders where no policy is asked, for customers. */
export function confirmsName(typed: string, name: string): boolean {
  const plain = lettersAndDigits(typed.normalize('NFKC')).toLowerCase();
  const whole = lettersAndDigits(name).toLowerCase();
  return plain === whole.slice(-TAIL) || (plain.length > TAIL && plain === whole);
}

/** What anybody may type who types it right; the whole name is as good as its end. */
export function confirms(typed: string, order: Pick<Order, 'name' | 'total'>, by: Confirmation): boolean {
  switch (confirmationFor(order, by)) {
    case 'order_end':
      return confirmsName(typed, order.name);
    case 'order_name':
      return lettersAndDigits(typed.normalize('NFKC')).toLowerCase() === lettersAndDigits(order.name).toLowerCase();
    case 'total':
      return digitsOf(order.total).includes(typed.normalize('NFKC').replace(/\D/g, ''));
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
