/**
 * What a reader has done from their link, as the history has it: it is said back to them, and the same once more is no
 * other answer. Of two people who share a request each is told of their own deeds alone.
 */
import type { CancellationRequest } from './cancellation-request.ts';
import { customerAddress } from './customer-address.ts';
import { isOwner } from './customer-standing.ts';
import { readEmailAddress } from './email-address.ts';
import { textOfEvent } from './timeline-details.ts';

export type DeedKind = 'answered' | 'confirmed' | 'chose' | 'took_offer' | 'refused_offer' | 'stopped' | 'withdrew';

export interface Deed {
  readonly kind: DeedKind;
  /** Of an answer. */
  readonly text: string | null;
}

interface Happened {
  readonly actor: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const DEEDS: Readonly<Record<string, DeedKind>> = {
  answered: 'answered',
  answered_about_order: 'answered',
  confirmed: 'confirmed',
  customer_chose: 'chose',
  offer_accepted: 'took_offer',
  exchange_accepted: 'took_offer',
  offer_refused: 'refused_offer',
  stopped: 'stopped',
  withdrawn: 'withdrew',
};

/** @param history oldest first */
export function lastDeedOf(request: CancellationRequest, history: readonly Happened[], person: string): Deed | null {
  const reader = readEmailAddress(person);
  // An edited response has replaced the answers.
  const since = history.findLastIndex(({ type }) => type === 'edited') + 1;
  const theirs = history.slice(since).filter(({ actor, type }) => actor === 'customer' && didIt(request, type, reader));
  const last = theirs.findLast(({ type }) => type in DEEDS);
  const kind = last && DEEDS[last.type];
  if (!kind) return null;
  return { kind, text: kind === 'answered' ? textOfEvent(last) : null };
}

/** Before an order was known, the sender was asked; after that, whoever is written to about it. */
function didIt(request: CancellationRequest, type: string, reader: string | null): boolean {
  if (reader === null) return false;
  const senders = [request.fields.email, request.mailTo].map(readEmailAddress);
  if (type === 'answered') return senders.includes(reader);
  return isOwner(request, reader) || readEmailAddress(customerAddress(request)) === reader;
}

/** As long as nothing else has come of it: locale keys `page.thanks_…`. */
const THANKED: readonly DeedKind[] = ['answered', 'confirmed', 'chose', 'refused_offer'];
const LOOKED_AT: readonly string[] = [
  'received',
  'needs_match',
  'awaiting_decision',
  'waiting_payment',
  'waiting_label',
  'shipped_all',
  'shipped_part',
];

/** @param standing of customer-standing.ts */
export function thanksFor(deed: Deed | null, standing: string): Deed | null {
  return deed && THANKED.includes(deed.kind) && LOOKED_AT.includes(standing) ? deed : null;
}
