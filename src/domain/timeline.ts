/** The whole history of a request in one line of time: what happened to it, and what it owed the outside world. */
import type { Effect, EffectState } from './effect.ts';

export interface TimelineEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  /** "customer", "service", a staff address, "policy: RULE", "operator". */
  readonly actor: string;
  /** Locale key `event.…`. */
  readonly code: string;
  /** Order name, amount, address, rule: as data, in the order in which they are read. */
  readonly details: readonly string[];
  /** Of effects. */
  readonly state: EffectState | null;
  readonly error: string | null;
}

interface Happened {
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

type Owed = Effect & { readonly lastError: string | null; readonly doneAt: number | null };

/** What a reader wants of an event's data; the rest is for machines. */
const SHOWN = ['order', 'rule', 'source', 'of', 'by', 'amount', 'how', 'on', 'state', 'to', 'until', 'notice'];

export function timelineOf(events: readonly Happened[], effects: readonly Owed[]): TimelineEntry[] {
  const happened = events.map(({ at, actor, type, data }): TimelineEntry => {
    const details = SHOWN.flatMap((name) => (typeof data[name] === 'string' ? [data[name]] : []));
    return { at, actor, code: type, details, state: null, error: null };
  });
  const owed = effects.map(
    (effect): TimelineEntry => ({
      at: effect.doneAt ?? effect.createdAt,
      actor: 'service',
      code: effect.kind === 'mail' ? `mail_${effect.payload.notice}` : effect.kind,
      details: detailsOf(effect),
      state: effect.state,
      error: effect.lastError,
    }),
  );
  return [...happened, ...owed].sort((a, b) => a.at - b.at);
}

function detailsOf(effect: Owed): string[] {
  switch (effect.kind) {
    case 'mail':
      return [effect.payload.to];
    case 'chat':
      return [];
    case 'shopify_refund':
    case 'shopify_part':
      return [`${effect.payload.plan.amount.amount} ${effect.payload.plan.amount.currencyCode}`];
    case 'shopify_hold':
    case 'shopify_release':
      return [effect.payload.handle];
    case 'shopify_cancel':
    case 'shopify_return':
    case 'shopify_change':
      return [effect.payload.orderId.split('/').at(-1) ?? ''];
    case 'shopify_discount':
      return [effect.payload.code];
    case 'shopify_tidy':
      return [...effect.payload.tags];
  }
}
