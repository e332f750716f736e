/** A shop's own rules, as policy.yaml has them. The schema is also published for editors (docs/policy.schema.json). */
import { z } from 'zod';
import { CONFIRMATIONS, type Confirmation } from '../confirmation.ts';
import type { Calendar, Quiet } from './calendar.ts';
import { type Conditions, conditionsSchema } from './conditions.ts';
import { DURATION, milliseconds } from './duration.ts';

export const OUTCOMES = ['approve', 'staff', 'decline', 'offer', 'ask'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A text to the customer: one for all, or one per language. */
export type CustomerText = string | { readonly [locale: string]: string };

/** How an approved cancellation is carried out. */
export interface Treatment {
  readonly refund: 'original' | 'store_credit' | 'none';
  readonly amount: RefundAmount;
  readonly restock: boolean;
  /** Who writes to the customer that the order is cancelled: our mail always; Shopify's own besides, or not. */
  readonly notify: 'desk' | 'desk_and_shopify';
  readonly tags: readonly string[];
  readonly archive: boolean;
  /** Deletes test orders instead, for good. Others are never deleted here. */
  readonly delete_test_orders: boolean;
}

/** What is given back: everything, all but a fee, all but the shipping, or what staff typed ("12.50"). */
export type RefundAmount =
  | 'full'
  | 'keep_shipping'
  | { readonly less: number }
  | { readonly less_percent: number }
  | { readonly exactly: string };

export interface PolicyRule {
  readonly name: string;
  readonly when: Conditions;
  /** The rule doesn't apply when any of these holds. */
  readonly unless: Conditions;
  readonly then: Outcome;
  /** Whom staff mails about it go to; empty: everybody who may decide. */
  readonly people: readonly string[];
  /** How many people have to approve. */
  readonly approvals: number;
  /** To the customer: the reason of a decline, an offer, a question. */
  readonly tell: CustomerText | null;
  /** To staff. */
  readonly note: string | null;
  /** Where it differs from the defaults. */
  readonly treatment: Partial<Treatment>;
}

export interface Policy {
  /** Short digest of the file, or "built-in". */
  readonly version: string;
  readonly calendar: Calendar;
  readonly proof: {
    readonly level: 'none' | 'address' | 'always';
    readonly waitMs: number;
    readonly otherwise: 'staff' | 'end';
  };
  /** How long an approval by staff can be taken back; nothing is sent before. */
  readonly undoMs: number;
  /** What is typed to approve by a link. */
  readonly confirm: Confirmation;
  /** Whether open requests hold the parcel. */
  readonly hold: boolean;
  readonly protectedProductTags: readonly string[];
  /** How shipped orders go back. null: staff answer. */
  readonly returns: CustomerText | null;
  /** Share and fixed part of a payment that the provider keeps when it is refunded; an estimate shown to staff. */
  readonly cardFee: { readonly percent: number; readonly fixed: number } | null;
  readonly defaults: Treatment;
  readonly rules: readonly PolicyRule[];
  readonly riskSweep: {
    readonly everyMs: number;
    readonly when: Conditions;
    readonly unless: Conditions;
    readonly then: 'approve' | 'staff';
  } | null;
  /** Working time after which staff are reminded, again and again; from the second time on others are told too. */
  readonly reminders: { readonly afterMs: number; readonly escalate: readonly string[] } | null;
  readonly quiet: Quiet | null;
  readonly limits: Limits;
}

/** Above these, mails of one kind become one digest, or wait. */
export interface Limits {
  /** Mails of an hour to one address that only a form asked for. */
  readonly mailsPerAddress: number;
  /** Requests to confirm, a day, about one order. */
  readonly confirmationsPerOrder: number;
  /** Receipts of an hour that one form or webhook may cause, whoever they go to. */
  readonly mailsPerSource: number;
  /** When more than these wait for a decision, what comes then comes as one list, not as a mail each. */
  readonly staffMails: number;
}

const text = z
  .string({ error: 'must be a text' })
  .trim()
  .min(1, 'must not be empty')
  .max(2_000, 'is longer than 2,000 characters');
const customerText = z.union(
  [text, z.record(z.string().regex(/^[a-z]{2}(-[A-Za-z]+)?$/, 'must be a language such as en'), text)],
  {
    error: 'must be a text, or one per language such as {en: …, fi: …}',
  },
);
const duration = z
  .string({ error: 'must be a time such as 30m, 2h or 14d' })
  .regex(DURATION, 'must be a time such as 30m, 2h or 14d');
const bool = z.boolean({ error: 'must be true or false' });
const time = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const treatment = {
  refund: z.enum(['original', 'store_credit', 'none'], { error: 'must be original, store_credit or none' }),
  amount: z.union(
    [
      z.enum(['full', 'keep_shipping']),
      z.strictObject({ less: z.number().positive() }),
      z.strictObject({ less_percent: z.number().positive().max(100) }),
    ],
    { error: 'must be full, keep_shipping, {less: 5.00} or {less_percent: 10}' },
  ),
  restock: bool,
  notify: z.enum(['desk', 'desk_and_shopify'], { error: 'must be desk or desk_and_shopify' }),
  tags: z.array(text.refine((tag) => !tag.includes(','), 'must not hold a comma')).max(10),
  archive: bool,
  delete_test_orders: bool,
};

const rule = z
  .strictObject({
    name: text,
    when: conditionsSchema.optional(),
    unless: conditionsSchema.optional(),
    // biome-ignore lint/suspicious/noThenProperty: the policy's own word, as above.
    then: z.enum(OUTCOMES, { error: `must be one of ${OUTCOMES.join(', ')}` }),
    people: z.array(z.email('must be an e-mail address')).optional(),
    approvals: z.int().min(1).max(5).optional(),
    tell: customerText.optional(),
    note: text.optional(),
    ...z.strictObject(treatment).partial().shape,
  })
  .refine((one) => !['decline', 'offer', 'ask'].includes(one.then) || one.tell !== undefined, {
    path: ['tell'],
    message: 'is missing: say what the customer is told',
  });

export const policySchema = z.strictObject({
  proof: z
    .strictObject({
      level: z.enum(['none', 'address', 'always'], { error: 'must be none, address or always' }).optional(),
      wait: duration.optional(),
      otherwise: z.enum(['staff', 'end'], { error: 'must be staff or end' }).optional(),
    })
    .optional(),
  undo: duration.optional(),
  confirm: z.enum(CONFIRMATIONS, { error: `must be ${CONFIRMATIONS.join(', ')}` }).optional(),
  hold: bool.optional(),
  working_time: z
    .strictObject({
      zone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Helsinki').optional(),
      days: z
        .array(z.enum(DAYS, { error: `must be one of ${DAYS.join(', ')}` }))
        .min(1)
        .optional(),
      opens: z.string().regex(time, 'must be a time of day in quotes, such as "09:00"').optional(),
      closes: z.string().regex(time, 'must be a time of day in quotes, such as "17:00"').optional(),
      holidays: z.array(z.iso.date('must be a date in quotes, such as "2026-12-24"')).optional(),
    })
    .optional(),
  protected_product_tags: z.array(text).optional(),
  returns: customerText.optional(),
  card_fee: z.strictObject({ percent: z.number().min(0).max(20), fixed: z.number().min(0) }).optional(),
  defaults: z.strictObject(treatment).partial().optional(),
  rules: z.array(rule).optional(),
  risk_sweep: z
    .strictObject({
      every: duration.optional(),
      when: conditionsSchema,
      unless: conditionsSchema.optional(),
      // biome-ignore lint/suspicious/noThenProperty: the policy's own word, as above.
      then: z.enum(['approve', 'staff'], { error: 'must be approve or staff' }),
    })
    .optional(),
  reminders: z
    .strictObject({ after: duration, escalate: z.array(z.email('must be an e-mail address')).optional() })
    .optional(),
  quiet: z
    .strictObject({
      from: z.string().regex(time, 'must be a time of day in quotes, such as "20:00"'),
      until: z.string().regex(time, 'must be a time of day in quotes, such as "07:00"'),
    })
    .optional(),
  limits: z
    .strictObject({
      mails_per_address: z.int().min(1).optional(),
      mails_per_source: z.int().min(1).optional(),
      confirmations_per_order: z.int().min(1).optional(),
      staff_mails: z.int().min(1).optional(),
    })
    .optional(),
});

export type PolicyFile = z.infer<typeof policySchema>;

const DEFAULT_TREATMENT: Treatment = {
  refund: 'original',
  amount: 'full',
  restock: true,
  notify: 'desk',
  tags: [],
  archive: false,
  delete_test_orders: false,
};

/** Fills in what the file leaves out. */
export function toPolicy(file: PolicyFile, version: string): Policy {
  const { proof = {}, working_time: work = {}, limits = {}, risk_sweep: sweep } = file;
  return {
    version,
    calendar: {
      zone: work.zone ?? null,
      days: (work.days ?? DAYS.slice(0, 5)).map((day) => DAYS.indexOf(day) + 1),
      opens: work.opens ?? '09:00',
      closes: work.closes ?? '17:00',
      holidays: work.holidays ?? [],
    },
    proof: {
      level: proof.level ?? 'address',
      waitMs: milliseconds(proof.wait ?? '2d'),
      otherwise: proof.otherwise ?? 'staff',
    },
    undoMs: milliseconds(file.undo ?? '0m'),
    confirm: file.confirm ?? 'order_end',
    hold: file.hold ?? true,
    protectedProductTags: file.protected_product_tags ?? [],
    returns: file.returns ?? null,
    cardFee: file.card_fee ?? null,
    defaults: { ...DEFAULT_TREATMENT, ...treatmentIn(file.defaults ?? {}) },
    rules: (file.rules ?? []).map((one) => ({
      name: one.name,
      when: one.when ?? {},
      unless: one.unless ?? {},
      // biome-ignore lint/suspicious/noThenProperty: the policy's own word, as above.
      then: one.then,
      people: (one.people ?? []).map((person) => person.toLowerCase()),
      approvals: one.approvals ?? 1,
      tell: one.tell ?? null,
      note: one.note ?? null,
      treatment: treatmentIn(one),
    })),
    riskSweep: sweep
      ? // biome-ignore lint/suspicious/noThenProperty: the policy's own word, as above.
        { everyMs: milliseconds(sweep.every ?? '15m'), when: sweep.when, unless: sweep.unless ?? {}, then: sweep.then }
      : null,
    reminders: file.reminders
      ? {
          afterMs: milliseconds(file.reminders.after),
          escalate: (file.reminders.escalate ?? []).map((one) => one.toLowerCase()),
        }
      : null,
    quiet: file.quiet ?? null,
    limits: {
      mailsPerAddress: limits.mails_per_address ?? 5,
      mailsPerSource: limits.mails_per_source ?? 500,
      confirmationsPerOrder: limits.confirmations_per_order ?? 3,
      staffMails: limits.staff_mails ?? 30,
    },
  };
}

/** What holds without a file: the address on the order confirms, staff decide. */
export const BUILT_IN_POLICY = toPolicy({}, 'built-in');

export function textFor(text: CustomerText, locale: string): string {
  if (typeof text === 'string') return text;
  const language = locale.split('-')[0] ?? locale;
  return text[locale] ?? text[language] ?? text.en ?? Object.values(text)[0] ?? '';
}

/** Only what the file says: the rest comes from the defaults. */
function treatmentIn(values: { readonly [Key in keyof Treatment]?: Treatment[Key] | undefined }): Partial<Treatment> {
  const names = Object.keys(treatment) as (keyof Treatment)[];
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
