/** Mails by name, and what each is given. */
import type { Confirmation } from './confirmation.ts';
import type { Told } from './phrase.ts';
import type { RequestView } from './views.ts';

export interface NoticeContext {
  readonly shopName: string;
  readonly request: RequestView;
  /** The order is theirs, or they are asked about it: to others a mail tells nothing of any order. */
  readonly readerOwns: boolean;
  /** Of a mail that asks: what follows when no answer comes until the request's `expiresAt`. */
  readonly unanswered: 'end' | 'staff' | null;
  /** Absolute magic link, when the mail has one. */
  readonly link: string | null;
  readonly linkExpiresAt: number | null;
  /** What is typed to approve. */
  readonly confirmBy: Confirmation;
}

/** Mails by name: templates/emails/NAME.subject.hbs, NAME.txt.hbs, NAME.html.hbs */
export const NOTICES = [
  'customer-received',
  'customer-confirm',
  'customer-which-order',
  'customer-question',
  'customer-offer',
  'customer-waiting',
  'customer-approved',
  'customer-stopped',
  'customer-paid-back',
  'customer-cancelled',
  'customer-found-cancelled',
  'customer-part-cancelled',
  'customer-return-opened',
  'customer-changed',
  'customer-offer-accepted',
  'customer-discount',
  'customer-shipped',
  'customer-undone',
  'customer-declined',
  'customer-withdrawn',
  'customer-expired',
  'customer-unanswered',
  'staff-decide',
  'staff-second',
  'staff-assigned',
  'staff-reminder',
  'staff-failed',
  'staff-label',
  'staff-payback',
  'staff-offer-accepted',
  'staff-exchange',
  'staff-discount-failed',
  'staff-bounced',
  'staff-digest',
  'staff-decided',
  'staff-sign-in',
  'staff-wrote-again',
  'operator-incident',
] as const;

export type NoticeName = (typeof NOTICES)[number];

export interface SignInContext {
  readonly shopName: string;
  readonly link: string;
  readonly linkExpiresAt: number;
}

export interface DigestContext {
  readonly shopName: string;
  /** All that wait, also those that aren't listed. */
  readonly waiting: number;
  readonly items: readonly {
    readonly request: RequestView;
    readonly link: string;
    /** As the queue says it. */
    readonly why: readonly Told[];
  }[];
  /** Address of the queue, where not all of them are listed. */
  readonly queue: string | null;
}

export interface IncidentContext {
  readonly shopName: string;
  /** Locale key `incident.CODE` says what is wrong and what to do next. */
  readonly incident: { readonly code: string; readonly detail: string; readonly since: number };
}
