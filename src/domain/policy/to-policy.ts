/** The policy that a file makes, and the one that holds without a file. */
import { milliseconds } from './duration.ts';
import type { Policy, Treatment } from './policy.ts';
import { DAYS, type PolicyFile, treatment } from './policy-schema.ts';

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

/** Only what the file says: the rest comes from the defaults. */
function treatmentIn(values: { readonly [Key in keyof Treatment]?: Treatment[Key] | undefined }): Partial<Treatment> {
  const names = Object.keys(treatment) as (keyof Treatment)[];
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}
