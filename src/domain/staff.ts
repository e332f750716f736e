/** Who works at the desk, and what each may do. */

/** Each may do what those before it may. "operate": also keeps the staff list. */
export const STAFF_ROLES = ['view', 'decide', 'operate'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export interface StaffMember {
  readonly email: string;
  readonly role: StaffRole;
  /** false: removed; the row stays, so that STAFF_EMAILS can't bring somebody back. */
  readonly active: boolean;
  /** Epoch milliseconds; null: here. */
  readonly awayUntil: number | null;
  /** Who gets the mails meanwhile. */
  readonly standIn: string | null;
}

export function isStaffRole(text: string): text is StaffRole {
  return STAFF_ROLES.some((role) => role === text);
}

export function mayDecide({ active, role }: Pick<StaffMember, 'active' | 'role'>): boolean {
  return active && role !== 'view';
}

export function mayOperate({ active, role }: Pick<StaffMember, 'active' | 'role'>): boolean {
  return active && role === 'operate';
}

/** Whom a rule names, as far as they may decide; where these are fewer than have to approve, everybody who may. */
export function decidersAmong(
  list: readonly StaffMember[],
  named: readonly string[],
  wanted: number,
): { readonly people: readonly StaffMember[]; readonly lacksNamed: boolean } {
  const may = list.filter(mayDecide);
  const people = may.filter(({ email }) => named.includes(email));
  const lacksNamed = named.length > 0 && people.length < wanted;
  return { people: named.length === 0 || lacksNamed ? may : people, lacksNamed };
}

/** Who gets what is meant for this person: they themselves, or the first one of those who stand in that is here. */
function standInFor(member: StaffMember, list: readonly StaffMember[], now: number): StaffMember | null {
  const asked = new Set<string>();
  let one: StaffMember | undefined = member;
  while (one && isAway(one, now)) {
    // Each stands in for the other, and all are away.
    if (asked.has(one.email)) return null;
    asked.add(one.email);
    const { standIn }: StaffMember = one;
    one = list.find((other) => other.email === standIn && mayDecide(other));
  }
  return one ?? null;
}

export function isAway({ awayUntil }: Pick<StaffMember, 'awayUntil'>, now: number): boolean {
  return awayUntil !== null && awayUntil > now;
}

/** These people, each stood in for who is away. Everybody away at once: better a mail to an empty desk than none. */
export function presentOf(people: readonly StaffMember[], list: readonly StaffMember[], now: number): StaffMember[] {
  const here = people.map((member) => standInFor(member, list, now)).filter((member) => member !== null);
  return here.length > 0 ? [...new Map(here.map((member) => [member.email, member])).values()] : [...people];
}

/**
 * Where a rule names people, they approve, or whom it escalates to, and whoever stands in for any of them.
 * @param escalate of the policy's reminders
 */
export function approversAmong(
  list: readonly StaffMember[],
  { people: named, approvals }: Named,
  escalate: readonly string[],
  now: number,
): StaffMember[] {
  const { people } = decidersAmong(list, named, approvals);
  if (named.length === 0) return [...people];
  const others = list.filter((member) => mayDecide(member) && escalate.includes(member.email));
  const all = [people, others].flatMap((some) => [...some, ...presentOf(some, list, now)]);
  return [...new Map(all.map((member) => [member.email, member])).values()];
}

/** Whom the policy's assessment names. */
interface Named {
  readonly people: readonly string[];
  readonly approvals: number;
}

export type StaffRefusal = 'not_in_staff' | 'last_operator' | 'stand_in_unknown' | 'day_is_past';

/**
 * What a change of the list comes to, or why it can't be. Somebody has to be left who keeps the list: the page could not
 * undo its own last act otherwise (the command line still can).
 */
export function checkStaffChange(list: readonly StaffMember[], changed: StaffMember, now: number): StaffRefusal | null {
  const before = list.find(({ email }) => email === changed.email);
  if (!before?.active) return 'not_in_staff';
  if (changed.awayUntil !== null && changed.awayUntil !== before.awayUntil && changed.awayUntil <= now) {
    return 'day_is_past';
  }
  const others = list.filter(({ email }) => email !== changed.email);
  if (mayOperate(before) && !mayOperate(changed) && !others.some(mayOperate)) return 'last_operator';
  if (changed.standIn && !others.some((one) => one.email === changed.standIn && mayDecide(one))) {
    return 'stand_in_unknown';
  }
  return null;
}

/** What a member may do at both times; null: no less than now. */
export function lesserOf(
  now: Pick<StaffMember, 'role' | 'active'>,
  then: Pick<StaffMember, 'role' | 'active'>,
): Pick<StaffMember, 'role' | 'active'> | null {
  const active = now.active && then.active;
  const role = STAFF_ROLES.indexOf(then.role) < STAFF_ROLES.indexOf(now.role) ? then.role : now.role;
  return active === now.active && role === now.role ? null : { active, role };
}
