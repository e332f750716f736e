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

export type StaffRefusal = 'not_in_staff' | 'last_operator' | 'stand_in_unknown';

/**
 * What a change of the list comes to, or why it can't be. Somebody has to be left who keeps the list: the page could not
 * undo its own last act otherwise (the command line still can).
 */
export function checkStaffChange(list: readonly StaffMember[], changed: StaffMember): StaffRefusal | null {
  const before = list.find(({ email }) => email === changed.email);
  if (!before?.active) return 'not_in_staff';
  const others = list.filter(({ email }) => email !== changed.email);
  if (mayOperate(before) && !mayOperate(changed) && !others.some(mayOperate)) return 'last_operator';
  if (changed.standIn && !others.some((one) => one.email === changed.standIn && mayDecide(one))) {
    return 'stand_in_unknown';
  }
  return null;
}
