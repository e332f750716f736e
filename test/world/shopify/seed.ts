/** Pine & Loom's orders: the same every time, dated back from the world's clock. */
import { at, makeOrder, type OrderKind, type OrderSpec } from './make-order.ts';
import type { ShopOrder } from './shop-order.ts';

export { makeOrder };

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

type Person = readonly [name: string, locale: string, country: string, city: string, zip: string, currency: string];

const PEOPLE: readonly Person[] = [
  ['Aino Korhonen', 'fi-FI', 'FI', 'Helsinki', '00530', 'EUR'],
  ['Erik Lindqvist', 'sv-SE', 'SE', 'Stockholm', '114 35', 'SEK'],
  ['Jonas Weber', 'de-DE', 'DE', 'Berlin', '10115', 'EUR'],
  ['Camille Moreau', 'fr-FR', 'FR', 'Paris', '75011', 'EUR'],
  ['Lucía Fernández', 'es-ES', 'ES', 'Madrid', '28004', 'EUR'],
  ['Olivia Clarke', 'en-GB', 'GB', 'London', 'E8 3PN', 'GBP'],
  ['Noah Reed', 'en-US', 'US', 'Portland', '97205', 'USD'],
];

const KINDS: readonly OrderKind[] = [
  'paid',
  'paid',
  'paid',
  'authorized',
  'pending',
  'cash_on_delivery',
  'partially_refunded',
  'fulfilled',
  'partially_fulfilled',
  'label_bought',
  'in_progress',
  'cancelled',
  'return_open',
];

const ANA = {
  customerName: 'Ana Virtanen',
  email: 'ana@customer.example',
  customerLocale: 'en',
  customerOrders: 3,
} satisfies OrderSpec;

const AINO = {
  customerName: 'Aino Korhonen',
  email: 'aino@customer.example',
  customerLocale: 'fi-FI',
  customerOrders: 3,
} satisfies OrderSpec;

/**
 * 69 orders, #1001 to #1069. #1001 is Ana's and #1002 Eino's, both paid and unfulfilled; Ana and Aino have several.
 * New ones go to the end: tests know the first ones by their numbers.
 */
export function seedOrders(now: number): ShopOrder[] {
  const named: OrderSpec[] = [
    { ...ANA, ageMs: 5 * HOUR },
    {
      customerName: 'Eino Salo',
      email: 'eino@customer.example',
      customerLocale: 'fi-FI',
      customerOrders: 1,
      ageMs: 7 * HOUR,
    },
    { ...ANA, ageMs: 3 * DAY, kind: 'fulfilled' },
    {
      customerName: 'Noah Reed',
      email: 'noah@customer.example',
      riskRecommendation: 'CANCEL',
      riskLevel: 'HIGH',
      currencyCode: 'USD',
      city: 'Portland',
      countryCode: 'US',
      zip: '97205',
    },
    { customerName: 'Test Person', email: 'test@customer.example', test: true },
    { ...AINO, kind: 'authorized' },
    {
      customerName: 'Erik Lindqvist',
      email: 'erik@customer.example',
      customerLocale: 'sv-SE',
      currencyCode: 'SEK',
      city: 'Stockholm',
      countryCode: 'SE',
      zip: '114 35',
      locationActive: false,
    },
    { customerName: 'Guest', customerOrders: 0, email: null, phone: '+358401234567' },
    { customerName: 'Old Friend', email: 'old@customer.example', ageMs: 75 * DAY },
  ];
  const rest = Array.from({ length: 57 }, (_, i): OrderSpec => {
    const [customerName, customerLocale, countryCode, city, zip, currencyCode] = at(PEOPLE, i);
    const address = `${customerName
      .normalize('NFD')
      .replace(/[^A-Za-z ]/g, '')
      .toLowerCase()
      .replace(' ', '.')}${i}@customer.example`;
    return {
      customerName,
      customerLocale,
      countryCode,
      city,
      zip,
      currencyCode,
      email: address,
      kind: at(KINDS, i),
      ageMs: (i + 2) * 9 * HOUR,
    };
  });
  const later: OrderSpec[] = [
    { ...AINO, ageMs: 2 * DAY },
    { ...AINO, ageMs: 12 * DAY, kind: 'fulfilled' },
    { ...ANA, ageMs: 80 * DAY, kind: 'fulfilled' },
  ];
  return [...named, ...rest, ...later].map((spec, i) => makeOrder(1001 + i, now, spec));
}

/** Paid, unfulfilled orders, unless said otherwise, of as many customers: customer-1@customer.example has #1, and so on. */
export function generateOrders(
  count: number,
  now: number,
  first = 1,
  kindOf: (number: number) => OrderKind = () => 'paid',
): ShopOrder[] {
  return Array.from({ length: count }, (_, i) => {
    const number = first + i;
    return makeOrder(number, now, {
      kind: kindOf(number),
      email: `customer-${number}@customer.example`,
      customerName: `Customer ${number}`,
      ageMs: HOUR,
    });
  });
}
