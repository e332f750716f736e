/** Changing an order instead of cancelling it: where it goes, how many of what, something else in its place. */
import { lineName, type Order, type ShippingAddress } from './order.ts';

/** Absolute values, never differences: carried out twice it is the same order. */
export interface OrderChange {
  readonly lines: readonly ChangedLine[];
  readonly added: AddedVariant | null;
  /** All of it, as Shopify overwrites the whole address. null: stays. */
  readonly address: ShippingAddress | null;
}

export interface ChangedLine {
  readonly lineItemId: string;
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

export interface AddedVariant {
  readonly variantId: string;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
}

/** What of an address staff may type; the rest of it stays the customer's. */
export const ADDRESS_FIELDS = ['address1', 'address2', 'zip', 'city', 'provinceCode', 'countryCode'] as const;
export type TypedAddress = Readonly<Record<(typeof ADDRESS_FIELDS)[number], string>>;

/** Nobody means more by a cancellation form; a slip of the finger would be dear. */
export const MOST_OF_A_LINE = 99;
const LONGEST_FIELD = 255;

export type ChangeFault =
  | 'change_missing'
  | 'change_quantity'
  | 'change_is_all'
  | 'address_incomplete'
  | 'address_hidden';

/**
 * @param quantities line id → how many there are to be
 * @param typed null: the address wasn't touched
 * @param added already looked up in Shopify
 */
export function planChange(
  order: Order,
  quantities: Readonly<Record<string, number>>,
  typed: TypedAddress | null,
  added: AddedVariant | null,
): OrderChange | ChangeFault {
  const lines: ChangedLine[] = [];
  for (const line of order.lines) {
    const to = quantities[line.id] ?? line.currentQuantity;
    const shipped = line.currentQuantity - line.unfulfilledQuantity;
    const most = Math.max(MOST_OF_A_LINE, line.currentQuantity);
    if (!Number.isInteger(to) || to < shipped || to > most) return 'change_quantity';
    if (to !== line.currentQuantity) {
      lines.push({ lineItemId: line.id, title: lineName(line), from: line.currentQuantity, to });
    }
  }
  if (Object.keys(quantities).some((id) => !order.lines.some((line) => line.id === id))) return 'change_quantity';
  const rest = order.lines.reduce((sum, line) => sum + (quantities[line.id] ?? line.currentQuantity), 0);
  if (rest === 0 && !added) return 'change_is_all';
  const address = typed && newAddress(order, typed);
  if (typeof address === 'string') return address;
  return lines.length === 0 && !added && !address ? 'change_missing' : { lines, added, address };
}

function newAddress(
  order: Order,
  typed: TypedAddress,
): ShippingAddress | 'address_incomplete' | 'address_hidden' | null {
  const { shippingTo } = order;
  // Where the plan hides the customer the name would be overwritten with nothing.
  if (!shippingTo?.lastName) return 'address_hidden';
  const next = Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, typed[field].trim() || null]));
  const address: ShippingAddress = { ...shippingTo, ...next };
  const tooLong = ADDRESS_FIELDS.some((field) => typed[field].length > LONGEST_FIELD);
  const country = /^[A-Z]{2}$/.test(address.countryCode ?? '');
  if (!address.address1 || !address.city || !country || tooLong) return 'address_incomplete';
  return sameAddress(address, shippingTo) ? null : address;
}

/** What isn't as wanted yet: an earlier try may have got part of the way, or all of it. */
export function remainingOf(order: Order, change: OrderChange, knownLines: readonly string[]): OrderChange {
  const quantityOf = (id: string) => order.lines.find((line) => line.id === id)?.currentQuantity;
  const isThere = order.lines.some((line) => line.sku === change.added?.sku && !knownLines.includes(line.id));
  return {
    lines: change.lines.filter(({ lineItemId, to }) => quantityOf(lineItemId) !== to),
    added: isThere ? null : change.added,
    address:
      change.address && order.shippingTo && sameAddress(change.address, order.shippingTo) ? null : change.address,
  };
}

function sameAddress(one: ShippingAddress, other: ShippingAddress): boolean {
  return ADDRESS_FIELDS.every((field) => (one[field] ?? '') === (other[field] ?? ''));
}
