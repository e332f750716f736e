/** What a restore takes over from the database that it puts aside: by plain statements, since it may be damaged or of another version. */
import { DatabaseSync } from 'node:sqlite';
import { isStaffRole } from '../../domain/staff.ts';
import type { Earlier } from '../../records/privacy.ts';

/** null: it can't be read. */
export function readEarlier(file: string): Earlier | null {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const refs = database.prepare('select ref from requests where erased_at is not null order by ref').all();
      const staff = database.prepare('select email, role, active from staff order by email').all();
      return {
        erased: refs.map(({ ref }) => String(ref)),
        staff: staff.flatMap(({ email, role, active }) => {
          const known = String(role);
          return isStaffRole(known) ? { email: String(email), role: known, active: active === 1 } : [];
        }),
      };
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}
