/** What entering a request for a customer who called comes to. Staff see it and agree before anything is written. */
import { createHash } from 'node:crypto';
import { isBeingFulfilled } from './cancel-check.ts';
import type { RequestFields } from './cancellation-request.ts';
import type { Order } from './order.ts';
import { fingerprintOf } from './order-fingerprint.ts';
import type { Assessment } from './policy/assess.ts';
import { textFor } from './policy/policy.ts';

export interface EntryPlan {
  readonly order: Order;
  readonly fields: RequestFields;
  readonly assessment: Assessment;
  /** Where it goes at once; never approved: whoever answers for the person decides too. */
  readonly goes: 'staff' | 'decline' | 'offer' | 'ask' | 'wait' | 'cancelled';
  /** What the customer is told at once; null: nothing. */
  readonly text: string | null;
  /** Where the customer is written to: as the order has it, else as staff typed it; null: nowhere. */
  readonly to: string | null;
  readonly locale: string;
  /** Of all of it: what is entered must be what was looked at. */
  readonly digest: string;
}

export function planEntry(order: Order, fields: RequestFields, assessment: Assessment, locale: string): EntryPlan {
  const to = fields.email;
  const goes = goesTo(order, assessment, to);
  const tells = goes === 'decline' || goes === 'offer' || goes === 'ask';
  const text = tells && assessment.tell !== null ? textFor(assessment.tell, locale) : null;
  const seen = fingerprintOf(order, isBeingFulfilled(order));
  const { reason } = assessment;
  const digest = createHash('sha256')
    .update(JSON.stringify([seen, goes, reason, text, to, locale]))
    .digest('base64url');
  return { order, fields, assessment, goes, text, to, locale, digest };
}

function goesTo(order: Order, { outcome }: Assessment, to: string | null): EntryPlan['goes'] {
  if (order.cancelledAt !== null && order.email !== null) return 'cancelled';
  if (outcome === 'wait') return 'wait';
  // Nobody can be told, or asked: a person finds another way.
  return outcome === 'approve' || to === null ? 'staff' : outcome;
}
