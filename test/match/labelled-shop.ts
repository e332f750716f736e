/** A shop of made-up customers for the labelled set: several orders a person, one household, names of many countries. */
import type { OrderCandidate } from '../../src/domain/order.ts';
import { seededRandom } from '../world/faults.ts';
import { makeOrder } from '../world/shopify/seed.ts';
import type { ShopOrder } from '../world/shopify/shop-order.ts';

export const SHOP_FORMAT = { prefix: '#', suffix: '' };
const NOW = Date.parse('2026-11-23T08:00:00Z');

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly nationalPhone: string;
  readonly country: string;
  readonly zip: string;
}

export interface LabelledOrder {
  readonly shop: ShopOrder;
  readonly candidate: OrderCandidate;
  readonly person: Person;
}

const NAMES: readonly [first: string, last: string][] = [
  ['Äyräs', 'Hyvönen'],
  ['Päivi', 'Mäkelä'],
  ['Björn', 'Åkesson'],
  ['Jürgen', 'Groß'],
  ['Zoë', 'Lefèvre'],
  ['José', 'Núñez'],
  ['Siobhán', "O'Neill"],
  ['Łukasz', 'Wójcik'],
  ['Anna', 'Virtanen'],
  ['Mia', 'Nieminen'],
  ['Søren', 'Kjær'],
  ['Chloé', 'Dubois'],
  ['Ana', 'García'],
  ['Emil', 'Holm'],
  ['Noor', 'Haddad'],
];
const PLACES: readonly [country: string, zip: string, phone: string, national: string][] = [
  ['FI', '00530', '+35840', '040 '],
  ['SE', '114 35', '+4670', '070-'],
  ['DE', '10115', '+49151', '0151 '],
  ['FR', '75011', '+336', '06 '],
  ['ES', '28004', '+346', '6'],
];

/** 150 people with one to three orders each: #1001 and on. */
export function labelledShop(seed: number): LabelledOrder[] {
  const random = seededRandom(seed);
  const orders: LabelledOrder[] = [];
  for (let i = 0; i < 150; i += 1) {
    const person = makePerson(i, random);
    const count = 1 + Math.floor(random() * 3);
    for (let n = 0; n < count; n += 1) orders.push(makeLabelled(1001 + orders.length, person, random));
  }
  return orders;
}

function makePerson(i: number, random: () => number): Person {
  const [first, last] = NAMES[i % NAMES.length] ?? ['Ana', 'Virtanen'];
  const [country, zip, prefix, national] = PLACES[i % PLACES.length] ?? ['FI', '00530', '+35840', '040 '];
  const plain = (text: string) =>
    text
      .normalize('NFD')
      .replace(/[^a-z]/giu, '')
      .toLowerCase();
  const domain = ['customer.example', 'gmail.com', 'post.example', 'outlook.com'][i % 4] ?? 'customer.example';
  const digits = String(1_000_000 + Math.floor(random() * 8_999_999));
  return {
    name: `${first} ${last}`,
    email: `${plain(first)}.${plain(last)}${i}@${domain}`,
    phone: prefix + digits,
    nationalPhone: national + digits,
    country,
    zip,
  };
}

function makeLabelled(number: number, person: Person, random: () => number): LabelledOrder {
  const shop = makeOrder(number, NOW, {
    email: person.email,
    phone: person.phone,
    customerName: person.name,
    countryCode: person.country,
    zip: person.zip,
    ageMs: Math.floor(random() * 30 * 86_400_000),
  });
  return { shop, person, candidate: toCandidate(shop) };
}

export function toCandidate(order: ShopOrder): OrderCandidate {
  return {
    id: order.id,
    name: order.name,
    confirmationNumber: order.confirmationNumber,
    customerLocale: null,
    email: order.email,
    createdAt: new Date(order.createdAt).toISOString(),
    cancelledAt: null,
    closed: order.closed,
    phones: order.phone ? [order.phone] : [],
    names: [order.customerName],
    postcodes: [order.zip],
    countryCode: order.countryCode,
  };
}
