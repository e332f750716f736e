/** What every step is given. Built once in src/service.ts. */
import type { Backoff } from '../domain/backoff.ts';
import type { Chat, Clock, HeadFile, Mailer, Orders, Policies, Renderer, ResponseSource, Shop } from '../ports.ts';
import type { Retention } from '../records/privacy.ts';
import type { Store } from '../records/store.ts';
import type { FreshOrder } from './fresh-order.ts';

/** Milliseconds throughout. Tests shorten them; nothing else differs. */
export interface Timings {
  readonly pollInterval: number;
  /** A claim is lost when its holder is silent for this long. Longer than any single outside call may take. */
  readonly lease: number;
  readonly retry: Backoff;
  /** Between two looks at a cancellation job. */
  readonly jobPoll: Backoff;
  /** How long a lost answer may still turn out to have been a yes. */
  readonly settling: number;
  /** A job that runs longer is shown to staff. */
  readonly jobStuck: number;
  /** So is what was approved and isn't carried out after that, for whatever reason, */
  readonly executionOverdue: number;
  /** and a parcel that was to be let go. */
  readonly releaseOverdue: number;
  /** A receipt waits so long for the order, whose language it would be in. */
  readonly receipt: number;
  /** To a customer. */
  readonly mailGivesUp: number;
  readonly staffLink: number;
  readonly customerLink: number;
  /** A request nobody decides ends by itself. */
  readonly requestExpires: number;
  readonly questionExpires: number;
  /** Pause before an outside system that refused us is tried again. */
  readonly deniedPause: number;
  /** Between two looks at a payment that is pending, a label, or a fulfilment service that was asked. */
  readonly recheck: number;
  /** A session ends after so long without a page. */
  readonly sessionIdle: number;
  /** Above the limit staff mails are collected for so long. */
  readonly digest: number;
  readonly unreachableTold: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const TIMINGS: Timings = {
  pollInterval: 30_000,
  lease: 2 * MINUTE,
  retry: { first: 1_000, most: 60 * MINUTE },
  jobPoll: { first: 500, most: 30_000 },
  settling: 15 * MINUTE,
  jobStuck: 15 * MINUTE,
  executionOverdue: DAY,
  releaseOverdue: 60 * MINUTE,
  receipt: 5_000,
  mailGivesUp: 3 * DAY,
  staffLink: 3 * DAY,
  customerLink: 60 * DAY,
  requestExpires: 14 * DAY,
  questionExpires: 7 * DAY,
  deniedPause: MINUTE,
  recheck: 5 * MINUTE,
  sessionIdle: 30 * MINUTE,
  digest: 15 * MINUTE,
  unreachableTold: 10 * MINUTE,
};

export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

export interface Desk {
  readonly store: Store;
  readonly orders: Orders;
  readonly mailer: Mailer;
  /** null: none is set. */
  readonly chat: Chat | null;
  readonly renderer: Renderer;
  readonly sources: readonly ResponseSource[];
  readonly policies: Policies;
  readonly now: Clock;
  readonly log: Log;
  readonly timings: Timings;
  /** Links are built from this alone, never from request headers. No slash at the end. */
  readonly baseUrl: string;
  readonly defaultLocale: string;
  /** Instead of the shop's name; null: the shop's own. */
  readonly brandName: string | null;
  /** IANA name: of the settings, else the shop's own. */
  readonly timeZone: string;
  /** "https://NAME.myshopify.com" */
  readonly adminOrigin: string;
  /** Of MAIL_FROM: Message-IDs are made under it. */
  readonly mailDomain: string;
  /** Read once in a while; the last known one while Shopify is away. Throws OutsideError if there never was one. */
  readonly shop: () => Promise<Shop>;
  readonly freshOrder: FreshOrder;
  readonly outages: Outages;
  /** How many calls Shopify has answered without fault, ever. */
  readonly shopifyAnswers: () => number;
  /** When the database was last put back from a backup; null: never. */
  readonly restoredAt: number | null;
  /** When each source was first read, as far as this process knows, see beginnings.ts. */
  readonly began: Map<string, number>;
  /** Mails that this process has sent, and given up. */
  readonly mailTally: { sent: number; failed: number };
  /** What the clock showed at the last look; null: not looked yet. */
  readonly clock: { last: number | null };
  /** Where the audit chain's head is written down, and on which day it was last; when the next events are sealed, and when
   * it is tried again to write (monotonic). */
  readonly anchors: { day: string | null; sealAt: number; tryAt: number; readonly file: HeadFile };
  readonly retention: Retention;
  /** When this process next throws away what has run out, and looks for what has had its time. */
  readonly housekeeping: { nextAt: number; letGoAt: number };
  /** Something may be due now: the waiting loops look at once. */
  readonly wake: () => void;
}

/** What this process has seen of the outside systems, per system. */
export interface Outages {
  readonly pausedUntil: Map<string, number>;
  readonly failingSince: Map<string, number>;
  /** How often a call failed, ever: to tell whether one did while something ran. */
  readonly failures: Map<string, number>;
  /** Until when (monotonic) a success need not look for an incident that may be open. */
  readonly calmUntil: Map<string, number>;
}

export function noOutages(): Outages {
  return { pausedUntil: new Map(), failingSince: new Map(), failures: new Map(), calmUntil: new Map() };
}
