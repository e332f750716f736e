/** Mails of one request to one audience are one conversation in mail programs; its id leads back to the request. */
import { REF } from './ref.ts';

export function threadOf(ref: string, audience: string): string {
  return `${ref}.${audience}`;
}

/** @param threadId without angle brackets; null: not of ours */
export function refOfThread(threadId: string, mailDomain: string): string | null {
  const [local = '', domain] = threadId.split('@');
  const [ref = ''] = local.split('.');
  return domain?.toLowerCase() === mailDomain.toLowerCase() && REF.test(ref) ? ref : null;
}
