/** Messy responses with their truth, made by rules of their own: nothing of the matching is used here. */
import { NO_FIELDS, type RequestFields } from '../../src/domain/cancellation-request.ts';
import { seededRandom } from '../world/faults.ts';
import type { LabelledOrder } from './labelled-shop.ts';

export interface LabelledCase {
  readonly kind: string;
  readonly fields: RequestFields;
  /** The order that is meant; null where nobody could tell. */
  readonly truth: LabelledOrder | null;
  /** Whether an exact match to the truth would be right; never when somebody else asks. */
  readonly mayBeExact: boolean;
}

type Write = (number: string) => string;

/** How the order question is answered; {n} is the number. */
const FORMATS: readonly Write[] = [
  '#{n}',
  '{n}',
  '# {n}',
  '{n}.',
  'nro {n}',
  'No. {n}',
  'Nr. {n}',
  'N° {n}',
  'tilaus {n}',
  'tilausnumero: {n}',
  'beställning {n}',
  'ordernr {n}',
  'Bestellung #{n}',
  'commande n°{n}',
  'pedido {n}',
  'Order number: {n}',
  'order no.{n}',
  ' {n} ',
  '#{n} (wool blanket)',
  'my order is {n} thanks',
  '{n}, ordered 12.11.2026',
  'Order {n} / 84,90 €',
  '{n} puh. 040 123 4567',
  'Bestellnummer {n}',
].map(
  (text): Write =>
    (number) =>
      text.replace('{n}', number),
);
const ODD: readonly Write[] = [
  (n) => n.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (n) => n.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit))),
  (n) => `${n[0]}\u00a0${n.slice(1)}`,
  (n) => `${n.slice(0, 2)}\u200b${n.slice(2)}`,
  (n) => `${n[0]},${n.slice(1)}`,
];
const SENTENCES: readonly Write[] = [
  'Hi, please cancel my order {n}, I ordered 2 by mistake',
  'Hei, haluan perua tilauksen {n} kiitos',
  'Peruisin tilaukseni nro {n}, tuli väärä koko 42',
  'Jag vill avbeställa min beställning {n} tack',
  'Bitte stornieren Sie meine Bestellung Nr. {n}',
  'Je voudrais annuler ma commande {n} svp',
  'Quiero cancelar mi pedido {n} por favor',
  'order #{n} please, delivery takes 14 days',
].map(
  (text): Write =>
    (number) =>
      text.replace('{n}', number),
);
const EMAILS: readonly ((email: string) => string)[] = [
  (email) => email,
  (email) => email.toUpperCase(),
  (email) => ` ${email} `,
  (email) => `mailto:${email}`,
  (email) => `${email}.`,
  (email) => `Me <${email}>`,
];

