/** Pairs of responses by strangers: each asks once for an order that exists, and once for one that doesn't. */
import type { Inbox } from '../world/mail/inbox.ts';
import { linkIn, openPage } from './page.ts';
import { signWebhook } from './webhook.ts';

const KINDS = ['hit', 'miss'] as const;

/** Of each kind whatever a stranger gets to see, but for what is each request's own. */
export interface Seen {
  readonly hit: Set<string>;
  readonly miss: Set<string>;
  /** Medians of how long the answers took, in milliseconds. */
  readonly ms: { readonly hit: number; readonly miss: number };
}

/** Whatever differs from request to request by nature. */
export function withoutOwn(text: string): string {
  return text
    .replace(/CR-[0-9A-Z]{7}/g, 'CR-XXXXXXX')
    .replace(/https?:\/\/\S+?\/r\/[\w-]+/g, 'LINK')
    .replace(/#[17]00\d/g, 'TYPED')
    .replace(/\b\d{1,2}[.:]\d{2}\b/g, 'TIME')
    .replace(/last four characters of CR-XXXXXXX/g, '');
}

const strangerOf = (kind: 'hit' | 'miss', i: number) => `${kind}${i}@evil.example`;

/** For #1001 to #1008, and for #7001 to #7008. */
export async function sendPairs(origin: string, pairs: number): Promise<Seen> {
  const seen = { hit: new Set<string>(), miss: new Set<string>() };
  const times = { hit: [] as number[], miss: [] as number[] };
  for (let i = 0; i < pairs; i += 1) {
    for (const kind of i % 2 ? KINDS : KINDS.toReversed()) {
      const order = `#${(kind === 'hit' ? 1001 : 7001) + (i % 8)}`;
      const body = JSON.stringify({ respondentEmail: strangerOf(kind, i), answers: { 'Order number': order } });
      const headers = signWebhook(`${kind}-${i}`, body);
      const before = performance.now();
      const response = await fetch(`${origin}/intake/webhook`, { method: 'POST', headers, body });
      times[kind].push(performance.now() - before);
      seen[kind].add(`${response.status} ${withoutOwn(await response.text())}`);
    }
  }
  return { ...seen, ms: { hit: median(times.hit), miss: median(times.miss) } };
}

/** Adds the mails that came to the strangers, each with the page its link leads to. */
export async function readMails(inbox: Inbox, pairs: number, seen: Seen): Promise<void> {
  const byAddress = Map.groupBy(inbox.mails, ({ to }) => to);
  for (let i = 0; i < pairs; i += 1) {
    for (const kind of KINDS) {
      const mails = byAddress.get(strangerOf(kind, i)) ?? [];
      const read = await Promise.all(
        mails.map(async ({ subject, text }) => {
          const page = await openPage(linkIn(text, 'r'));
          return `${subject}\n${text}\n${page.status}\n${page.html}`;
        }),
      );
      seen[kind].add(withoutOwn([`${mails.length} mails`, ...read].join('\n')).replaceAll(kind, 'KIND'));
    }
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
