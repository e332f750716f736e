/** What a line of the history says beside what happened: why, which lines, how much, under which of Shopify's ids. */
import type { Effect } from './effect.ts';
import type { Money } from './money.ts';
import type { OrderChange } from './order-change.ts';
import { type Phrase, phrase, type Told } from './phrase.ts';
import type { Happened } from './timeline.ts';

type Data = Record<string, unknown>;

/** What a reader wants of an event's data, in this order; the rest is for machines. Rows may be older than this list. */
const READ: readonly (readonly [name: string, read: (value: unknown, event: Happened) => readonly Told[]])[] = [
  ['order', texts],
  ['rule', (rule) => texts(rule).map((name) => phrase('assessment.by_rule', { rule: name }))],
  ['reason', (reason, { type }) => (type === 'matched' || type === 'blocked' ? codes('assessment')(reason) : [])],
  ['evidence', codes('match_reason')],
  ['trouble', codes('refusal')],
  ['detail', texts],
  ['source', texts],
  ['doubt', codes('warning')],
  ['of', texts],
  ['by', texts],
  ['part', (lines) => list(lines).map(({ quantity, title }) => `${quantity} × ${title}`)],
  ['change', (change) => (isData(change) ? changed(change as Partial<OrderChange>) : [])],
  ['percent', (percent) => (percent ? [phrase('history.percent_off', { percent: Number(percent) })] : [])],
  ['exchange', (exchange) => (exchange ? [phrase('history.exchange')] : [])],
  ['amount', (money) => (isMoney(money) ? [money] : [])],
  ['treatment', terms],
  ['refunds', (refunds) => list(refunds).flatMap(refund)],
  ['returned', (id) => texts(id).map((one) => phrase('history.return', { id: tailOf(one) }))],
  ['approvals', (count) => (isData(count) ? [phrase('history.approvals', count as Phrase['values'])] : [])],
  ['how', texts],
  ['on', days],
  ['state', codes('hold')],
  ['to', (to) => texts(to).map((person) => `→ ${person}`)],
  ['until', days],
  ['notice', (notice) => texts(notice).map((name) => phrase(`event.mail_${name}`))],
];

export function detailsOfEvent(event: Happened): Told[] {
  return READ.flatMap(([name, read]) => read(event.data[name], event));
}

export function textOfEvent({ data }: Pick<Happened, 'data'>): string | null {
  return typeof data.text === 'string' && data.text !== '' ? data.text : null;
}

export function detailsOfEffect(effect: Effect): Told[] {
  switch (effect.kind) {
    case 'mail':
      return [effect.payload.to];
    case 'chat':
      return [];
    case 'shopify_refund':
    case 'shopify_part':
      return [effect.payload.plan.amount];
    case 'shopify_hold':
    case 'shopify_release':
      return [effect.payload.handle];
    case 'shopify_cancel': {
      const { jobResultId } = effect.outcome;
      const job = jobResultId ? [phrase('history.job', { id: tailOf(jobResultId) })] : [];
      return [orderOf(effect.payload), ...job];
    }
    case 'shopify_return':
      return [orderOf(effect.payload)];
    case 'shopify_change':
      return [orderOf(effect.payload), ...changed(effect.payload.change)];
    case 'shopify_discount':
      return [effect.payload.code];
    case 'shopify_tidy':
      return [orderOf(effect.payload), ...effect.payload.tags];
  }
}

/** The address is shown where it is known; an event only says that there is another one. */
function changed({ lines = [], added = null, address = null }: Partial<OrderChange>): Told[] {
  return [
    ...lines.map(({ title, from, to }) => phrase('mail.changed_line', { title, from, to })),
    ...(added ? [phrase('mail.changed_added', { quantity: added.quantity, title: added.title })] : []),
    ...(address ? [phrase('history.new_address'), ...addressLine(address)] : []),
  ];
}

function addressLine(address: NonNullable<OrderChange['address']>): string[] {
  const { company, address1, address2, zip, city, provinceCode, countryCode } = address;
  const place = [zip, city].filter(Boolean).join(' ');
  return [[company, address1, address2, place, provinceCode, countryCode].filter(Boolean).join(', ')].filter(Boolean);
}

function terms(treatment: unknown): Told[] {
  if (!isData(treatment) || typeof treatment.refund !== 'string') return [];
  const restock = phrase(treatment.restock ? 'page.yes' : 'page.no');
  return [phrase('page.made_terms', { refund: phrase(`refund.${treatment.refund}`), restock })];
}

function refund({ id, total }: Data): Told[] {
  return typeof id === 'string' && isMoney(total) ? [phrase('history.refund', { id: tailOf(id), amount: total })] : [];
}

function orderOf({ orderId }: { readonly orderId: string }): Phrase {
  return phrase('history.order', { id: tailOf(orderId) });
}

/** "gid://shopify/Order/1" → "1", as the admin's addresses have it. */
function tailOf(gid: string): string {
  return gid.split('/').at(-1) ?? gid;
}

function texts(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function codes(group: string): (value: unknown) => Told[] {
  return (value) => texts(value).map((code) => phrase(`${group}.${code}`));
}

function days(value: unknown): Told[] {
  return texts(value).map((day) => ({ day }));
}

function list(value: unknown): Data[] {
  return Array.isArray(value) ? value.filter(isData) : [];
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null;
}

function isMoney(value: unknown): value is Money {
  return isData(value) && typeof value.amount === 'string' && typeof value.currencyCode === 'string';
}