export function labelledCases(orders: readonly LabelledOrder[], seed: number): LabelledCase[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const anyOrder = () => pick(orders);
  const numberOf = (order: LabelledOrder) => order.shop.name.slice(1);
  const ordersOf = (order: LabelledOrder) => orders.filter((other) => other.person === order.person);
  const single = () => pick(orders.filter((order) => ordersOf(order).length === 1));
  const stranger = (order: LabelledOrder) => pick(orders.filter((other) => other.person !== order.person));
  const cases: LabelledCase[] = [];
  const add = (kind: string, truth: LabelledOrder | null, mayBeExact: boolean, fields: Partial<RequestFields>) =>
    cases.push({ kind, truth, mayBeExact, fields: { ...NO_FIELDS, ...fields } });
  const times = (count: number, make: () => void) => {
    for (let i = 0; i < count; i += 1) make();
  };
  const bare = (text: string) =>
    text
      .trim()
      .replace(/^mailto:|^Me <|>$|\.$/g, '')
      .toLowerCase();

  for (const write of [...FORMATS, ...ODD]) {
    times(5, () => {
      const order = anyOrder();
      add('number and address', order, true, {
        orderReference: write(numberOf(order)),
        email: bare(pick(EMAILS)(order.person.email)),
      });
    });
  }
  for (const write of SENTENCES) {
    times(6, () => {
      const order = anyOrder();
      add('number in a sentence', order, true, {
        orderReference: pick([null, '?', '-', 'see below']),
        message: write(numberOf(order)),
        email: order.person.email,
      });
    });
  }
  times(15, () => {
    const order = pick(orders.filter((one) => one.person.email.endsWith('@gmail.com')));
    const [local = ''] = order.person.email.split('@');
    add('Gmail alias', order, true, {
      orderReference: numberOf(order),
      email: pick([`${local.replace('.', '')}@gmail.com`, `${local}+shop@gmail.com`, `${local}@googlemail.com`]),
    });
  });
  times(15, () => {
    const order = anyOrder();
    add('confirmation number', order, true, {
      orderReference: pick([order.shop.confirmationNumber, order.shop.confirmationNumber.toLowerCase()]),
      email: order.person.email,
    });
  });
  times(15, () => {
    const order = anyOrder();
    add('order link', order, true, {
      orderReference: `https://pine-and-loom.example/account/orders/${order.shop.id.split('/').at(-1)}?x=1`,
      email: order.person.email,
    });
  });
  times(20, () => {
    const order = anyOrder();
    const { phone, nationalPhone, name } = order.person;
    add('phone and name, no address', order, true, {
      orderReference: numberOf(order),
      phone: pick([phone, nationalPhone]),
      name: pick([name, name.split(' ').reverse().join(' '), name.toUpperCase()]),
    });
  });
  times(40, () => {
    const order = single();
    const { email, name } = order.person;
    const wrong = slip(numberOf(order), random);
    const taken = orders.some((other) => numberOf(other) === wrong);
    add(taken ? "slip that is a stranger's number" : 'slip in the number', order, false, {
      orderReference: wrong,
      email,
      name,
    });
  });
  times(25, () => {
    const order = anyOrder();
    const [local = '', domain = ''] = order.person.email.split('@');
    add('slip in the address', order, false, {
      orderReference: numberOf(order),
      email: `${local}@${pick([slipWord(domain, random), domain.replace(/\.com$|\.example$/, (end) => (end === '.com' ? '.con' : '.exampel'))])}`,
      name: order.person.name,
    });
  });
  times(20, () => {
    const order = single();
    add('no number, one order', order, false, {
      orderReference: pick([null, 'en muista', "don't know", order.person.nationalPhone, order.person.zip]),
      email: order.person.email,
    });
  });
  times(15, () => {
    const order = pick(orders.filter((one) => /[01]/.test(numberOf(one).slice(1))));
    const number = numberOf(order);
    add('letters for digits', order, false, {
      orderReference: number[0] + number.slice(1).replace(/0/g, 'O').replace(/1/g, 'l'),
      email: order.person.email,
    });
  });
  times(40, () => {
    const order = anyOrder();
    const other = stranger(order);
    add("somebody else's order", null, false, {
      orderReference: pick(FORMATS)(numberOf(order)),
      email: other.person.email,
      name: other.person.name,
      phone: other.person.phone,
    });
  });
  times(20, () => {
    const order = anyOrder();
    add('number and name, nothing else', order, false, {
      orderReference: numberOf(order),
      name: order.person.name,
      postcode: order.person.zip,
    });
  });
  times(20, () => {
    const [a, b] = [anyOrder(), anyOrder()];
    add('two numbers', null, false, {
      orderReference: pick([
        `${numberOf(a)} and ${numberOf(b)}`,
        `${numberOf(a)}/${numberOf(b)}`,
        `#${numberOf(a)}, #${numberOf(b)}`,
      ]),
      email: a.person.email,
    });
  });
  times(20, () => {
    const order = anyOrder();
    add('other numbers', null, false, {
      orderReference: pick([
        order.person.phone,
        order.person.zip,
        '84,90 €',
        '12.11.2026',
        'SKU WB-42',
        'JJFI62124350000123456',
        '2 kpl',
      ]),
      email: 'nobody@nowhere.example',
    });
  });
  times(15, () =>
    add('no such order', null, false, {
      orderReference: String(90_000 + Math.floor(random() * 9_000)),
      email: 'nobody@nowhere.example',
    }),
  );
  return cases;
}

function slip(number: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (number.length - 2));
  if (random() < 0.4 && number[at] !== number[at + 1])
    return number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
  const digit = String((Number(number[at]) + 1 + Math.floor(random() * 8)) % 10);
  return number.slice(0, at) + digit + number.slice(at + 1);
}

function slipWord(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * 3);
  return word.slice(0, at) + word.slice(at + 1);
}
