/** What a form or an address brought, as texts and nothing else. */
import type { Request } from 'express';

/** Texts only: a name sent twice comes as a list, and is nothing of ours. */
export function textsOf(body: unknown): Record<string, string> {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** One name, once or several times. */
export function listOf(body: unknown, name: string): string[] {
  const value = ((body ?? {}) as Record<string, unknown>)[name];
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string');
}

export function tokenOf(req: Request): string {
  return String(req.params.token ?? '').slice(0, 100);
}
