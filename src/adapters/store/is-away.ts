import type { Dialect } from './database.ts';

/** SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _FULL, _CANTOPEN: the low byte of the code. */
const SQLITE = new Set([5, 6, 8, 10, 13, 14]);
/**
 * By SQLSTATE: connection, resources, operator (classes 08, 53, 57, 58), read-only, session ended, deadlock, no lock in
 * time; or the system's own codes where no server was reached.
 */
const POSTGRES_CODES = /^(08|53|57|58)...$|^(25006|25P03|40001|40P01|55P03)$|^E[A-Z]+$/;
/** What the driver says by itself. "Not queryable": the session was ended between two statements. */
const DRIVER = /connection (terminated|timeout)|timeout exceeded|not queryable|has been discarded/i;

/** Whether it is the database that can't just now: there is nothing wrong with what was to be written. */
export function isAway(error: unknown, dialect: Dialect): boolean {
  if (!(error instanceof Error)) return false;
  const { errcode, code } = error as { errcode?: number; code?: string };
  if (dialect === 'sqlite') return errcode !== undefined && SQLITE.has(errcode & 0xff);
  return code === undefined ? DRIVER.test(error.message) : POSTGRES_CODES.test(code);
}
