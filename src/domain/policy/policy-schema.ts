/** What policy.yaml may say. Published for editors, too (docs/policy.schema.json). */
import { z } from 'zod';
import { CONFIRMATIONS } from '../confirmation.ts';
import { conditionsSchema } from './conditions.ts';
import { DURATION } from './duration.ts';
import { OUTCOMES } from './policy.ts';

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
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const treatment = {
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

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
