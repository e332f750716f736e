/** The whole history of a request in one line of time: what happened to it, and what it owed the outside world. */
import type { Effect, EffectState } from './effect.ts';
import { type Phrase, phrase, type Told } from './phrase.ts';
import { detailsOfEffect, detailsOfEvent, textOfEvent } from './timeline-details.ts';

export interface TimelineEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly actor: Told;
  /** Locale key `event.…`. */
  readonly code: string;
  /** In the order in which they are read. */
  readonly details: readonly Told[];
  /** What one person wrote to another: a reason, a question, an offer, an answer. */
  readonly text: string | null;
  /** Of effects. */
  readonly state: EffectState | null;
  readonly error: string | null;
}

export interface Happened {
  readonly at: number;
  /** "customer", "service", a staff address, "policy: RULE", "operator". */
  readonly actor: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

type Owed = Effect & { readonly lastError: string | null; readonly doneAt: number | null };

export function timelineOf(events: readonly Happened[], effects: readonly Owed[]): TimelineEntry[] {
  const happened = events.map((event): TimelineEntry => {
    const details = detailsOfEvent(event);
    return {
      at: event.at,
      actor: actorOf(event.actor),
      code: codeOfEvent(event),
      details,
      text: textOfEvent(event),
      ...NONE,
    };
  });
  const owed = effects.map(
    (effect): TimelineEntry => ({
      at: effect.doneAt ?? effect.createdAt,
      actor: actorOf('service'),
      code: codeOfEffect(effect),
      details: detailsOfEffect(effect),
      text: null,
      state: effect.state,
      error: effect.lastError,
    }),
  );
  return [...happened, ...owed].sort((a, b) => a.at - b.at);
}

const NONE = { state: null, error: null };
const RULE = 'policy: ';

function actorOf(actor: string): string | Phrase {
  if (actor.startsWith(RULE)) return phrase('history.by_rule', { rule: actor.slice(RULE.length) });
  return /^(?:customer|service|operator|policy)$/.test(actor) ? phrase(`history.by_${actor}`) : actor;
}

/** What is begun is not always a cancellation. */
function codeOfEvent({ type, data }: Happened): string {
  const { what } = data;
  const isOther = type === 'execution_started' && typeof what === 'string' && what !== 'cancel';
  return isOther ? `${type}_${what}` : type;
}

function codeOfEffect(effect: Owed): string {
  if (effect.kind === 'mail') return `mail_${effect.payload.notice}`;
  if (effect.kind !== 'shopify_tidy') return effect.kind;
  const { tags, archive, remove } = effect.payload;
  if (remove) return 'shopify_tidy_delete';
  if (!archive) return 'shopify_tidy_tag';
  return tags.length > 0 ? 'shopify_tidy' : 'shopify_tidy_archive';
}
